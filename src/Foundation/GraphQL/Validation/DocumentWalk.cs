using System.Runtime.CompilerServices;
using HotChocolate.Language;
using HotChocolate.Types;

namespace HotChocolate.Validation;

/// <summary>Goes once through the operations and fragments of a document, knows the type of every place, and asks there the rules that need to know it.</summary>
internal sealed class DocumentWalk(ValidationContext context)
{
    private readonly DirectiveRules _directives = new(context);
    private List<VariableUsage> _usages = [];

    /// <returns>The variables that each operation and fragment uses itself, with what is expected of them.</returns>
    public Dictionary<IDefinitionNode, List<VariableUsage>> Walk()
    {
        var usages = new Dictionary<IDefinitionNode, List<VariableUsage>>();
        foreach (var definition in context.Document.Definitions)
        {
            _usages = [];
            if (definition is OperationDefinitionNode operation) Operation(operation);
            else if (definition is FragmentDefinitionNode fragment) Fragment(fragment);
            usages[definition] = _usages;
        }

        return usages;
    }

    private void Operation(OperationDefinitionNode operation)
    {
        foreach (var variable in operation.VariableDefinitions)
        {
            var type = context.Type(variable.Type);
            TypeConditions.CheckKnown(context, variable.Type.NamedType());
            if (type?.IsInput() == false)
                context.Report($"Variable \"${variable.Variable.Name.Value}\" cannot be non-input type \"{variable.Type}\".", variable.Type.Location);
            if (variable.DefaultValue is { } value) Value("Variable", "$" + variable.Variable.Name.Value, value, type?.IsInput() == true ? type : null, hasDefault: false);
            Directives(variable.Directives, DirectiveLocation.VariableDefinition, null);
        }

        var location = operation.Operation switch { OperationType.Query => DirectiveLocation.Query, OperationType.Mutation => DirectiveLocation.Mutation, _ => DirectiveLocation.Subscription };
        Directives(operation.Directives, location, null);
        Selections(operation.SelectionSet, context.Schema.RootType(operation.Operation), null);
    }

    private void Fragment(FragmentDefinitionNode fragment)
    {
        TypeConditions.CheckKnown(context, fragment.TypeCondition);
        TypeConditions.CheckComposite(context, fragment.TypeCondition, fragment.Name.Value);
        Directives(fragment.Directives, DirectiveLocation.FragmentDefinition, null);
        Selections(fragment.SelectionSet, context.Type(fragment.TypeCondition) as ICompositeType, null);
    }

    /// <param name="parent">What is selected of; null where that is not known.</param>
    /// <param name="enclosing">The field around it, if any.</param>
    private void Selections(SelectionSetNode set, ICompositeType? parent, OutputField? enclosing)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        foreach (var selection in set.Selections)
        {
            switch (selection)
            {
                case FieldNode field:
                    Field(field, parent);
                    break;
                case FragmentSpreadNode spread:
                    TypeConditions.CheckSpread(context, spread, parent);
                    Directives(spread.Directives, DirectiveLocation.FragmentSpread, enclosing);
                    break;
                case InlineFragmentNode inline:
                    var type = inline.TypeCondition is null ? parent : context.Type(inline.TypeCondition) as ICompositeType;
                    if (inline.TypeCondition is { } condition)
                    {
                        TypeConditions.CheckKnown(context, condition);
                        TypeConditions.CheckComposite(context, condition, null);
                        TypeConditions.CheckInline(context, inline, type, parent);
                    }

                    Directives(inline.Directives, DirectiveLocation.InlineFragment, enclosing);
                    Selections(inline.SelectionSet, type, enclosing);
                    break;
            }
        }
    }

    private void Field(FieldNode node, ICompositeType? parent)
    {
        var field = parent is null ? null : FieldRules.Find(context.Schema, parent, node.Name.Value);
        if (parent is not null && field is null) FieldRules.ReportUnknown(context, node, parent);
        if (field is not null)
        {
            FieldRules.CheckLeaf(context, node, field.Type);
            IntrospectionRules.Check(context, node, field);
        }

        if (node.Arguments.Count > 0) ArgumentRules.CheckUnique(context, node.Arguments);
        foreach (var argument in node.Arguments)
        {
            var definition = field is not null && field.Arguments.TryGet(argument.Name.Value, out var known) ? known : null;
            if (definition is null && field is not null) ArgumentRules.ReportUnknown(context, argument, parent!, field);
            Value("Argument", argument.Name.Value, argument.Value, definition?.Type, definition?.DefaultValue is not null);
        }

        Directives(node.Directives, DirectiveLocation.Field, field);
        if (node.SelectionSet is not null) Selections(node.SelectionSet, field?.Type.NamedType() as ICompositeType, field);
        if (field is not null) ArgumentRules.CheckRequired(context, node, field);
    }

    /// <param name="enclosing">Whose arguments those of an unknown directive are taken for, as graphql-js does.</param>
    private void Directives(IReadOnlyList<DirectiveNode> directives, DirectiveLocation location, OutputField? enclosing)
    {
        if (directives.Count == 0) return;
        _directives.Check(directives, location);
        foreach (var directive in directives)
        {
            var arguments = context.Schema.DirectiveTypes.TryGetValue(directive.Name.Value, out var type) ? type.Arguments : enclosing?.Arguments;
            foreach (var argument in directive.Arguments)
            {
                var definition = arguments is not null && arguments.TryGet(argument.Name.Value, out var known) ? known : null;
                Value("Argument", argument.Name.Value, argument.Value, definition?.Type, definition?.DefaultValue is not null);
            }
        }
    }

    /// <param name="owner">What it is the value of: an argument or a variable, and which.</param>
    /// <param name="type">Null where nothing is known of the place; the value is then not checked, but its variables are seen.</param>
    private void Value(string owner, string name, IValueNode value, IType? type, bool hasDefault)
    {
        if (!context.Options.NulAllowed && Literals.HasNul(value)) context.Report($"{owner} \"{name}\" has a text with U+0000, which no text here can hold; leave it out.", value.Location);
        if (type?.IsInput() == false) type = null;
        if (value is not VariableNode) ValuesOfCorrectType.Check(context, value, type);
        VariableUsage.Collect(context, _usages, value, type, null, hasDefault);
    }
}
