using EventSourcedTrading.Domain.Engine;
using EventSourcedTrading.Domain.Json;
using EventSourcedTrading.Domain.MetaAgent;
using EventSourcedTrading.Domain.Portfolios;
using EventSourcedTrading.Domain.Strategies;
using EventSourcedTrading.Domain.Time;
using EventSourcedTrading.EventStore;

namespace EventSourcedTrading.Reports;

/// <summary>An event as reports look at it; what it says is read only when a report asks.</summary>
public sealed class LogEvent(RecordedEvent recorded)
{
    private DomainEvent? read;
    private string? portfolio;
    private bool known;

    public RecordedEvent Recorded => recorded;
    public long Seq => recorded.SeqId;

    /// <summary>When it was recorded.</summary>
    public Timestamp At { get; } = Timestamp.From(recorded.Timestamp);

    /// <exception cref="UnknownEventTypeException">The log was written by a newer version.</exception>
    public DomainEvent Event => read ??= EventJson.Deserialize(recorded.Type, recorded.Data.Span);

    /// <summary>The portfolio whose event it is; null for what concerns all of them.</summary>
    public string? Portfolio
    {
        get
        {
            if (known) return portfolio;
            known = true;
            return portfolio = Find();
        }
    }

    /// <summary>Most streams are named after their portfolio, and the id of an order begins with it.</summary>
    private string? Find()
    {
        var stream = recorded.StreamId;
        var dash = stream.IndexOf('-');
        if (dash < 0) return null;
        var rest = stream[(dash + 1)..];
        return stream[..dash] switch
        {
            "portfolio" or "risk" or "tape" or "refusals" or "control" or "commands" => rest == PortfolioId.Firm ? null : rest,
            "order" when rest.LastIndexOf('-') is > 0 and var number => rest[..number],
            "round" => (Event as DecisionMade)?.Portfolio ?? (Event as DecisionOverridden)?.Portfolio ?? (Event as IntentReceived)?.Intent.Portfolio,
            "strategy" => Event switch
            {
                StrategyRegistered e => e.Portfolio,
                StrategyLoaded e => e.Portfolio,
                StrategyPaused e => e.Portfolio,
                StrategyResumed e => e.Portfolio,
                StrategyQuarantined e => e.Portfolio,
                StrategySuspended e => e.Portfolio,
                StrategyUnloaded e => e.Portfolio,
                _ => null,
            },
            _ => null,
        };
    }
}
