using System.Globalization;
using EventSourcedTrading.Backtesting.Running;
using EventSourcedTrading.Domain.Json;

namespace EventSourcedTrading.Backtesting.Sweeping;

/// <summary>A setting that a sweep varies.</summary>
/// <param name="Name">What is set, such as <c>ma-cross.fast</c>.</param>
/// <param name="Values">1 to <see cref="MaxValues"/>, all different, in the order in which they were given.</param>
public sealed record GridAxis(string Name, IReadOnlyList<string> Values)
{
    public const int MaxValues = 1_000, MaxLength = 100;

    /// <summary>Reads <c>NAME=VALUE,…</c>; a value may be a range <c>FROM..TO:STEP</c>, both ends included, in steps of 1 where none is given.</summary>
    /// <exception cref="RunException">The text breaks a rule.</exception>
    public static GridAxis Parse(string text)
    {
        if (text.Split('=', 2, StringSplitOptions.TrimEntries) is not [{ Length: > 0 and <= MaxLength } name, { Length: > 0 } list] || name.Any(char.IsWhiteSpace))
            throw Wrong(text, "must be NAME=VALUE,VALUE or NAME=FROM..TO:STEP, such as ma-cross.fast=5,10 or ma-cross.slow=20..60:10");
        var (values, seen) = (new List<string>(), new HashSet<string>(StringComparer.Ordinal));
        foreach (var value in list.Split(',', StringSplitOptions.TrimEntries).SelectMany(part => Expand(text, part)))
        {
            if (value.Length is 0 or > MaxLength || value.Any(c => char.IsWhiteSpace(c) || char.IsControl(c))) throw Wrong(text, $"has the value '{value}'; a value has 1 to {MaxLength} characters and no space");
            if (!seen.Add(Number(value) is { } number ? DecimalText.Format(number) : value)) throw Wrong(text, $"has {value} twice; name each value once");
            if (values.Count == MaxValues) throw Wrong(text, $"has more than {MaxValues} values; take a wider step");
            values.Add(value);
        }

        return new GridAxis(name, values);
    }

    /// <summary>The place of each value, from 0, by size; null if one of them is no number: words have no order.</summary>
    internal IReadOnlyDictionary<string, int>? Places()
    {
        var numbers = Values.Select(v => (Value: v, Number: Number(v))).ToList();
        return numbers.Exists(n => n.Number is null) ? null : numbers.OrderBy(n => n.Number).Select((n, i) => (n.Value, i)).ToDictionary(n => n.Value, n => n.i);
    }

    private static IEnumerable<string> Expand(string text, string part)
    {
        if (!part.Contains("..", StringComparison.Ordinal)) return [part];
        if (part.Split("..") is not [var first, var rest] || Number(first) is not { } from || rest.Split(':') is not { Length: 1 or 2 } ends || Number(ends[0]) is not { } to
            || (ends.Length == 2 ? Number(ends[1]) : 1m) is not { } step)
            throw Wrong(text, $"has '{part}'; a range is FROM..TO:STEP in numbers, such as 10..50:10");
        if (step <= 0m || from > to) throw Wrong(text, $"has '{part}'; a range goes upwards in steps above zero");
        if ((to - from) / step >= MaxValues) throw Wrong(text, $"has '{part}', more than {MaxValues} values; take a wider step");
        return Enumerable.Range(0, (int)((to - from) / step) + 1).Select(i => DecimalText.Format(from + (i * step)));
    }

    private static decimal? Number(string text) =>
        decimal.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value) && Math.Abs(value) <= 1e15m ? value : null;

    private static RunException Wrong(string text, string rule) => new($"--grid '{(text.Length > 200 ? $"{text[..200]}…" : text)}' {rule}.");
}
