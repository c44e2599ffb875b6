using EventSourcedTrading.Domain.Json;
using EventSourcedTrading.Domain.MetaAgent;

namespace EventSourcedTrading.Reports;

/// <summary>The tables of <see cref="DecisionLog"/>.</summary>
internal static class DecisionTables
{
    private sealed record Voice(Decided Decided, Vote Vote, Intent? Intent);

    private sealed record Part(Decided Decided, string Agent, Earned Earned);

    private sealed class Algorithm(string portfolio, string agent, string currency)
    {
        public string Portfolio => portfolio;
        public string Agent => agent;
        public string Currency => currency;
        public long Votes { get; set; }
        public long Allocated { get; set; }
        public Earned Earned { get; set; }
    }

    public static ReportTable ByAlgorithm(List<Decided> decisions)
    {
        var all = new SortedDictionary<string, Algorithm>(StringComparer.Ordinal);
        foreach (var d in decisions)
        {
            foreach (var vote in d.Made.Votes) Of(d, vote.Agent, "").Votes++;
            foreach (var maker in d.Made.Allocation) Of(d, maker.Agent, "").Allocated++;
            foreach (var (agent, earned) in d.Shares)
            {
                var one = Of(d, agent, d.Currency ?? "");
                one.Earned = new Earned(one.Earned.Quantity + earned.Quantity, one.Earned.Fees + earned.Fees, one.Earned.Realised + earned.Realised);
            }
        }

        return ReportTable.Of(
            "algorithms", "Each algorithm: its part in the decisions of the period, and in each currency what came of it", [.. all.Values],
            new("portfolio", "decision_made: portfolio", a => a.Portfolio),
            new("algorithm", "name@version; person:name for a person", a => a.Agent),
            new("currency", "execution.currency; empty in the line that counts votes", a => a.Currency),
            new("votes", "decision_made: votes, counted", a => a.Currency.Length > 0 ? null : Cell.Of(a.Votes), true),
            new("decisions with a share", "decision_made: allocation, counted", a => a.Currency.Length > 0 ? null : Cell.Of(a.Allocated), true),
            new("filled", "execution.shares.quantity, summed", a => a.Currency.Length > 0 ? Cell.Of(a.Earned.Quantity) : null, true),
            new("fees", "execution.shares.fee, summed", a => a.Currency.Length > 0 ? Cell.Of(a.Earned.Fees) : null, true),
            new("realised", "execution.shares.realised, summed, before fees", a => a.Currency.Length > 0 ? Cell.Of(a.Earned.Realised) : null, true));

        Algorithm Of(Decided d, string agent, string currency)
        {
            var key = $"{d.Made.Portfolio}\n{agent}\n{currency}";
            return all.TryGetValue(key, out var one) ? one : all[key] = new Algorithm(d.Made.Portfolio, agent, currency);
        }
    }

    public static ReportTable Decisions(List<Decided> decisions) => ReportTable.Of(
        "decisions", "Decisions of the period, with their outcome", decisions,
        new("position", "position in the log", d => Cell.Of(d.Log.Seq), true),
        new("recorded", "time of recording", d => Cell.Of(d.Log.At)),
        new("as of", "asOf: market time", d => Cell.Of(d.Made.AsOf)),
        new("decision id", "decisionId", d => d.Made.DecisionId),
        new("portfolio", "portfolio", d => d.Made.Portfolio),
        new("instrument", "instrument", d => d.Made.Instrument),
        new("action", "action", d => Cell.Word(d.Made.Action)),
        new("quantity", "quantity", d => Cell.Of(d.Made.Quantity), true),
        new("decision makers", "allocation: algorithm or person, with its share", d => Cell.Of(d.Made.Allocation)),
        new("method", "method", d => d.Made.Method),
        new("arithmetic", "arithmetic", d => d.Made.Arithmetic.ToString()),
        new("reason", "reason", d => d.Made.Reason.ToString()),
        new("conflict", "conflict", d => Cell.Of(d.Made.Conflict)),
        new("abstained", "abstained", d => string.Join("; ", d.Made.Abstained)),
        new("absent", "absent", d => string.Join("; ", d.Made.Absent)),
        new("overridden by", "decision_overridden: actor, kind, reason", d => string.Join("; ", d.Overrides.Select(o => $"{o.Actor}, {Cell.Word(o.Kind)}: {o.Reason}"))),
        new("orders", "order_approved, order_blocked: terms.orderId", d => string.Join("; ", d.Orders.Select(o => o.Terms.OrderId))),
        new("outcome", "what the events of each order made of it", d => string.Join("; ", d.Orders.Select(o => Cell.Word(o.State)))),
        new("filled", "execution.quantity, summed, exits left out", d => Cell.Of(d.Entries.Sum(o => o.Filled)), true),
        new("average price", "execution.price, by quantity, ten digits, exits left out", d => d.Entries.Sum(o => o.Filled) is > 0m and var filled ? Cell.Of(d.Entries.Sum(o => o.Notional) / filled, 10) : null, true),
        new("fees", "execution.fee, summed", d => Cell.Of(d.Orders.Sum(o => o.Fees)), true),
        new("realised", "execution.realised, summed, before fees", d => Cell.Of(d.Orders.Sum(o => o.Realised)), true),
        new("currency", "execution.currency", d => d.Currency));

    public static ReportTable Votes(List<Decided> decisions) => ReportTable.Of(
        "votes", "Votes of these decisions, with their inputs", [.. decisions.SelectMany(d => d.Made.Votes.Select(v => new Voice(d, v, d.Intents.FirstOrDefault(i => i.IntentId == v.IntentId && i.Agent == v.Agent))))],
        new("position", "position of the decision in the log", v => Cell.Of(v.Decided.Log.Seq), true),
        new("decision id", "decisionId", v => v.Decided.Made.DecisionId),
        new("algorithm", "votes.agent", v => v.Vote.Agent),
        new("intent id", "votes.intentId", v => v.Vote.IntentId),
        new("side", "votes.side", v => Cell.Word(v.Vote.Side)),
        new("quantity", "votes.quantity; zero is neutral", v => Cell.Of(v.Vote.Quantity), true),
        new("confidence", "votes.confidence", v => Cell.Of(v.Vote.Confidence), true),
        new("weight", "votes.weight", v => Cell.Of(v.Vote.Weight), true),
        new("score", "votes.score", v => Cell.Of(v.Vote.Score), true),
        new("rationale", "votes.rationale", v => v.Vote.Rationale),
        new("signal", "intent_received: intent.signalId, feed:sequence", v => v.Intent?.SignalId),
        new("features", "intent_received: intent.features", v => v.Intent is { } i ? string.Join("; ", i.Features.OrderBy(f => f.Key, StringComparer.Ordinal).Select(f => $"{f.Key}={DecimalText.Format(f.Value)}")) : null));

    public static ReportTable Outcomes(List<Decided> decisions) => ReportTable.Of(
        "outcomes", "What each decision maker got of the fills", [.. decisions.SelectMany(d => d.Shares.Select(s => new Part(d, s.Key, s.Value)))],
        new("position", "position of the decision in the log", p => Cell.Of(p.Decided.Log.Seq), true),
        new("decision id", "decisionId", p => p.Decided.Made.DecisionId),
        new("decision maker", "execution.shares.agent", p => p.Agent),
        new("filled", "execution.shares.quantity, summed", p => Cell.Of(p.Earned.Quantity), true),
        new("fees", "execution.shares.fee, summed", p => Cell.Of(p.Earned.Fees), true),
        new("realised", "execution.shares.realised, summed, before fees", p => Cell.Of(p.Earned.Realised), true),
        new("currency", "execution.currency", p => p.Decided.Currency));

    public static ReportTable Refusals(List<DecisionLog.Refused> refused) => ReportTable.Of(
        "refusals", "Intents that no decision counted", refused,
        new("position", "position in the log", r => Cell.Of(r.Log.Seq), true),
        new("recorded", "time of recording", r => Cell.Of(r.Log.At)),
        new("portfolio", "intent_refused: portfolio", r => r.Event.Portfolio),
        new("algorithm", "intent_refused: agent", r => r.Event.Agent),
        new("intent id", "intent_refused: intentId", r => r.Event.IntentId),
        new("code", "intent_refused: code", r => r.Event.Code),
        new("reason", "intent_refused: reason", r => r.Event.Reason),
        new("bytes", "intent_refused: rawLength, of a message that could not be read", r => r.Event.RawLength > 0 ? Cell.Of(r.Event.RawLength) : null, true),
        new("SHA-256 of the message", "intent_refused: rawSha256, of a message that could not be read", r => r.Event.RawSha256));

    public static ReportTable Waiting(List<DecisionLog.Waiting> waiting) => ReportTable.Of(
        "waiting", "Intents whose round was not decided up to the checkpoint", waiting,
        new("position", "position in the log", w => Cell.Of(w.Log.Seq), true),
        new("recorded", "time of recording", w => Cell.Of(w.Log.At)),
        new("decision id", "intent_received: decisionId, of the round", w => w.Event.DecisionId),
        new("portfolio", "intent.portfolio", w => w.Event.Intent.Portfolio),
        new("algorithm", "intent.agent", w => w.Event.Intent.Agent),
        new("intent id", "intent.intentId", w => w.Event.Intent.IntentId),
        new("instrument", "intent.instrument", w => w.Event.Intent.Instrument),
        new("side", "intent.side", w => Cell.Word(w.Event.Intent.Side)),
        new("quantity", "intent.quantity", w => Cell.Of(w.Event.Intent.Quantity), true),
        new("rationale", "intent.rationale", w => w.Event.Intent.Rationale));
}
