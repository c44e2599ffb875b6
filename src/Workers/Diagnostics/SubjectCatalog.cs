using EventSourcedTrading.Workers.Messaging;

namespace EventSourcedTrading.Workers.Diagnostics;

/// <summary>Seen from the platform.</summary>
public enum Direction { Send, Receive }

/// <summary>A subject of NATS.</summary>
/// <param name="Subject">With the prefix, and names in braces where it differs from message to message.</param>
/// <param name="Pattern">The same as a subscription, with <c>*</c> for the names.</param>
/// <param name="Stream">The JetStream stream that keeps its messages; null for none: who does not listen misses them.</param>
/// <param name="Publishers">Roles, or who else puts messages there.</param>
public sealed record SubjectEntry(
    string Subject, string Pattern, Direction Direction, string? Stream, string Payload, IReadOnlyList<string> Publishers, IReadOnlyList<string> Consumers, string Summary);

/// <summary>Every subject of the platform and who is at its ends. docs/asyncapi.yaml says the same; a test keeps the two together.</summary>
public static class SubjectCatalog
{
    private const string P = "{portfolio}", A = "{agent}", I = "{instrument}", Id = "{id}";

    public static IReadOnlyList<SubjectEntry> Of(Subjects s)
    {
        var inbox = s.InboxStream(P);
        return
        [
            Entry(s.Signal(I), Direction.Send, s.SignalStream, "signal", ["est replay", "feeds"], ["engine", "agents", "api"], "The market, all instruments in one order"),
            Entry(s.Intent(P, A), Direction.Receive, inbox, "intent", ["agents", "outside agents"], ["engine"], "What an agent wants"),
            Entry(s.Progress(P, A), Direction.Receive, inbox, "progress", ["agents", "outside agents"], ["engine"], "How far an agent is"),
            Entry(s.Failed(P, A), Direction.Receive, inbox, "failed", ["agents"], ["engine"], "A strategy has thrown"),
            Entry(s.Outcome(P, A), Direction.Send, null, "outcome", ["engine"], ["agents", "outside agents"], "What became of an intent"),
            Entry(s.Decisions(P), Direction.Send, s.EventStream, "decision", ["publisher"], ["listeners"], "Decisions, with every vote"),
            Entry(s.Violations(P), Direction.Send, s.EventStream, "violation", ["publisher"], ["listeners"], "Violations of limits, and kill switches"),
            Entry(s.Orders(P), Direction.Send, s.EventStream, "order", ["publisher"], ["listeners"], "What happens to orders, but for fills"),
            Entry(s.Fills(P), Direction.Send, s.EventStream, "fill", ["publisher"], ["listeners"], "Fills"),
            Entry(s.Changes(P), Direction.Send, s.EventStream, "change", ["publisher"], ["listeners"], "Changes of configuration"),
            Entry(s.Checkpoints(), Direction.Send, s.EventStream, "checkpoint", ["notary"], ["listeners"], "Signed checkpoints of the log"),
            Entry(s.BacktestResult(Id), Direction.Send, s.EventStream, "backtestResult", ["est backtest run"], ["listeners"], "What came out of a backtest"),
            Entry(s.EngineProgress(P), Direction.Send, null, "engineProgress", ["engine"], ["est replay", "listeners"], "How far an engine has committed"),
            Entry(s.Nudge(P), Direction.Receive, null, "nudge", ["api"], ["engine"], "Something new for this engine is in the log"),
            Entry(s.BrokerNudge(P), Direction.Receive, null, "nudge", ["brokers"], ["engine"], "Something that a broker said is in the log"),
            Entry(s.CommandOutcome(P), Direction.Send, null, "outcome", ["engine"], ["api"], "What became of a command"),
        ];
    }

    private static SubjectEntry Entry(
        string subject, Direction direction, string? stream, string payload, string[] publishers, string[] consumers, string summary) =>
        new(subject, subject.Replace(P, "*", StringComparison.Ordinal).Replace(A, "*", StringComparison.Ordinal).Replace(I, ">", StringComparison.Ordinal).Replace(Id, "*", StringComparison.Ordinal),
            direction, stream, payload, publishers, consumers, summary);
}
