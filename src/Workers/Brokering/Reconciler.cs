using EventSourcedTrading.Brokers;
using EventSourcedTrading.Brokers.Reconciling;
using EventSourcedTrading.Domain.Brokers;
using EventSourcedTrading.Domain.Engine;
using EventSourcedTrading.Domain.Orders;
using EventSourcedTrading.Domain.Time;
using EventSourcedTrading.Workers.Engines;

namespace EventSourcedTrading.Workers.Brokering;

/// <summary>
/// Compares the books, takes over what is plain, and keeps what is not on record until it is gone. A difference that is not an execution
/// counts when it was there twice in a row: between two questions the market goes on.
/// </summary>
public sealed class Reconciler(IBrokerAdapter broker, BrokerLog log, string portfolio, ReconciliationPolicy policy)
{
    /// <summary>Executions are asked for from so long before the last comparison: what a broker tells late is not missed.</summary>
    private static readonly TimeSpan Overlap = TimeSpan.FromDays(1);

    private readonly Dictionary<string, BreakFound> open = new(StringComparer.Ordinal);
    private readonly HashSet<string> adopted = new(StringComparer.Ordinal);
    private readonly BreakResolutions words = new();
    private HashSet<(string Id, string Ours, string Theirs)> before = [];
    private Timestamp? last;

    /// <summary>Why no order may go out; null if nothing stands against it.</summary>
    public string? HaltedBy => open.Values.FirstOrDefault(b => b.Action == BreakAction.Halt) is { } halt
        ? $"{halt.Kind} of {halt.Key}: ours {halt.Ours}, theirs {halt.Theirs}; {halt.Owner} must resolve it" : null;

    /// <summary>A person's word on a break; done with the next comparison.</summary>
    public void Order(BreakResolutionOrdered word) => words.Order(word, open.GetValueOrDefault(word.BreakId));

    /// <summary>Takes up what is on record from before.</summary>
    /// <param name="upTo">Place in the log up to which the caller has followed the portfolio; what persons say later, it hands on.</param>
    public async Task LoadAsync(long upTo, CancellationToken ct)
    {
        await foreach (var (_, e) in log.ReadAsync(BrokerSource.StreamOf(portfolio), ct))
        {
            if (e is HoldingFound holding) adopted.Add(holding.Origin);
            if (e is BrokerReconciled reconciled) last = reconciled.AsOf;
        }

        var settled = new Dictionary<string, long>(StringComparer.Ordinal);
        await foreach (var (position, e) in log.ReadAsync(log.Reconciliation, ct))
        {
            switch (e)
            {
                case BreakFound found when found.Portfolio == portfolio: (open[found.BreakId], settled[found.BreakId]) = (found, position); break;
                case BreakResolved resolved when open.Remove(resolved.BreakId, out var known) && resolved.Dismissed: words.Dismissed(known.BreakId, known.Ours, known.Theirs); break;
                case BreakResolutionRefused refused: settled[refused.BreakId] = position; break;
            }
        }

        // Said, and not done before the role ended.
        await foreach (var (position, e) in log.ReadAsync($"portfolio-{portfolio}", ct))
            if (e is BreakResolutionOrdered word && position <= upTo && open.ContainsKey(word.BreakId) && position > settled[word.BreakId]) Order(word);
    }

    /// <param name="ours">Up to date with the log.</param>
    /// <returns>True if the books agree, or differ in nothing that is not on record.</returns>
    /// <exception cref="BrokerException">The broker did not answer.</exception>
    public async Task<bool> RunAsync(PortfolioState ours, OrderDesk desk, CancellationToken ct)
    {
        var now = log.Now;
        var theirs = await BrokerBook.ReadAsync(broker, (last ?? now) - Overlap, ct);
        var found = Comparing.Of(ours, theirs, adopted, policy.CashTolerance);
        var (events, unsure) = (new List<DomainEvent>(), false);
        HashSet<(string, string, string)> seen = [];
        foreach (var stray in words.TakeStrays(open)) events.Add(Refused(stray, "no such break is open; est broker breaks lists them", now));
        foreach (var difference in found)
        {
            var id = difference.BreakIdOf(portfolio);
            if (words.LetStand(id, difference)) continue;
            // The broker is asked what became of it; only what it cannot tell is a break.
            if (difference.Kind is BreakKind.MissingOrder or BreakKind.UnansweredRequest && desk.IsBusyWith(difference.Key)) continue;
            if (difference.Kind == BreakKind.MissingOrder) desk.Settle(ours.Orders[difference.Key].Terms);
            seen.Add((id, difference.Ours, difference.Theirs));
            var certain = difference.Execution is not null || before.Contains((id, difference.Ours, difference.Theirs));
            // What is taken over now is looked at once more.
            unsure |= !certain || difference.Kind is BreakKind.MissedExecution or BreakKind.ForeignExecution or BreakKind.UnansweredRequest;
            if (certain) await ActAsync(difference, id, ours, desk, events, now, ct);
        }

        foreach (var gone in open.Values.Where(b => !seen.Any(s => s.Item1 == b.BreakId)).ToList())
        {
            open.Remove(gone.BreakId);
            events.Add(new BreakResolved(gone.BreakId, portfolio, broker.Name, gone.Kind, gone.Key,
                words.TakeAdopted(gone.BreakId) ?? (gone.Action == BreakAction.Adopt ? "adopted" : "the books agree again"), now));
        }

        before = seen;
        last = now;
        events.Add(new ReconciliationRan(portfolio, broker.Name, theirs.Account.AccountId, theirs.Orders.Count, theirs.Executions.Count, theirs.Positions.Count, open.Count, now));
        await log.NoteAsync(events, ct);
        return !unsure;
    }

    private async Task ActAsync(Difference d, string id, PortfolioState ours, OrderDesk desk, List<DomainEvent> events, Timestamp now, CancellationToken ct)
    {
        if (!open.TryGetValue(id, out var known) || (known.Ours, known.Theirs) != (d.Ours, d.Theirs))
        {
            open[id] = known = new BreakFound(id, portfolio, broker.Name, d.Kind, d.Key, d.Ours, d.Theirs, policy.For(d.Kind), policy.Owner, now);
            events.Add(known);
        }

        if (IsAdopted(known, events, now)) await AdoptAsync(d, $"{id}:{known.AsOf.UnixMicros}", ours, desk, now, ct);
    }

    /// <summary>Does our book take over the broker's side, by the policy or by a person's word? One that is dismissed stands as it is.</summary>
    private bool IsAdopted(BreakFound known, List<DomainEvent> events, Timestamp now)
    {
        var byPolicy = policy.For(known.Kind) == BreakAction.Adopt;
        if (words.Take(known) is not ({ } word, var fault)) return byPolicy;
        if (fault is not null)
        {
            events.Add(Refused(word, fault, now));
            return byPolicy;
        }

        if (word.How == BreakResolution.Adopt)
        {
            words.Adopting(word);
            return true;
        }

        open.Remove(known.BreakId);
        words.Dismissed(known.BreakId, known.Ours, known.Theirs);
        events.Add(new BreakResolved(known.BreakId, portfolio, broker.Name, known.Kind, known.Key, $"dismissed by {word.Actor}: {word.Reason}", now, Dismissed: true));
        return false;
    }

    /// <param name="origin">Names this occurrence of the break, so that it is taken over once.</param>
    private async Task AdoptAsync(Difference d, string origin, PortfolioState ours, OrderDesk desk, Timestamp now, CancellationToken ct)
    {
        switch (d.Kind)
        {
            case BreakKind.MissedExecution when d.Execution is { } e:
                await log.ReportAsync(new ExecutionReport(e.OrderId, ReportKind.PartialFill, e.ExecutionId, e.Quantity, e.Price, e.Fee, "found when the books were compared", e.At), ct);
                break;
            case BreakKind.ForeignExecution when d.Execution is { } e && adopted.Add(e.ExecutionId):
                await log.TellAsync(new HoldingFound(portfolio, broker.Name, e.Instrument, e.Side.Sign() * e.Quantity, e.Price, e.Fee, e.ExecutionId, now), ct);
                break;
            case BreakKind.Position when adopted.Add(origin):
                await log.TellAsync(new HoldingFound(portfolio, broker.Name, d.Key, d.Amount, d.Price, 0m, origin, now), ct);
                break;
            case BreakKind.Cash when adopted.Add(origin):
                await log.TellAsync(new CashFound(portfolio, broker.Name, d.Key, d.Amount, origin, now), ct);
                break;
            case BreakKind.MissingOrder when policy.For(d.Kind) != BreakAction.Adopt:
                await log.ReportAsync(new ExecutionReport(d.Key, ReportKind.Cancelled, "", 0m, 0m, 0m, $"{broker.Name} lists no such order, and a person has ended it", now), ct);
                break;
            case BreakKind.UndeadOrder when d.Order is { } order: desk.Bury(order, ours.Orders[order.OrderId].Terms); break;
            case BreakKind.UnansweredRequest when d.Order is { } order: await log.ReportAsync(UnansweredRequest.Answer(ours.Orders[order.OrderId], order, now), ct); break;
        }
    }

    private BreakResolutionRefused Refused(BreakResolutionOrdered word, string why, Timestamp now) => new(word.BreakId, portfolio, broker.Name, word.Actor, why, now);
}
