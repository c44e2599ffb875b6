using System.Collections;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace HotChocolate.Types;

/// <summary>Values in words, for error messages: as the function <c>inspect</c> of graphql-js writes them, short however long the value.</summary>
public static class Inspect
{
    private const int MaxItems = 10;
    private const int MaxDepth = 2;

    /// <summary>Of the whole text, more or less; graphql-js has no such bound, and an error could be as long as the request, fifty times.</summary>
    private const int MaxLength = 2_000;

    public static string Value(object? value)
    {
        var text = new StringBuilder();
        Write(text, value, 0);
        return text.ToString();
    }

    /// <summary>A number as ECMAScript's <c>Number::toString</c> has it: plain digits from 1e-6 up to below 1e21.</summary>
    public static string Number(double value)
    {
        if (double.IsNaN(value)) return "NaN";
        if (double.IsInfinity(value)) return value > 0 ? "Infinity" : "-Infinity";
        if (value == 0) return "0";
        var size = Math.Abs(value);
        if (size < 1e-6 || size >= 1e21)
        {
            var parts = value.ToString("E16", CultureInfo.InvariantCulture);
            var shortest = value.ToString("R", CultureInfo.InvariantCulture);
            return shortest.Contains('E') ? Exponent(shortest) : Exponent(parts);
        }

        var digits = value.ToString("R", CultureInfo.InvariantCulture);
        return digits.Contains('E') ? ((decimal)value == 0 ? digits : Plain(value)) : digits;
    }

    private static string Plain(double value) => value.ToString("0.####################################", CultureInfo.InvariantCulture);

    /// <summary><c>1E+21</c> is <c>1e+21</c>, <c>1E-07</c> is <c>1e-7</c>.</summary>
    private static string Exponent(string text)
    {
        var at = text.IndexOf('E', StringComparison.Ordinal);
        return $"{text[..at]}e{text[at + 1]}{text[(at + 2)..].TrimStart('0')}";
    }

    private static void Write(StringBuilder text, object? value, int depth)
    {
        if (text.Length > MaxLength)
        {
            text.Append('…');
            return;
        }

        switch (value)
        {
            case null: text.Append("null"); break;
            case bool yes: text.Append(yes ? "true" : "false"); break;
            case string s: Quote(text, s); break;
            case JsonElement json: Write(text, json, depth); break;
            case float or double: text.Append(Number(Convert.ToDouble(value, CultureInfo.InvariantCulture))); break;
            case decimal d: text.Append(Number((double)d)); break;
            case IReadOnlyDictionary<string, object?> fields: WriteObject(text, fields.Count, fields.Select(f => (f.Key, f.Value)), depth); break;
            case IEnumerable items: WriteList(text, items.Cast<object?>(), depth); break;
            case IFormattable other: text.Append(other.ToString(null, CultureInfo.InvariantCulture)); break;
            default: text.Append(CultureInfo.InvariantCulture, $"{value}"); break;
        }
    }

    private static void Write(StringBuilder text, JsonElement json, int depth)
    {
        switch (json.ValueKind)
        {
            case JsonValueKind.Object: WriteObject(text, json.GetPropertyCount(), json.EnumerateObject().Select(p => (p.Name, (object?)p.Value)), depth); break;
            case JsonValueKind.Array: WriteList(text, json.EnumerateArray().Select(i => (object?)i), depth, json.GetArrayLength()); break;
            case JsonValueKind.Number: text.Append(Number(json.GetDouble())); break;
            default: Write(text, PlainJson.Of(json), depth); break;
        }
    }

    private static void WriteObject(StringBuilder text, int count, IEnumerable<(string Name, object? Value)> fields, int depth)
    {
        if (count == 0 || depth >= MaxDepth)
        {
            text.Append(count == 0 ? "{}" : "[Object]");
            return;
        }

        text.Append("{ ");
        var first = true;
        foreach (var (name, value) in fields)
        {
            if (text.Length > MaxLength) break;
            text.Append(first ? "" : ", ").Append(name.Length <= MaxLength ? name : name[..MaxLength]).Append(": ");
            Write(text, value, depth + 1);
            first = false;
        }

        text.Append(" }");
    }

    private static void WriteList(StringBuilder text, IEnumerable<object?> items, int depth, int? length = null)
    {
        var all = length is null ? items.ToList() : null;
        var count = length ?? all!.Count;
        if (count == 0 || depth >= MaxDepth)
        {
            text.Append(count == 0 ? "[]" : "[Array]");
            return;
        }

        text.Append('[');
        var first = true;
        foreach (var item in (all ?? items).Take(MaxItems))
        {
            if (!first) text.Append(", ");
            Write(text, item, depth + 1);
            first = false;
        }

        var more = count - MaxItems;
        if (more == 1) text.Append(", ... 1 more item");
        else if (more > 1) text.Append(CultureInfo.InvariantCulture, $", ... {more} more items");
        text.Append(']');
    }

    /// <summary>As <c>JSON.stringify</c> writes a string.</summary>
    internal static void Quote(StringBuilder text, string value)
    {
        text.Append('"');
        foreach (var c in value)
        {
            if (text.Length > MaxLength)
            {
                text.Append('…');
                break;
            }

            switch (c)
            {
                case '"': text.Append("\\\""); break;
                case '\\': text.Append("\\\\"); break;
                case '\b': text.Append("\\b"); break;
                case '\f': text.Append("\\f"); break;
                case '\n': text.Append("\\n"); break;
                case '\r': text.Append("\\r"); break;
                case '\t': text.Append("\\t"); break;
                case < ' ': text.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}"); break;
                default: text.Append(c); break;
            }
        }

        text.Append('"');
    }
}
