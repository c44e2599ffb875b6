using EventSourcedTrading.Domain.MetaAgent;

namespace EventSourcedTrading.Workers.Messaging;

/// <summary>Every subject and JetStream stream of the platform, in one place.</summary>
/// <param name="prefix">Empty, or a name that keeps several platforms on one server apart.</param>
public sealed class Subjects(string prefix)
{
    private readonly string dot = prefix.Length == 0 ? "" : prefix + ".";
    private readonly string dash = prefix.Length == 0 ? "" : prefix.Replace('.', '_') + "_";

    /// <summary>The market, all instruments in one order.</summary>
    public string SignalStream => dash + "SIGNALS";
    public string AllSignals => $"{dot}signals.normalized.>";
    public string Signal(string instrument) => $"{dot}signals.normalized.{instrument}";

    /// <summary>All that is addressed to one portfolio's engine, in one order: an agent's progress must not overtake its intents.</summary>
    public string InboxStream(string portfolio) => $"{dash}INBOX_{portfolio}";
    public string[] Inbox(string portfolio) =>
        [$"{dot}decisions.order_intent.{portfolio}.*", $"{dot}agents.progress.{portfolio}.*", $"{dot}agents.failed.{portfolio}.*"];

    public string Intent(string portfolio, string agent) => $"{dot}decisions.order_intent.{portfolio}.{IntentRules.SubjectToken(agent)}";
    public string Progress(string portfolio, string agent) => $"{dot}agents.progress.{portfolio}.{IntentRules.SubjectToken(agent)}";
    public string Failed(string portfolio, string agent) => $"{dot}agents.failed.{portfolio}.{IntentRules.SubjectToken(agent)}";
    /// <summary>Says that stream control-{portfolio}, or stream firm, has something new.</summary>
    public string Nudge(string portfolio) => $"{dot}control.nudge.{portfolio}";
    /// <summary>Says that stream broker-{portfolio} has something new.</summary>
    public string BrokerNudge(string portfolio) => $"{dot}brokers.nudge.{portfolio}";

    public string CommandOutcome(string portfolio) => $"{dot}control.outcome.{portfolio}";
    public string Outcome(string portfolio, string agent) => $"{dot}decisions.intent_outcome.{portfolio}.{IntentRules.SubjectToken(agent)}";

    /// <summary>How far an engine is; what it has committed, not what it has heard.</summary>
    public string EngineProgress(string portfolio) => $"{dot}engine.progress.{portfolio}";
    public string AllEngineProgress => $"{dot}engine.progress.*";

    /// <summary>What was decided and what became of it, for whoever listens.</summary>
    public string EventStream => dash + "EVENTS";
    public string[] Events => [$"{dot}decisions.meta.>", $"{dot}risk.violations.>", $"{dot}orders.>", $"{dot}fills.>", $"{dot}control.changes.>", Checkpoints(), $"{dot}backtest.results.>"];
    public string Decisions(string portfolio) => $"{dot}decisions.meta.{portfolio}";
    public string Violations(string portfolio) => $"{dot}risk.violations.{portfolio}";
    public string Orders(string portfolio) => $"{dot}orders.{portfolio}";
    public string Fills(string portfolio) => $"{dot}fills.{portfolio}";

    /// <summary>Changes of configuration; those of the whole firm under the name <c>firm</c>.</summary>
    public string Changes(string portfolio) => $"{dot}control.changes.{portfolio}";

    /// <summary>Signed notes, as the notary signs them.</summary>
    public string Checkpoints() => $"{dot}audit.checkpoints";

    /// <summary>What came out of a backtest, as its event backtest_completed.</summary>
    public string BacktestResult(string id) => $"{dot}backtest.results.{id}";

    /// <summary>What a received subject means, without the prefix.</summary>
    public ReadOnlySpan<char> Local(string subject) => subject.AsSpan(dot.Length);

    /// <summary>The header in which a sender names the inbox for the platform's answer.</summary>
    public const string ReplyTo = "Est-Reply-To";
}
