using HotChocolate.Language;

namespace HotChocolate.Types;

/// <summary>Values as a document writes them, without regard to a type.</summary>
internal static class Literals
{
    public static IReadOnlyDictionary<string, object?> NoVariables { get; } = new Dictionary<string, object?>(StringComparer.Ordinal);

    public static bool HasVariable(IValueNode node) => node switch
    {
        VariableNode => true,
        ListValueNode list => list.Items.Any(HasVariable),
        ObjectValueNode fields => fields.Fields.Any(f => HasVariable(f.Value)),
        _ => false,
    };

    public static bool HasNul(IValueNode node) => node switch
    {
        StringValueNode text => text.Value.Contains('\0', StringComparison.Ordinal),
        ListValueNode list => list.Items.Any(HasNul),
        ObjectValueNode fields => fields.Fields.Any(f => HasNul(f.Value)),
        _ => false,
    };

    /// <summary>A literal as the same value in JSON would come, for scalars that take what they like; see <see cref="PlainJson"/>.</summary>
    /// <param name="variables">Coerced; one that is not there is null.</param>
    public static object? Plain(IValueNode node, IReadOnlyDictionary<string, object?> variables) => node switch
    {
        VariableNode variable => variables.GetValueOrDefault(variable.Name.Value),
        IntValueNode whole => PlainJson.Number(whole.Value),
        FloatValueNode real => PlainJson.Number(real.Value),
        StringValueNode text => text.Value,
        BooleanValueNode yes => yes.Value,
        EnumValueNode name => name.Value,
        ListValueNode list => list.Items.Select(i => Plain(i, variables)).ToList(),
        ObjectValueNode fields => Fields(fields, variables),
        _ => null,
    };

    private static Dictionary<string, object?> Fields(ObjectValueNode node, IReadOnlyDictionary<string, object?> variables)
    {
        var fields = new Dictionary<string, object?>(StringComparer.Ordinal);
        foreach (var field in node.Fields) fields[field.Name.Value] = Plain(field.Value, variables);
        return fields;
    }
}
