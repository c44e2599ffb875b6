using System.Globalization;
using System.Runtime.CompilerServices;
using HotChocolate.Language;

namespace HotChocolate.Types;

/// <summary>
/// Default values in the one form that introspection and a printed schema give them, whatever the schema was written like: lists where lists are
/// wanted, the fields of input objects in their order with their own defaults filled in, numbers without needless digits. As graphql-js has it.
/// </summary>
internal static class DefaultValues
{
    /// <summary>Null where there is none, or none of the type.</summary>
    public static IValueNode? DefaultInFull(this InputField field) => field.DefaultValue is { } value ? InFull(value, field.Type, []) : null;

    /// <summary>With the fields of objects sorted by name, as in a sorted schema.</summary>
    public static string PrintSorted(IValueNode value) => SyntaxPrinter.Print(Sort(value));

    private static IValueNode Sort(IValueNode value) => value switch
    {
        ListValueNode list => new ListValueNode(default, [.. list.Items.Select(Sort)]),
        ObjectValueNode input => new ObjectValueNode(
            default, [.. input.Fields.OrderBy(f => f.Name.Value, NaturalOrder.Instance).Select(f => new ObjectFieldNode(default, f.Name, Sort(f.Value)))]),
        _ => value,
    };

    /// <param name="open">Input objects that are being filled in; one inside of itself would never end.</param>
    private static IValueNode? InFull(IValueNode value, IType type, HashSet<InputObjectType> open)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        switch (type)
        {
            case NonNullType nonNull:
                return value is NullValueNode ? null : InFull(value, nonNull.InnerType, open);
            case not null when value is NullValueNode:
                return value;
            case ListType list:
                IReadOnlyList<IValueNode> written = value is ListValueNode several ? several.Items : [value];
                var items = written.Select(item => InFull(item, list.ElementType, open)).ToList();
                return items.Contains(null) ? null : new ListValueNode(default, items!);
            case InputObjectType input:
                if (value is not ObjectValueNode given || !open.Add(input)) return null;
                var filled = Fields(given, input, open);
                open.Remove(input);
                return filled;
            case EnumType names:
                return value is EnumValueNode name && names.Values.Contains(name.Value) ? name : null;
            default:
                return Scalar(value, (ScalarType)type!);
        }
    }

    private static ObjectValueNode? Fields(ObjectValueNode given, InputObjectType input, HashSet<InputObjectType> open)
    {
        var fields = new List<ObjectFieldNode>();
        foreach (var field in input.Fields)
        {
            var written = given.Fields.LastOrDefault(f => f.Name.Value == field.Name)?.Value ?? field.DefaultValue;
            if (written is null && !field.Type.IsNonNull()) continue;
            if (written is null || InFull(written, field.Type, open) is not { } value) return null;
            fields.Add(new ObjectFieldNode(default, new NameNode(default, field.Name), value));
        }

        return input.IsOneOf && (fields.Count != 1 || fields[0].Value is NullValueNode) ? null : new ObjectValueNode(default, fields);
    }

    private static IValueNode? Scalar(IValueNode value, ScalarType type)
    {
        if (ReferenceEquals(type, Scalars.Id))
        {
            var text = value switch { StringValueNode s => s.Value, IntValueNode i => i.Value, _ => null };
            return text is null ? null : IsWhole(text) ? new IntValueNode(default, text) : new StringValueNode(default, text, block: false);
        }

        if (ReferenceEquals(type, Scalars.Float))
        {
            var digits = value switch { FloatValueNode f => f.Value, IntValueNode i => i.Value, _ => null };
            if (digits is null) return null;
            var text = Inspect.Number(double.Parse(digits, NumberStyles.Float, CultureInfo.InvariantCulture));
            return IsWhole(text) ? new IntValueNode(default, text) : new FloatValueNode(default, text);
        }

        if (ReferenceEquals(type, Scalars.Int))
            return value is IntValueNode i && int.TryParse(i.Value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole)
                ? new IntValueNode(default, whole.ToString(CultureInfo.InvariantCulture)) : null;
        if (ReferenceEquals(type, Scalars.Boolean)) return value as BooleanValueNode;
        if (value is StringValueNode quoted) return new StringValueNode(default, quoted.Value, block: false);
        return ReferenceEquals(type, Scalars.String) ? null : value;
    }

    private static bool IsWhole(string text)
    {
        var digits = text.AsSpan(text.StartsWith('-') ? 1 : 0);
        return digits is "0" || (digits.Length > 0 && digits[0] != '0' && !digits.ContainsAnyExceptInRange('0', '9'));
    }
}
