using System.Globalization;
using EventSourcedTrading.Backtesting.Replaying;
using EventSourcedTrading.Brokers.Paper;
using EventSourcedTrading.Domain.Engine;
using EventSourcedTrading.Domain.Time;
using EventSourcedTrading.EventStore;

namespace EventSourcedTrading.Backtesting.WhatIf;

/// <summary>Runs a portfolio's tape with something changed, and says what would have come out otherwise, decision by decision.</summary>
public static class WhatIfRun
{
    /// <param name="keep">How many of the largest differences the result has.</param>
    /// <param name="each">Is given every difference, once both worlds are through with the decision.</param>
    /// <exception cref="TapeException">There is no such tape, or a part of it cannot be replayed.</exception>
    /// <exception cref="ArgumentException">Limits or policy break a rule.</exception>
    /// <exception cref="Domain.Orders.VenueSettingException">A venue setting is unknown or out of range.</exception>
    public static async Task<WhatIfResult> RunAsync(
        EventReader reader, string portfolio, WhatIfChanges changes, int keep = 20, Action<DecisionDifference>? each = null,
        IProgress<(long Done, long Of)>? progress = null, CancellationToken ct = default)
    {
        if (changes.Limits?.Validate() is { } limits) throw new ArgumentException($"limits: {limits}", nameof(changes));
        if (changes.Policy?.Validate() is { } policy) throw new ArgumentException($"policy: {policy}", nameof(changes));
        PaperSettings.Read(changes.Venue);
        var pairs = new DecisionPairs(keep, each);
        var worlds = new TwoWorlds(portfolio, changes, pairs);
        var (from, to, inputs, ended) = (0L, 0L, 0L, false);
        await foreach (var batch in new TapeReader(reader, portfolio).ReadAsync(progress: progress, ct: ct))
        {
            foreach (var (input, log) in TapeInputs.Of(batch))
            {
                var signal = (input as SignalInput)?.Signal;
                if (ended = changes.To?.IsPassed(batch, signal) ?? false) break;
                if (worlds.Other is null && (changes.From?.IsReached(batch, signal) ?? true))
                {
                    worlds.Begin(batch.Recorded.At);
                    from = batch.Tape.SeqId;
                }

                worlds.Take(input, batch.Recorded.At, log);
                if (worlds.Other is not null) inputs++;
                to = batch.Last;
            }

            if (worlds.Other is { } other) pairs.Settle(Timestamp.Min(worlds.Recorded.Frontier, other.Frontier), worlds.Recorded);
            if (ended) break;
        }

        if (worlds.Other is not { } then) throw new TapeException($"portfolio '{portfolio}': its tape has nothing between the places that were asked for; give others");
        pairs.Settle(Timestamp.MaxValue, worlds.Recorded, all: true);
        return new WhatIfResult(
            portfolio, worlds.Recorded.BaseCurrency, from, to, inputs, pairs.Recorded, pairs.Other, pairs.Differing, worlds.Recorded.Equity(), then.Equity(),
            AgentProfit.Between(worlds.ProfitBefore, worlds.Recorded, then), worlds.Days, pairs.Largest, Notes(worlds, changes));
    }

    /// <summary>What the answer rests on that is not what happened.</summary>
    private static List<string> Notes(TwoWorlds worlds, WhatIfChanges changes)
    {
        var notes = new List<string>();
        if (worlds.HasRealBroker)
            notes.Add($"venue '{worlds.Recorded.Venue}' is a real broker: its reports belong to orders that the other world may not have, so from the beginning of the question both worlds were filled by the paper venue, and the recorded side is not what really happened");
        if (worlds.Unanswerable > 0)
            notes.Add(string.Create(CultureInfo.InvariantCulture, $"{worlds.Unanswerable} commands to cancel an order were left out: the other world had no such order open"));
        if (changes.Agents.Count > 0)
            notes.Add("strategies that were put in saw the market as it was: their own orders did not move it, and rates of messages count by the tape's clock");
        var settings = PaperSettings.Read(worlds.Settings);
        if (settings.SlippageBps > 0m || settings.LatencyJitterMs > 0)
            notes.Add("slippage and jitter are drawn by the number of the order: where one world has an order more, later fills draw otherwise");
        if (worlds.Recorded.Lease.Headroom is not null) notes.Add("the firm's headroom is as it was recorded: it is not leased anew for the other world's orders");
        return notes;
    }
}
