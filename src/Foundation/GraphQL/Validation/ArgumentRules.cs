using HotChocolate.Language;
using HotChocolate.Types;

namespace HotChocolate.Validation;

/// <summary>Arguments of fields are known, given once, and given where they must be (specification, section 5.4).</summary>
internal static class ArgumentRules
{
    public static void CheckUnique(ValidationContext context, IReadOnlyList<ArgumentNode> arguments)
    {
        if (arguments.Count < 2) return;
        var names = new HashSet<string>(arguments.Count, StringComparer.Ordinal);
        if (arguments.All(a => names.Add(a.Name.Value))) return;
        foreach (var same in arguments.GroupBy(a => a.Name.Value, StringComparer.Ordinal).Where(g => g.Skip(1).Any()))
            context.Report($"There can be only one argument named \"{same.Key}\".", [.. same.Select(a => a.Name.Location)]);
    }

    public static void ReportUnknown(ValidationContext context, ArgumentNode argument, ICompositeType parent, OutputField field) => context.Report(
        $"Unknown argument \"{argument.Name.Value}\" on field \"{parent.Name}.{field.Name}\".{context.Suggest(argument.Name.Value, () => field.Arguments.Select(a => a.Name))}",
        argument.Location);

    public static void CheckRequired(ValidationContext context, FieldNode node, OutputField field)
    {
        foreach (var argument in field.Arguments)
            if (argument.IsRequired && !IsGiven(node.Arguments, argument.Name))
                context.Report($"Field \"{field.Name}\" argument \"{argument.Name}\" of type \"{argument.Type}\" is required, but it was not provided.", node.Location);
    }

    public static bool IsGiven(IReadOnlyList<ArgumentNode> arguments, string name)
    {
        for (var i = 0; i < arguments.Count; i++)
            if (arguments[i].Name.Value == name) return true;
        return false;
    }
}
