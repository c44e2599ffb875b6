using HotChocolate.Language;
using HotChocolate.Types;

namespace HotChocolate.Validation;

/// <param name="Type">What is wanted there; null where that is not known.</param>
/// <param name="Parent">The input object whose field it is, if it is one.</param>
/// <param name="HasDefault">The place has a default value for an absent variable.</param>
internal readonly record struct VariableUsage(VariableNode Node, IType? Type, InputObjectType? Parent, bool HasDefault)
{
    /// <summary>Finds the variables in a value. Input objects that name a field twice are reported on the way.</summary>
    public static void Collect(ValidationContext context, List<VariableUsage> to, IValueNode value, IType? type, InputObjectType? parent, bool hasDefault)
    {
        switch (value)
        {
            case VariableNode variable:
                to.Add(new VariableUsage(variable, type, parent, hasDefault));
                break;
            case ListValueNode list:
                var nullable = type?.Nullable();
                foreach (var item in list.Items) Collect(context, to, item, nullable is ListType wanted ? wanted.ElementType : nullable, null, hasDefault: false);
                break;
            case ObjectValueNode given:
                UniqueInputFields.CheckNames(given, context.Report);
                var input = type?.NamedType() as InputObjectType;
                foreach (var field in given.Fields)
                {
                    var definition = input is not null && input.Fields.TryGet(field.Name.Value, out var known) ? known : null;
                    Collect(context, to, field.Value, definition?.Type, input, definition?.DefaultValue is not null);
                }

                break;
        }
    }
}

/// <summary>Variables are defined once, used, defined where used, and of a type that may stand there (specification, section 5.8).</summary>
internal static class VariableRules
{
    public static void Check(ValidationContext context, Dictionary<IDefinitionNode, List<VariableUsage>> usages)
    {
        foreach (var operation in context.Operations)
        {
            var defined = Define(context, operation);
            var used = new HashSet<string>(StringComparer.Ordinal);
            Check(usages[operation]);
            foreach (var fragment in context.FragmentsFrom(operation)) Check(usages[fragment]);
            foreach (var variable in operation.VariableDefinitions)
            {
                if (used.Contains(variable.Variable.Name.Value)) continue;
                context.Report($"Variable \"${variable.Variable.Name.Value}\" is never used{(operation.Name is { } name ? $" in operation \"{name.Value}\"" : "")}.", variable.Location);
            }

            void Check(List<VariableUsage> all)
            {
                context.Spend(all.Count);
                foreach (var usage in all)
                {
                    used.Add(usage.Node.Name.Value);
                    if (defined.TryGetValue(usage.Node.Name.Value, out var definition)) CheckPosition(context, usage, definition);
                    else
                        context.Report($"Variable \"${usage.Node.Name.Value}\" is not defined{(operation.Name is { } name ? $" by operation \"{name.Value}\"" : "")}.", usage.Node.Location, operation.Location);
                }
            }
        }
    }

    /// <summary>The last of a name counts.</summary>
    private static Dictionary<string, (VariableDefinitionNode Node, IType? Type)> Define(ValidationContext context, OperationDefinitionNode operation)
    {
        var defined = new Dictionary<string, (VariableDefinitionNode, IType?)>(operation.VariableDefinitions.Count, StringComparer.Ordinal);
        var repeated = false;
        foreach (var variable in operation.VariableDefinitions)
        {
            repeated |= defined.ContainsKey(variable.Variable.Name.Value);
            defined[variable.Variable.Name.Value] = (variable, context.Type(variable.Type));
        }

        if (!repeated) return defined;
        foreach (var same in operation.VariableDefinitions.GroupBy(v => v.Variable.Name.Value, StringComparer.Ordinal).Where(g => g.Skip(1).Any()))
            context.Report($"There can be only one variable named \"${same.Key}\".", [.. same.Select(v => v.Variable.Name.Location)]);
        return defined;
    }

    private static void CheckPosition(ValidationContext context, VariableUsage usage, (VariableDefinitionNode Node, IType? Type) variable)
    {
        if (usage.Type is not { } wanted || variable.Type is not { } type) return;
        if (!IsAllowed(type, variable.Node.DefaultValue, wanted, usage.HasDefault))
            context.Report($"Variable \"${usage.Node.Name.Value}\" of type \"{type}\" used in position expecting type \"{wanted}\".", variable.Node.Location, usage.Node.Location);
        if (usage.Parent is { IsOneOf: true } parent && !type.IsNonNull() && variable.Node.DefaultValue is null or NullValueNode)
            context.Report($"Variable \"${usage.Node.Name.Value}\" is of type \"{type}\" but must be non-nullable to be used for OneOf Input Object \"{parent}\".", variable.Node.Location, usage.Node.Location);
    }

    private static bool IsAllowed(IType type, IValueNode? variableDefault, IType wanted, bool hasDefault) =>
        wanted is NonNullType nonNull && !type.IsNonNull() ? (hasDefault || variableDefault is not null and not NullValueNode) && type.IsSubTypeOf(nonNull.InnerType) : type.IsSubTypeOf(wanted);
}
