using System.CommandLine;
using System.Globalization;
using EventSourcedTrading.Api.Http;
using EventSourcedTrading.Projections.Audit;
using Spectre.Console;

namespace EventSourcedTrading.Workers.Cli;

/// <summary><c>est audit find</c></summary>
internal static class AuditFind
{
    private const string Description = """
        find events by what they say; all that is given must hold

        Examples:
          est audit find --instrument SPY.ARCX --type risk_violation_detected    which limits stood in the way
          est audit find --agent trend@1.3.0 --text "crossed from below"         what an agent said
          est audit find --actor olga --from 2026-11-20T00:00:00Z                what a person did since then
          est audit find --order main-42 --oldest-first                          an order's life
          est audit find --portfolio main --as-of 4711                           the log as it stood at position 4711

        A moment is a time with its offset or a position in the log. Text looks for all words, in either case; "in quotes" one after
        the other, `or` between alternatives, - before a word that must not be there.
        """;

    public static Command Create()
    {
        Option<string?> actor = Text("--actor", "the person, by name or reference, or the part of the platform, that did it; clear:NAME for logs from before there were references"), instrument = Text("--instrument", "such as SPY.ARCX"),
            agent = Text("--agent", "any agent that is named, as name@version"), order = Text("--order", "order id"), decision = Text("--decision", "decision id"),
            correlation = Text("--correlation", "the decision that it belongs to"), causation = Text("--causation", "the id of an event, or an input such as intent:7f3a"),
            type = Text("--type", "such as order_filled"), stream = Text("--stream", "such as risk-main"), portfolio = Text("--portfolio", "id of the portfolio"),
            text = Text("--text", "words of a rationale or reason"), from = Text("--from", "from this moment on"), to = Text("--to", "up to this moment"),
            asOf = Text("--as-of", "the log as it stood at this moment; the same as --to"), after = Text("--after", "the next page: what --json calls next"), limit = Text("--limit", "how many, 1 to 500 (50)");
        var oldestFirst = new Option<bool>("--oldest-first") { Description = "in the order of the log" };
        return AuditCommand.Ask(
            "find", Description,
            [actor, instrument, agent, order, decision, correlation, causation, type, stream, portfolio, text, from, to, asOf, limit, oldestFirst, after],
            async (p, source, persons, json, ct) =>
            {
                var question = new AuditQuestion(
                    p.GetValue(actor), p.GetValue(instrument), p.GetValue(agent), p.GetValue(order), p.GetValue(decision), p.GetValue(correlation), p.GetValue(causation),
                    p.GetValue(type), p.GetValue(stream), p.GetValue(portfolio), p.GetValue(text), p.GetValue(from), p.GetValue(to), p.GetValue(asOf), p.GetValue(after),
                    p.GetValue(limit), p.GetValue(oldestFirst) ? "true" : null);
                var page = await People.NamedAsync(persons, await (await AuditPersons.AskedAsync(question, persons, ct)).AskAsync(new AuditQuery(source), ct), ct);
                if (json) AuditCommand.Print(page);
                else Show(page);
                return 0;
            });
    }

    private static void Show(AuditPage page)
    {
        if (page.Items.Count == 0) Console.WriteLine("no event has all of that");
        else
        {
            var table = new Table().Border(TableBorder.Minimal).AddColumn(new TableColumn("position").RightAligned().NoWrap()).AddColumn("recorded").AddColumn(new TableColumn("type").NoWrap())
                .AddColumn("about").AddColumn("by").AddColumn("words");
            foreach (var e in page.Items)
                table.AddRow([.. new[] { e.Position.ToString(CultureInfo.InvariantCulture), e.RecordedAt.ToString()[..19], e.Type, About(e), By(e), Words(e) }.Select(Markup.Escape)]);
            AnsiConsole.Write(table);
        }

        Terminal.Note(page.Next is { } next ? $"There are more: --after {next}. The index has come to position {page.IndexedTo}." : $"That is all. The index has come to position {page.IndexedTo}.");
    }

    public static string About(AuditRow e) => e.OrderId ?? e.DecisionId ?? e.Instrument ?? e.Stream;

    public static string By(AuditRow e) => e.Actor ?? string.Join(", ", e.Agents);

    /// <summary>The first of them: the whole is one `est audit show` away.</summary>
    public static string Words(AuditRow e) => e.Words?.ReplaceLineEndings("; ") is { } words ? words.Length <= 80 ? words : words[..79] + "…" : "";

    private static Option<string?> Text(string name, string description) => new(name) { Description = description };
}
