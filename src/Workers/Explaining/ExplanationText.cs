using EventSourcedTrading.Domain.Engine;
using EventSourcedTrading.Domain.Json;
using EventSourcedTrading.Domain.MetaAgent;
using EventSourcedTrading.Domain.Orders;
using EventSourcedTrading.Domain.Risk;
using EventSourcedTrading.Domain.Signals;
using EventSourcedTrading.Domain.Time;
using Spectre.Console;

namespace EventSourcedTrading.Workers.Explaining;

/// <summary>
/// An explanation for people: one section for each step from the market to the money, at most 100 columns wide. Each line that
/// stands for an event begins with its place in the log. Plain where the console has no colours.
/// </summary>
public sealed class ExplanationText
{
    private const int MaxWidth = 100;
    private readonly IAnsiConsole console;
    private readonly Explanation e;

    private ExplanationText(IAnsiConsole console, Explanation explanation) => (this.console, e) = (console, explanation);

    public static void Write(IAnsiConsole console, Explanation explanation)
    {
        // A pipe has no width of its own.
        console.Profile.Width = console.Profile.Out.IsTerminal ? Math.Min(MaxWidth, console.Profile.Width) : MaxWidth;
        new ExplanationText(console, explanation).Write();
    }

    private void Write()
    {
        Title();
        Market();
        Intents();
        Vote();
        Checks();
        Order();
        Result();
        Proof();
    }

    private void Title()
    {
        var terms = e.Terms;
        var text = terms is not null
            ? $"Order {terms.OrderId}: {Word(terms.Side)} {N(terms.Quantity)} {terms.Instrument}, {Kind(terms.OrderType, terms.LimitPrice, terms.StopPrice, terms.Trail)}, {Word(terms.TimeInForce)}{Exits(terms.Bracket)}{(terms.ParentId is { } entry ? $", exit of {entry}" : "")}{(terms.OneCancels is { } other ? $", one cancels the other with {other}" : "")}"
            : e.Made is { } made ? $"Decision {e.DecisionId}: {Word(made.Action)} {made.Instrument}" : $"Decision {e.DecisionId}";
        console.MarkupLineInterpolated($"[bold]{text}[/]");
        console.MarkupLineInterpolated($"[grey]portfolio {terms?.Portfolio ?? e.Made?.Portfolio ?? "?"}, decision {e.DecisionId}[/]");
        if (e.Execution is { } execution) console.MarkupLineInterpolated($"[grey]asked for fill {execution}, marked with > below[/]");
    }

    private void Market()
    {
        Section("What was seen");
        var table = Columns(Right("tape"), Left("signal"), Left("market time, UTC"), Left("what"));
        foreach (var seen in e.Signals)
            table.AddRow(Dim(seen.TapeSeq?.ToString() ?? "?"), Text(seen.SignalId), Text(seen.Signal is { } s ? Market(s.Time) : ""), Text(seen.Signal is { } fact ? Describe(fact) : $"not found: {seen.Missing}"));
        Show(table, "no intent names a signal");
        var price = e.Order.Select(s => (s.Event as OrderApproved)?.ReferencePrice ?? (s.Event as OrderBlocked)?.ReferencePrice).FirstOrDefault(p => p is not null);
        if (price is not null) console.MarkupLineInterpolated($"  reference price {N(price.Value)}");
    }

    private void Intents()
    {
        Section("What each strategy wanted, and why");
        var table = Columns(Right("log"), Left("agent"), Left("intent"), Right("confidence"), Left("rationale"));
        foreach (var (step, intent) in e.Round.Select(s => (s, ((IntentReceived)s.Event).Intent)))
        {
            var wants = intent.Quantity == 0m ? "nothing" : $"{Word(intent.Side)} {N(intent.Quantity)} {Kind(intent.OrderType, intent.LimitPrice, intent.StopPrice, intent.Trail)}{Exits(intent.Bracket)}";
            var features = string.Join(", ", intent.Features.OrderBy(f => f.Key, StringComparer.Ordinal).Select(f => $"{f.Key} {N(f.Value)}"));
            table.AddRow(Dim(step.Seq.ToString()), Text(intent.Agent), Text(wants), Text(N(intent.Confidence)), Text(features.Length == 0 ? intent.Rationale : $"{intent.Rationale} ({features})"));
        }

        Show(table, "nobody wanted anything");
        if (e.Made is not { } made) return;
        if (made.Abstained.Count > 0) console.MarkupLineInterpolated($"  said nothing: {string.Join(", ", made.Abstained)}");
        if (made.Absent.Count > 0) console.MarkupLineInterpolated($"  [yellow]not waited for any longer: {string.Join(", ", made.Absent)}[/]");
    }

    private void Vote()
    {
        Section("How it was decided");
        if (e.Decision is not { } step || e.Made is not { } made)
        {
            console.MarkupLine("  [red]the log has no decision for it[/]");
            return;
        }

        var table = Columns(Left("agent"), Left("vote"), Right("confidence"), Right("weight"), Right("score"), Right("share of it"));
        foreach (var vote in made.Votes)
            table.AddRow(
                Text(vote.Agent), Text(vote.Quantity == 0m ? "neutral" : $"{Word(vote.Side)} {N(vote.Quantity)}"), Text(N(vote.Confidence)), Text(N(vote.Weight)),
                Text(Signed(vote.Score)), Text(made.Allocation.FirstOrDefault(a => a.Agent == vote.Agent) is { Quantity: > 0m } part ? N(part.Quantity) : ""));
        Show(table, "no votes");
        Line(step, $"[bold]{(made.Action == DecisionAction.Hold ? "hold" : $"{Word(made.Action)} {N(made.Quantity)}")}[/] by {Escape(made.Method)}{(made.Conflict ? ", [yellow]against a vote for the other side[/]" : "")}");
        Note(made.Arithmetic.ToString());
        Note(made.Reason.ToString());
        foreach (var other in e.Overrides)
            if (other.Event is DecisionOverridden o) Line(other, $"[yellow]overridden by {Escape(o.Actor)}: {Word(o.Action)} {N(o.Quantity)}; {Escape(o.Reason)}[/]");
    }

    private void Checks()
    {
        var step = e.Order.FirstOrDefault(s => s.Event is OrderApproved or OrderBlocked);
        if (step is null) return;
        Section("What risk said");
        var checks = (step.Event as OrderApproved)?.Checks ?? ((OrderBlocked)step.Event).Checks;
        var table = Columns(Left(""), Left("rule"), Right("value"), Right("limit"), Left("unit"), Left("detail"));
        foreach (var check in checks)
            table.AddRow(
                new Markup(check.Passed ? "[green]passed[/]" : "[red]FAILED[/]"), Text(check.Rule), Text(N(check.Value)), Text(check.Limit is { } limit ? N(limit) : "none"),
                Text(check.Unit), Text(check.Detail));
        Show(table, "no rule was checked");
        if (step.Event is OrderApproved approved) Line(step, $"[green]approved[/], {N(approved.Reserved)} reserved in base currency at {N(approved.ReferencePrice)}");
        else Line(step, $"[red]blocked[/]: {Escape(((OrderBlocked)step.Event).Reason)}");
        foreach (var risk in e.Risk) Line(risk, RiskLine(risk.Event));
    }

    private static string RiskLine(DomainEvent risk) => risk is RiskViolationDetected v
        ? $"[red]violation {Escape(v.Rule)}[/] {Word(v.Kind)}: {N(v.Value)} {Escape(v.Unit)} against {N(v.Limit)}" : Escape(EventJson.AliasOf(risk));

    private void Order()
    {
        var steps = e.Order.Where(s => s.Event is not (OrderApproved or OrderBlocked)).ToList();
        if (steps.Count == 0) return;
        Section("What happened to the order");
        foreach (var step in steps)
        {
            var execution = (step.Event as OrderPartiallyFilled)?.Execution ?? (step.Event as OrderFilled)?.Execution;
            if (execution is null) Line(step, Happened(step.Event));
            else Fill(step, execution);
        }
    }

    private void Fill(Step step, Execution x)
    {
        Line(
            step, $"[green]{N(x.Quantity)} at {N(x.Price)}[/], fee {N(x.Fee)} {Escape(x.Currency)}, {N(x.CumulativeQuantity)} filled, {N(x.LeavesQuantity)} left",
            x.ExecutionId == e.Execution);
        Note($"execution {x.ExecutionId}: position {N(x.PositionAfter)} at cost {N(x.CostAfter)} {x.Currency}, realised {Signed(x.Realised)}");
        foreach (var share in x.Shares)
            Note($"{share.Agent}: {N(share.Quantity)}, fee {N(share.Fee)}, realised {Signed(share.Realised)}, position {N(share.PositionAfter)}");
    }

    private static string Happened(DomainEvent happened) => happened switch
    {
        OrderSubmissionAttempted x => $"about to be sent to {Escape(x.Broker)}",
        OrderSubmitted x => $"sent to {Escape(x.Broker)}",
        OrderAcknowledged x => $"acknowledged as {Escape(x.BrokerOrderId)}",
        OrderCancelRequested x => $"[yellow]cancel asked for by {Escape(x.Actor)}[/]: {Escape(x.Reason)}",
        OrderCancelled x => $"[yellow]cancelled[/], {N(x.CancelledQuantity)} unfilled: {Escape(x.Reason)}",
        OrderReplaceRequested x => $"replacement asked for by {Escape(x.Actor)}: {Escape(x.Reason)}",
        OrderReplaced x => $"replaced: {N(x.Quantity)}{(x.LimitPrice is { } p ? $" limit {N(p)}" : "")}{(x.BrokerOrderId is { } name ? $", now {Escape(name)}" : "")}",
        OrderRejected x => $"[red]rejected by the venue[/]: {Escape(x.Reason)}",
        OrderExpired x => $"[yellow]expired[/], {N(x.ExpiredQuantity)} unfilled: {Escape(x.Reason)}",
        OrderInDoubt x => $"[red]in doubt[/]: {Escape(x.Reason)}",
        OrderAnomalyNoted x => $"[red]anomaly[/], not acted on: {Escape(x.Report)} while {Word(x.State)}; {Escape(x.Detail)}",
        _ => Escape(EventJson.AliasOf(happened)),
    };

    private void Result()
    {
        if (Outcome.Of(e) is not { } outcome) return;
        Section("What came of it");
        var average = outcome.AveragePrice is { } price ? $" at {N(Math.Round(price, 10))}" : "";
        console.MarkupLine(
            $"  [bold]{Word(outcome.State)}[/], {N(outcome.Filled)} of {N(e.Terms!.Quantity)} filled{average}" +
            (outcome.Currency is { } c ? $", fees {N(outcome.Fees)} {Escape(c)}, realised {Signed(outcome.Realised)} {Escape(c)} before fees" : ""));
    }

    private void Proof()
    {
        Section("Where it stands in the log");
        var table = Columns(Right("log"), Left("recorded at, UTC"), Left("event"), Left("id"), Left("input"));
        foreach (var step in e.Steps)
            table.AddRow(
                Text(step.Seq.ToString()), Text(Timestamp.From(step.RecordedAt).ToString()[..26].Replace('T', ' ')), Text(step.Type), Dim(step.Id.ToString()[..8]),
                Dim(step.Input is { } input ? $"{input.Kind} {input.TapeSeq}/{input.Index}" : ""));
        Show(table, "no events");
    }

    private void Section(string title)
    {
        console.WriteLine();
        console.MarkupLineInterpolated($"[bold blue]{title}[/]");
    }

    /// <summary>An event: its place in the log, its market time, and what it says.</summary>
    private void Line(Step step, string markup, bool asked = false)
    {
        var grid = new Grid().AddColumn(new GridColumn().Width(1).Padding(0, 0, 1, 0)).AddColumn(new GridColumn().NoWrap().RightAligned().Padding(0, 0, 2, 0))
            .AddColumn(new GridColumn().NoWrap().Padding(0, 0, 2, 0)).AddColumn(new GridColumn().Padding(0, 0, 0, 0));
        grid.AddRow(new Text(asked ? ">" : " "), Dim(step.Seq.ToString().PadLeft(4)), Dim(AsOf(step.Event) is { } at ? Market(at) : ""), new Markup(markup));
        console.Write(grid);
    }

    private void Note(string text)
    {
        if (text.Length > 0) console.Write(new Padder(new Text(text, new Style(Color.Grey)), new Padding(8, 0, 0, 0)));
    }

    private static Timestamp? AsOf(DomainEvent happened) => happened switch
    {
        DecisionMade x => x.AsOf,
        OrderApproved x => x.AsOf,
        OrderBlocked x => x.AsOf,
        OrderSubmissionAttempted x => x.AsOf,
        OrderSubmitted x => x.AsOf,
        OrderAcknowledged x => x.AsOf,
        OrderPartiallyFilled x => x.Execution.AsOf,
        OrderFilled x => x.Execution.AsOf,
        OrderCancelRequested x => x.AsOf,
        OrderCancelled x => x.AsOf,
        OrderReplaceRequested x => x.AsOf,
        OrderReplaced x => x.AsOf,
        OrderRejected x => x.AsOf,
        OrderExpired x => x.AsOf,
        OrderInDoubt x => x.AsOf,
        OrderAnomalyNoted x => x.AsOf,
        RiskViolationDetected x => x.AsOf,
        DailyLossLimitReached x => x.AsOf,
        DrawdownLimitReached x => x.AsOf,
        ThrottleTripped x => x.AsOf,
        _ => null,
    };

    private void Show(Table table, string ifEmpty)
    {
        if (table.Rows.Count == 0) console.MarkupLineInterpolated($"  {ifEmpty}");
        else console.Write(new Padder(table, new Padding(2, 0, 0, 0)));
    }

    private static Table Columns(params TableColumn[] columns)
    {
        var table = new Table().NoBorder();
        table.AddColumns(columns);
        return table;
    }

    private static TableColumn Left(string title) => new TableColumn(new Text(title, new Style(Color.Grey))).Padding(0, 0, 2, 0);
    private static TableColumn Right(string title) => Left(title).RightAligned().NoWrap();
    private static Text Text(string text) => new(text);
    private static Text Dim(string text) => new(text, new Style(Color.Grey));
    private static string Escape(string text) => Markup.Escape(text);
    private static string N(decimal value) => DecimalText.Format(value);
    private static string Signed(decimal value) => value > 0m ? $"+{N(value)}" : N(value);
    private static string Word<T>(T value) where T : struct, Enum => System.Text.Json.JsonNamingPolicy.CamelCase.ConvertName(value.ToString());
    private static string Market(Timestamp at) => at.UnixMicros % 1_000_000 == 0 ? at.ToString()[..19].Replace('T', ' ') : at.ToString()[..23].Replace('T', ' ');

    private static string Kind(OrderType type, decimal? limit, decimal? stop, Trail? trail) =>
        type == OrderType.Market ? "market"
            : trail is not null ? $"trailing stop {(trail.Amount is { } amount ? N(amount) : $"{N(trail.Percent.GetValueOrDefault())} %")} behind"
            : string.Join(' ', ((string?[])[stop is { } s ? $"stop {N(s)}" : null, limit is { } l ? $"limit {N(l)}" : null]).Where(t => t is not null));

    private static string Exits(Bracket? bracket) => bracket is null ? ""
        : $", then {string.Join(" or ", ((string?[])[
            bracket.TakeProfit is { } take ? $"limit {N(take)}" : null,
            bracket.StopLoss is { } stop ? $"stop {N(stop)}{(bracket.StopLossLimit is { } worst ? $" limit {N(worst)}" : "")}" : null]).Where(t => t is not null))} to get out";

    private static string Describe(Signal s) => s.Kind switch
    {
        SignalKind.Quote => $"{s.Instrument} quote {N(s.Bid)} / {N(s.Ask)} ({N(s.BidSize)} x {N(s.AskSize)})",
        SignalKind.Dividend => $"{s.Instrument} dividend {N(s.CashPerShare)} a share",
        SignalKind.Split => $"{s.Instrument} split {N(s.NewShares)} for {N(s.OldShares)}",
        SignalKind.Trade => $"{s.Instrument} trade {N(s.Size)} at {N(s.Price)}",
        _ => $"{s.Instrument} bar open {N(s.Open)} high {N(s.High)} low {N(s.Low)} close {N(s.Price)}, volume {N(s.Size)}",
    };
}
