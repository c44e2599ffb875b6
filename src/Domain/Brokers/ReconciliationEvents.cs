using EventSourcedTrading.Domain.Engine;
using EventSourcedTrading.Domain.Time;

namespace EventSourcedTrading.Domain.Brokers;

// Stream reconciliation-{broker}.

/// <summary>In what our book and the broker's can differ.</summary>
public enum BreakKind
{
    /// <summary>The broker has an execution of one of our orders that our book lacks.</summary>
    MissedExecution,

    /// <summary>The broker has an execution of an order that is not ours.</summary>
    ForeignExecution,

    /// <summary>An order that we hold to be live is not with the broker any more, and nothing says how it ended.</summary>
    MissingOrder,

    /// <summary>An order is live at the broker that has ended for us.</summary>
    UndeadOrder,

    /// <summary>An order is live at the broker that is not ours.</summary>
    ForeignOrder,

    /// <summary>Quantities held differ though every known execution is booked.</summary>
    Position,

    Cash,

    /// <summary>We wait for the answer to a cancel or a replacement, and the broker works the order without one pending.</summary>
    UnansweredRequest,
}

/// <summary>What is done about a break.</summary>
public enum BreakAction
{
    /// <summary>The broker is right: our book takes it over.</summary>
    Adopt,

    /// <summary>A person has to look; trading goes on.</summary>
    Alert,

    /// <summary>As <see cref="Alert"/>, and no order goes out before it is resolved.</summary>
    Halt,
}

/// <summary>Both books were compared.</summary>
/// <param name="Orders">Live ones, at the broker.</param>
/// <param name="Executions">That the broker told, as far back as was asked.</param>
/// <param name="OpenBreaks">Found now or before, and not resolved.</param>
public sealed record ReconciliationRan(
    string Portfolio, string Broker, string Account, int Orders, int Executions, int Positions, int OpenBreaks, Timestamp AsOf) : DomainEvent;

/// <param name="BreakId">Follows from kind and key, so that one break is found once until it is resolved.</param>
/// <param name="Key">The order, execution, instrument or currency in question.</param>
/// <param name="Owner">Who has to look at it.</param>
public sealed record BreakFound(
    string BreakId, string Portfolio, string Broker, BreakKind Kind, string Key, string Ours, string Theirs, BreakAction Action, string Owner, Timestamp AsOf) : DomainEvent;

/// <param name="Detail">How: adopted, gone by itself, or a person's word.</param>
/// <param name="Dismissed">The difference is still there, and a person lets it stand as it is.</param>
public sealed record BreakResolved(string BreakId, string Portfolio, string Broker, BreakKind Kind, string Key, string Detail, Timestamp AsOf, bool Dismissed = false) : DomainEvent;

/// <summary>What a person says of a break.</summary>
public enum BreakResolution
{
    /// <summary>The broker is right: our book takes it over.</summary>
    Adopt,

    /// <summary>It is known and may stay as it is; another difference of the same thing is a new break.</summary>
    Dismiss,
}

/// <summary>A person has spoken; the broker role does it with its next comparison. Stream portfolio-{id}, as every command's outcome.</summary>
public sealed record BreakResolutionOrdered(string Portfolio, string BreakId, BreakResolution How, string Actor, string Reason, Timestamp AsOf) : DomainEvent;

/// <summary>It could not be done: there is no such break, or nothing in it to take over.</summary>
public sealed record BreakResolutionRefused(string BreakId, string Portfolio, string Broker, string Actor, string Reason, Timestamp AsOf) : DomainEvent;
