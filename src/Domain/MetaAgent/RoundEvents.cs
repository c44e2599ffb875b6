using EventSourcedTrading.Domain.Engine;
using EventSourcedTrading.Domain.Orders;
using EventSourcedTrading.Domain.Time;

namespace EventSourcedTrading.Domain.MetaAgent;

// Stream round-{decisionId}, where the decision's id is {portfolio}-{instrument}-{asOf}.

/// <summary>An intent that will be counted in its round.</summary>
public sealed record IntentReceived(string DecisionId, Intent Intent) : DomainEvent;

/// <summary>
/// An intent that was turned away, with the reason that its sender was told. Stream refusals-{portfolio}: a malformed message
/// belongs to no round.
/// </summary>
/// <param name="Code">Stable, upper case, such as <c>UNKNOWN_INSTRUMENT</c>.</param>
/// <param name="Reason">The field, its value, the rule and the mend.</param>
/// <param name="Raw">The first 2,000 characters of what came; the whole has the given length and SHA-256.</param>
public sealed record IntentRefused(
    string Portfolio, string? IntentId, string? Agent, string Code, string Reason, string Raw, int RawLength, string RawSha256) : DomainEvent;

/// <summary>What the meta-agent made of a round, with all that it rested on.</summary>
/// <param name="DecisionId">Also the correlation id of everything that follows from it.</param>
/// <param name="Quantity">Whole lots; zero for hold.</param>
/// <param name="Method">The policy that decided, such as <c>majority</c>.</param>
/// <param name="Votes">Every vote, by agent name.</param>
/// <param name="Abstained">Active agents that said nothing in this round.</param>
/// <param name="Absent">Active agents for which the round did not wait any longer: the deadline struck.</param>
/// <param name="Allocation">Who gets which part of the quantity, and so of its fills and profit; sums to the quantity.</param>
/// <param name="Conflict">True if at least one agent wanted to buy and one to sell.</param>
/// <param name="Arithmetic">The sum that gave the result, for people.</param>
/// <param name="OrderId">The order that was asked for, if any: approved or blocked, its stream tells.</param>
public sealed record DecisionMade(
    string DecisionId, string Portfolio, string Instrument, Timestamp AsOf, DecisionAction Action, decimal Quantity,
    OrderType OrderType, decimal? LimitPrice, decimal? StopPrice, TimeInForce TimeInForce,
    string Method, IReadOnlyList<Vote> Votes, IReadOnlyList<string> Abstained, IReadOnlyList<string> Absent,
    IReadOnlyList<Allocation> Allocation, bool Conflict, Wording Arithmetic, Wording Reason, string? OrderId) : DomainEvent
{
    /// <summary>Of a trailing stop, and of nothing else.</summary>
    public Trail? Trail { get; init; }

    /// <summary>Exits that follow once it has filled; null for none.</summary>
    public Bracket? Bracket { get; init; }
}

public enum DecisionAction { Hold, Buy, Sell }

/// <summary>A person's word against the vote, see <see cref="Overriding"/>.</summary>
/// <param name="Quantity">Of the person's order; what was filled before stays as it is.</param>
/// <param name="OrderId">Reorder: the person's order, approved or blocked.</param>
public sealed record DecisionOverridden(
    string DecisionId, string Portfolio, DecisionAction Action, decimal Quantity, string Actor, string Reason,
    OverrideKind Kind = OverrideKind.Replace, string? OrderId = null) : DomainEvent;

/// <summary>
/// Replace: the round was open, and decides so. Reorder: it was decided; another order stands in the place of the first. Cancel:
/// nothing is traded any more.
/// </summary>
public enum OverrideKind { Replace, Reorder, Cancel }

/// <param name="Weight">What the policy gave this vote, before confidence.</param>
/// <param name="Score">What the vote brought to the sum: signed, positive for buy.</param>
public readonly record struct Vote(
    string Agent, string IntentId, Side Side, decimal Quantity, decimal Confidence, decimal Weight, decimal Score, string Rationale)
{
    internal static Vote Of(Intent intent, decimal weight, decimal score) =>
        new(intent.Agent, intent.IntentId, intent.Side, intent.Quantity, intent.Confidence, weight, score, intent.Rationale);
}

/// <param name="Quantity">Above zero; in whole lots but for the last share, which takes the remainder.</param>
public readonly record struct Allocation(string Agent, decimal Quantity);
