using System.Runtime.CompilerServices;
using System.Text;
using HotChocolate.Language;
using HotChocolate.Types;

namespace HotChocolate.Validation;

/// <summary>A field where it stands.</summary>
/// <param name="Parent">What it is selected of; null where that is not known.</param>
/// <param name="Definition">Null where that is not known, and for the fields of introspection that every type has.</param>
internal sealed record PlacedField(FieldNode Node, ICompositeType? Parent, OutputField? Definition)
{
    private string? _signature;

    public SelectionSet? Inside => Node.SelectionSet is { } set ? new SelectionSet(set, Definition?.Type.NamedType() as ICompositeType) : null;

    /// <summary>Equal for fields of one name with the same arguments, in whatever order.</summary>
    public string Signature => _signature ??= Node.Arguments.Count == 0 ? Node.Name.Value : Sign();

    private string Sign()
    {
        var text = new StringBuilder(Node.Name.Value);
        foreach (var argument in Node.Arguments.OrderBy(a => a.Name.Value, StringComparer.Ordinal)) Write(text.Append('(').Append(argument.Name.Value).Append(':'), argument.Value);
        return text.ToString();
    }

    /// <summary>Equal for values that are the same but for the order of fields.</summary>
    public static string Sign(IValueNode value)
    {
        var text = new StringBuilder();
        Write(text, value);
        return text.ToString();
    }

    private static void Write(StringBuilder text, IValueNode value)
    {
        switch (value)
        {
            case ObjectValueNode input:
                text.Append('{');
                foreach (var field in input.Fields.OrderBy(f => f.Name.Value, StringComparer.Ordinal)) Write(text.Append(field.Name.Value).Append(':'), field.Value);
                text.Append('}');
                break;
            case ListValueNode list:
                text.Append('[');
                foreach (var item in list.Items) Write(text, item);
                text.Append(']');
                break;
            default:
                text.Append(SyntaxPrinter.Print(value)).Append(' ');
                break;
        }
    }
}

/// <param name="Parent">What is selected of; null where that is not known. Always the same for one node.</param>
internal readonly record struct SelectionSet(SelectionSetNode Node, ICompositeType? Parent)
{
    /// <summary>Its fields, also those of fragments in place; and the fragments that it names.</summary>
    public void Collect(ValidationContext context, Action<PlacedField> field, Action<string> spread)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        foreach (var selection in Node.Selections)
        {
            context.Spend();
            switch (selection)
            {
                case FieldNode node:
                    field(new PlacedField(node, Parent, Parent is IComplexType complex && complex.Fields.TryGet(node.Name.Value, out var definition) ? definition : null));
                    break;
                case FragmentSpreadNode node:
                    spread(node.Name.Value);
                    break;
                case InlineFragmentNode inline:
                    new SelectionSet(inline.SelectionSet, inline.TypeCondition is { } condition ? context.Type(condition) as ICompositeType : Parent).Collect(context, field, spread);
                    break;
            }
        }
    }

    public static SelectionSet? Of(ValidationContext context, IDefinitionNode definition) => definition switch
    {
        OperationDefinitionNode operation => new(operation.SelectionSet, context.Schema.RootType(operation.Operation)),
        FragmentDefinitionNode fragment => new(fragment.SelectionSet, context.Type(fragment.TypeCondition) as ICompositeType),
        _ => null,
    };
}
