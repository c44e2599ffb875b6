using System.Text.Json;
using EventSourcedTrading.Domain.Json;
using EventSourcedTrading.Domain.MetaAgent;
using EventSourcedTrading.Domain.Risk;
using EventSourcedTrading.Domain.Time;

namespace EventSourcedTrading.Reports;

/// <summary>Values as the cells of a table, the same everywhere and in every culture.</summary>
internal static class Cell
{
    public static string? Of(decimal? value) => value is { } number ? DecimalText.Format(number) : null;

    /// <summary>Half to even.</summary>
    public static string? Of(decimal? value, int digits) => value is { } number ? DecimalText.Format(Math.Round(number, digits)) : null;

    public static string Of(long value) => DecimalText.Format(value);

    public static string? Of(Timestamp? value) => value?.ToString();

    public static string Of(bool value) => value ? "yes" : "no";

    public static string Word<T>(T value) where T : struct, Enum => JsonNamingPolicy.CamelCase.ConvertName(value.ToString());

    /// <summary>Decision makers with their share of the quantity: <c>trend@1.3.0 60; meanrev@2.1.0 40</c>.</summary>
    public static string Of(IReadOnlyList<Allocation> makers) => string.Join("; ", makers.Select(m => $"{m.Agent} {DecimalText.Format(m.Quantity)}"));

    public static string Failed(IReadOnlyList<RiskCheck> checks) => string.Join("; ", checks.Where(c => !c.Passed).Select(c =>
        $"{c.Rule}: {DecimalText.Format(c.Value)}{(c.Limit is { } limit ? $" against {DecimalText.Format(limit)}" : "")} {c.Unit}{(c.Detail.Length > 0 ? $", {c.Detail}" : "")}"));
}
