using System.Globalization;
using System.Text;
using System.Text.Json;

namespace EventSourcedTrading.Verify;

/// <summary>RFC 8785: the one way to write a JSON value. A leaf that is written in another way was not written by the log.</summary>
internal static class Canonical
{
    public static string Of(JsonElement element)
    {
        var text = new StringBuilder();
        Write(element, text);
        return text.ToString();
    }

    private static void Write(JsonElement element, StringBuilder to)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                var separator = '{';
                foreach (var member in element.EnumerateObject().OrderBy(m => m.Name, StringComparer.Ordinal)) // by UTF-16 code unit
                {
                    to.Append(separator);
                    String(member.Name, to);
                    to.Append(':');
                    Write(member.Value, to);
                    separator = ',';
                }

                to.Append(separator == '{' ? "{}" : "}");
                break;
            case JsonValueKind.Array:
                to.Append('[');
                foreach (var (i, item) in element.EnumerateArray().Index())
                {
                    if (i > 0) to.Append(',');
                    Write(item, to);
                }

                to.Append(']');
                break;
            case JsonValueKind.String: String(element.GetString()!, to); break;
            case JsonValueKind.Number: to.Append(Number(element.GetDouble())); break;
            default: to.Append(element.GetRawText()); break; // true, false, null
        }
    }

    private static void String(string value, StringBuilder to)
    {
        to.Append('"');
        foreach (var c in value)
        {
            _ = c switch
            {
                '"' or '\\' => to.Append('\\').Append(c),
                '\b' => to.Append("\\b"),
                '\t' => to.Append("\\t"),
                '\n' => to.Append("\\n"),
                '\f' => to.Append("\\f"),
                '\r' => to.Append("\\r"),
                < ' ' => to.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}"),
                _ => to.Append(c),
            };
        }

        to.Append('"');
    }

    /// <summary>ECMA-262 Number::toString: .NET has the same shortest digits and puts the exponent elsewhere.</summary>
    internal static string Number(double value)
    {
        Strict.That(double.IsFinite(value), "a number is too large");
        if (value == 0) return "0";
        var parts = Math.Abs(value).ToString("R", CultureInfo.InvariantCulture).Split('E');
        var whole = parts[0].Split('.');
        var point = whole[0].Length + (parts.Length > 1 ? int.Parse(parts[1], CultureInfo.InvariantCulture) : 0);
        var digits = string.Concat(whole);
        point -= digits.Length - digits.TrimStart('0').Length;
        digits = digits.Trim('0');
        var sign = value < 0 ? "-" : "";
        if (point is > 0 and <= 21) return sign + (digits.Length <= point ? digits.PadRight(point, '0') : $"{digits[..point]}.{digits[point..]}");
        if (point is > -6 and <= 0) return $"{sign}0.{new string('0', -point)}{digits}";
        return $"{sign}{digits[0]}{(digits.Length > 1 ? "." + digits[1..] : "")}e{(point > 0 ? "+" : "-")}{Math.Abs(point - 1)}";
    }
}
