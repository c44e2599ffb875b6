using System.Globalization;
using Spectre.Console;

namespace EventSourcedTrading.Workers.Demo;

/// <summary>The figures of a demonstration as people read them.</summary>
public static class DemoSummary
{
    public static void Write(IAnsiConsole console, DemoFigures f)
    {
        console.Write(new Rule($"session on {f.Data}").LeftJustified());
        var counts = Table("what", "how many");
        Row(counts, "signals", Whole(f.Signals));
        Row(counts, "intents", $"{Whole(f.Intents)}  ({string.Join(", ", f.IntentsByAgent.Select(a => $"{a.Key} {Whole(a.Value)}"))})");
        Row(counts, "rounds decided", Whole(f.Rounds));
        Row(counts, "  of them conflicts", Whole(f.Conflicts));
        Row(counts, "orders approved", Whole(f.Orders));
        Row(counts, "orders blocked by risk", $"{Whole(f.Blocked)}  ({string.Join(", ", f.Violations.Select(v => $"{v.Key} {Whole(v.Value)}"))})");
        Row(counts, "fills", Whole(f.Fills));
        Row(counts, "events in the log", $"{Whole(f.Events)}  ({Whole((long)f.EventsPerSecond)} a second, {f.Seconds.ToString("0.0", CultureInfo.InvariantCulture)} s)");
        console.Write(counts);

        var positions = Table("position", "quantity", "average", "last", "unrealised", "realised");
        foreach (var p in f.Positions) Row(positions, p.Instrument, Whole(p.Quantity), Money(p.AveragePrice), Money(p.LastPrice), Signed(p.Unrealised), Signed(p.Realised));
        console.Write(positions);

        var profit = Table("profit by strategy", "realised", "unrealised", "fees", "net", "fills");
        foreach (var p in f.ProfitByAgent) Row(profit, p.Agent, Signed(p.Realised), Signed(p.Unrealised), Money(p.Fees), Signed(p.Net), Whole(p.Fills));
        Row(profit, "portfolio", Signed(f.Realised), Signed(f.Unrealised), Money(f.Fees), Signed(f.Realised + f.Unrealised - f.Fees), Whole(f.Fills));
        console.Write(profit);
        var policies = Table("policy, same intents", "buy", "sell", "hold", "resolved", "units", "orders", "as decided");
        foreach (var p in f.Policies)
            Row(policies, p.Policy, Whole(p.Buys), Whole(p.Sells), Whole(p.Holds), $"{Whole(p.ConflictsResolved)} of {Whole(f.Conflicts)}", Whole(p.Quantity), Whole(p.Orders), Whole(p.SameAsDecided));
        console.Write(policies);
        console.MarkupLineInterpolated($"cash {Money(f.Cash)} {f.BaseCurrency}, equity {Money(f.Equity)} {f.BaseCurrency}, decision digest {f.DecisionDigest[..16]}");
        if (f.Completeness is { } all)
        {
            var tallied = string.Join(", ", all.Counts.Select(c => c.Nats == c.Log && c.Log == c.Reports ? $"{Whole(c.Log)} {c.What}" : $"{c.What}: {Whole(c.Nats)} / {Whole(c.Log)} / {Whole(c.Reports)}"));
            console.MarkupLineInterpolated($"heard on NATS = log = reports: [{(all.Complete ? "green" : "red")}]{(all.Complete ? "complete" : $"NOT, {all.Unmatched} ids unmatched")}[/], {tallied}");
        }

        if (f.Proof is { } proof)
        {
            console.MarkupLineInterpolated($"log [{(proof.Intact ? "green" : "red")}]{(proof.Intact ? "intact" : "tampered with")}[/]: {Whole(proof.Events)} events hashed anew in {proof.Seconds.ToString("0.0", CultureInfo.InvariantCulture)} s, {Whole(proof.Agreeing)} of {Whole(proof.Checkpoints)} signed checkpoints agree");
            if (proof.File is not null) console.MarkupLineInterpolated($"order {f.ExplainedOrder} proven in {proof.File} ({Whole(proof.ProvenEvents)} events)");
        }

        if (f.Complaint is { } complaint) console.MarkupLineInterpolated($"[red]not as a demonstration should be: {complaint}[/]");
        console.WriteLine();
    }

    public static void WriteNext(IAnsiConsole console, DemoFigures f, string file)
    {
        console.Write(new Rule("where to look next").LeftJustified());
        console.MarkupLineInterpolated($"  {file}  holds the figures above for programs.");
        console.MarkupLine("  The servers of `make demo` end with it. To keep them: `make up`, then `./est demo`, then for example");
        console.MarkupLineInterpolated($"    ./est explain order {f.BlockedOrder ?? "main-2"} --database {f.Database}     why risk blocked it");
        console.MarkupLineInterpolated($"    ./est explain order {f.ExplainedOrder ?? "main-1"} --database {f.Database} --json");
        if (f.Proof is { File: { } proof }) console.MarkupLineInterpolated($"    ./est-verify {proof} --key {Path.GetDirectoryName(proof)}/notary.key     needs no server");
        console.MarkupLineInterpolated($"    ./est projections status --database {f.Database}");
        console.MarkupLine("  `./est --help` shows the rest, docs/ explains it.");
    }

    private static Table Table(params string[] columns)
    {
        var table = new Table().Border(TableBorder.Minimal);
        for (var i = 0; i < columns.Length; i++)
        {
            var column = new TableColumn(columns[i]);
            table.AddColumn(i > 0 && columns.Length > 2 ? column.RightAligned() : column);
        }

        return table;
    }

    private static void Row(Table table, params string[] cells) => table.AddRow([.. cells.Select(c => new Markup(c.StartsWith('−') ? $"[red]{c}[/]" : c.EscapeMarkup()))]);

    private static string Whole(decimal n) => n.ToString("#,0.########", CultureInfo.InvariantCulture).Replace('-', '−');

    private static string Money(decimal n) => n.ToString("#,0.00", CultureInfo.InvariantCulture);

    private static string Signed(decimal n) => n.ToString("#,0.00", CultureInfo.InvariantCulture).Replace('-', '−');
}
