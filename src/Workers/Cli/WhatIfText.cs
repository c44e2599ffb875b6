using System.Globalization;
using EventSourcedTrading.Backtesting.WhatIf;
using EventSourcedTrading.Domain.Json;
using Spectre.Console;

namespace EventSourcedTrading.Workers.Cli;

/// <summary>An answer for people.</summary>
internal static class WhatIfText
{
    public static void Write(IAnsiConsole console, WhatIfResult r)
    {
        var sums = new Table().Border(TableBorder.Minimal).AddColumns("", "recorded", "other world", "difference");
        foreach (var column in sums.Columns.Skip(1)) column.RightAligned();
        sums.AddRow("decisions", $"{r.Decisions:N0}", $"{r.OtherDecisions:N0}", $"{r.Differing:N0} differ");
        sums.AddRow($"equity, {r.BaseCurrency}", Money(r.Equity), Money(r.OtherEquity), Signed(r.EquityDifference));
        foreach (var agent in r.Agents) sums.AddRow($"profit of {agent.Agent.EscapeMarkup()}", Money(agent.Recorded), Money(agent.Other), Signed(agent.Difference));
        console.Write(sums);
        if (r.Largest.Count > 0)
        {
            var table = new Table().Border(TableBorder.Minimal).AddColumns("decision", "recorded", "other world", "what", "impact");
            table.Columns[4].RightAligned();
            foreach (var d in r.Largest) table.AddRow(d.DecisionId.EscapeMarkup(), Say(d.Recorded), Say(d.Other), d.What.EscapeMarkup(), Money(d.Impact));
            console.Write(table);
            if (r.Differing > r.Largest.Count) console.MarkupLineInterpolated($"and {r.Differing - r.Largest.Count:N0} more; --out writes all of them");
        }

        foreach (var note in r.Notes) console.MarkupLineInterpolated($"[yellow]note:[/] {note}");
        console.MarkupLineInterpolated(CultureInfo.InvariantCulture, $"log positions {r.From:N0} to {r.To:N0}, {r.Inputs:N0} inputs: {(r.Differing == 0 ? "nothing would have been otherwise" : "the other world is not the recorded one")}");
    }

    private static string Say(DecisionOutcome? o) => o is null ? "–"
        : o.Outcome == "hold" ? "hold"
        : $"{o.Action.ToString().ToLowerInvariant()} {DecimalText.Format(o.Quantity)}, {(o.Outcome == "blocked" ? "blocked" : o.AveragePrice is { } price ? $"filled {DecimalText.Format(Math.Abs(o.Filled))} at {price:0.####}" : $"{o.State}".ToLowerInvariant())}";

    private static string Money(decimal value) => value.ToString("N2", CultureInfo.InvariantCulture);

    private static string Signed(decimal value) => value.ToString("+#,0.00;-#,0.00;0.00", CultureInfo.InvariantCulture);
}
