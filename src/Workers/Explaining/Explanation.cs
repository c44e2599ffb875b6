using EventSourcedTrading.Domain.Engine;
using EventSourcedTrading.Domain.MetaAgent;
using EventSourcedTrading.Domain.Orders;
using EventSourcedTrading.Domain.Signals;
using EventSourcedTrading.Projections.Audit;

namespace EventSourcedTrading.Workers.Explaining;

/// <summary>An event with its place in the log.</summary>
/// <param name="CausationId">The event or input that caused it, as the log has it.</param>
/// <param name="Input">The input on the tape in whose course it was recorded; null if its tape was not found.</param>
public sealed record Step(
    long Seq, Guid Id, string Stream, long Version, string Type, DateTimeOffset RecordedAt, string? CausationId, DomainEvent Event, TapeInput? Input);

/// <summary>A signal that an intent names.</summary>
/// <param name="SignalId"><c>feed:sequence</c>.</param>
/// <param name="Signal">Null if it was not found; then <paramref name="Missing"/> says where was looked.</param>
/// <param name="TapeSeq">The place in the log of the tape that has it.</param>
public sealed record SeenSignal(string SignalId, Signal? Signal, long? TapeSeq, string? Missing);

/// <summary>What was asked for: an order, a decision or a fill, by its id.</summary>
public sealed record Asked(string Kind, string Id);

/// <summary>
/// Why something was done: everything that the log has about one decision, from the market data that was seen to the end of the
/// order. Built from the log alone, so it can be checked against the log.
/// </summary>
/// <param name="Decision">Null if an order's decision is not in the log.</param>
/// <param name="Round">Intents in the order in which they came.</param>
/// <param name="Order">The order's events, approval or block first; empty if none was asked for.</param>
/// <param name="Risk">Violations and other events of risk that belong to the decision.</param>
public sealed record Explanation(
    Asked Asked, string DecisionId, IReadOnlyList<SeenSignal> Signals, IReadOnlyList<Step> Round, Step? Decision, IReadOnlyList<Step> Overrides,
    IReadOnlyList<Step> Order, IReadOnlyList<Step> Risk)
{
    public DecisionMade? Made => Decision?.Event as DecisionMade;

    public OrderTerms? Terms => Order.Select(s => s.Event).Select(e => (e as OrderApproved)?.Terms ?? (e as OrderBlocked)?.Terms).FirstOrDefault(t => t is not null);

    public IEnumerable<(Step Step, Execution Execution)> Fills
    {
        get
        {
            foreach (var step in Order)
                if (((step.Event as OrderPartiallyFilled)?.Execution ?? (step.Event as OrderFilled)?.Execution) is { } execution) yield return (step, execution);
        }
    }

    /// <summary>The execution that was asked for, if one was.</summary>
    public string? Execution => Asked.Kind == "fill" ? Asked.Id : null;

    /// <summary>All events, in the order of the log.</summary>
    public IEnumerable<Step> Steps => Round.Concat(Decision is null ? [] : [Decision]).Concat(Overrides).Concat(Order).Concat(Risk).OrderBy(s => s.Seq);
}

/// <summary>Nothing in the log has this id.</summary>
public sealed class UnknownIdException(string kind, string id, string searched, IReadOnlyList<string> nearest) : Exception(
    $"There is no {kind} '{id}' in the log ({searched})." +
    (nearest.Count == 0 ? " The log has none at all yet." : $" The latest are: {string.Join(", ", nearest)}."))
{
    /// <summary>What a command line that meets this ends with.</summary>
    public const int ExitCode = 4;

    public string Kind { get; } = kind;
    public string Id { get; } = id;
    public IReadOnlyList<string> Nearest { get; } = nearest;
}
