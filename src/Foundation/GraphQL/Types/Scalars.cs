using System.Globalization;
using HotChocolate.Language;

namespace HotChocolate.Types;

/// <summary>The scalars of the specification, section 3.5; they take and give what those of graphql-js take and give, and refuse in its words.</summary>
public static class Scalars
{
    public static ScalarType String { get; } = new("String", "Text, as UTF-8.")
    {
        Serialize = value => value switch
        {
            string => value,
            bool yes => yes ? "true" : "false",
            Guid id => id.ToString(),
            _ when TryNumber(value, out var number) && double.IsFinite(number) => Digits(value),
            _ => throw new SerializationException($"String cannot represent value: {Inspect.Value(value)}"),
        },
        ParseValue = value => value as string ?? throw new SerializationException($"String cannot represent a non string value: {Inspect.Value(value)}"),
        ParseLiteral = node => (node as StringValueNode)?.Value ?? throw new SerializationException($"String cannot represent a non string value: {Print(node)}"),
    };

    public static ScalarType Boolean { get; } = new("Boolean", "`true` or `false`.")
    {
        Serialize = value => value switch
        {
            bool => value,
            _ when TryNumber(value, out var number) && double.IsFinite(number) => number != 0,
            _ => throw NotBoolean(Inspect.Value(value)),
        },
        ParseValue = value => value is bool ? value : throw NotBoolean(Inspect.Value(value)),
        ParseLiteral = node => (node as BooleanValueNode)?.Value ?? throw NotBoolean(Print(node)),
    };

    public static ScalarType Int { get; } = new("Int", "A whole number of 32 bits with a sign.")
    {
        Serialize = value => value switch
        {
            int => value,
            bool yes => yes ? 1 : 0,
            string { Length: > 0 } text when TryParse(text, out var number) => ToInt(number, Inspect.Number(number)),
            _ => ToInt(value),
        },
        ParseValue = ToInt,
        ParseLiteral = node => node is not IntValueNode literal ? throw new SerializationException($"Int cannot represent non-integer value: {Print(node)}")
            : int.TryParse(literal.Value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number
            : throw new SerializationException($"Int cannot represent non 32-bit signed integer value: {literal.Value}"),
    };

    public static ScalarType Float { get; } = new("Float", "A number of IEEE 754's double precision.")
    {
        Serialize = value => value switch
        {
            bool yes => yes ? 1 : 0,
            string { Length: > 0 } text when TryParse(text, out var number) => number,
            _ when TryNumber(value, out var number) && double.IsFinite(number) => value,
            _ => throw NotNumeric(Inspect.Value(value)),
        },
        ParseValue = value => TryNumber(value, out var number) && double.IsFinite(number) ? number : throw NotNumeric(Inspect.Value(value)),
        ParseLiteral = node => (node switch { IntValueNode whole => whole.Value, FloatValueNode real => real.Value, _ => null }) is { } digits
            && double.Parse(digits, NumberStyles.Float, CultureInfo.InvariantCulture) is var number && double.IsFinite(number) ? number : throw NotNumeric(Print(node)),
    };

    public static ScalarType Id { get; } = new("ID", "Identifies an object; a string, though it may look like a number.")
    {
        Serialize = value => value is string ? value : value is Guid id ? id.ToString() : ToId(value),
        ParseValue = value => value as string ?? ToId(value),
        ParseLiteral = node => node switch
        {
            StringValueNode text => text.Value,
            IntValueNode whole => whole.Value,
            _ => throw new SerializationException($"ID cannot represent a non-string and non-integer value: {Print(node)}"),
        },
    };

    public static IReadOnlyList<ScalarType> All { get; } = [String, Int, Float, Boolean, Id];

    private static string ToId(object value) =>
        value is not bool && TryNumber(value, out var number) && IsWhole(number) ? Digits(value) : throw new SerializationException($"ID cannot represent value: {Inspect.Value(value)}");

    private static object ToInt(object value) =>
        value is int ? value : TryNumber(value, out var number) ? ToInt(number, Inspect.Value(value)) : throw new SerializationException($"Int cannot represent non-integer value: {Inspect.Value(value)}");

    private static object ToInt(double number, string text) =>
        !IsWhole(number) ? throw new SerializationException($"Int cannot represent non-integer value: {text}")
        : number is < int.MinValue or > int.MaxValue ? throw new SerializationException($"Int cannot represent non 32-bit signed integer value: {text}")
        : (int)number;

    private static bool IsWhole(double number) => double.IsFinite(number) && Math.Truncate(number) == number;

    private static string Digits(object value) => value switch
    {
        float or double => Inspect.Number(Convert.ToDouble(value, CultureInfo.InvariantCulture)),
        decimal exact => (exact / 1.0000000000000000000000000000m).ToString(CultureInfo.InvariantCulture), // without trailing zeros
        _ => Convert.ToString(value, CultureInfo.InvariantCulture)!,
    };

    private static bool TryNumber(object value, out double number)
    {
        number = value switch
        {
            int n => n,
            long n => n,
            double n => n,
            decimal n => (double)n,
            float n => n,
            short n => n,
            byte n => n,
            uint n => n,
            ulong n => n,
            ushort n => n,
            sbyte n => n,
            _ => double.NaN,
        };
        return !double.IsNaN(number) || value is double or float;
    }

    private static bool TryParse(string text, out double number) => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out number);

    private static SerializationException NotBoolean(string text) => new($"Boolean cannot represent a non boolean value: {text}");
    private static SerializationException NotNumeric(string text) => new($"Float cannot represent non numeric value: {text}");
    private static string Print(IValueNode node) => SyntaxPrinter.Print(node);
}
