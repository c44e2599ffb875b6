using System.Globalization;
using EventSourcedTrading.Domain.Orders;
using EventSourcedTrading.Domain.Signals;
using EventSourcedTrading.Domain.Strategies;
using EventSourcedTrading.Domain.Time;

namespace EventSourcedTrading.Domain.MetaAgent;

/// <summary>What an agent wants for one instrument at one moment, and why. It votes in the round (instrument, asOf).</summary>
/// <param name="IntentId">Chosen by the sender, 1–64 printable characters; the same id again is a repeat and gets the first answer.</param>
/// <param name="Agent"><c>name@semver</c>.</param>
/// <param name="Quantity">In units of the instrument, whole lots; zero is a neutral vote: present, but wanting nothing.</param>
/// <param name="Confidence">0 to 1.</param>
/// <param name="Rationale">For people; at most 2,000 characters.</param>
/// <param name="Features">The numbers that the strategy looked at; at most 64.</param>
/// <param name="AsOf">The market time that the agent had seen.</param>
/// <param name="SignalId">The signal that triggered it, <c>feed:sequence</c>.</param>
/// <param name="Sequence">How many intents this agent has sent for this portfolio, this one included; null where the sender does
/// not number. Lets the engine see that one was lost on the way.</param>
public sealed record Intent(
    string IntentId, string Portfolio, string Agent, string Instrument, Side Side, decimal Quantity,
    OrderType OrderType, decimal? LimitPrice, decimal? StopPrice, TimeInForce TimeInForce,
    decimal Confidence, string Rationale, IReadOnlyDictionary<string, decimal> Features,
    Timestamp AsOf, string SignalId, long? Sequence = null)
{
    /// <summary>Of a trailing stop, and of nothing else.</summary>
    public Trail? Trail { get; init; }

    /// <summary>Exits that follow once it has filled; null for none.</summary>
    public Bracket? Bracket { get; init; }

    public const int MaxIdLength = 64;
    public const int MaxRationaleLength = 2_000;
    public const int MaxFeatures = 64;

    /// <summary>What a strategy proposes, in the envelope that its host adds. It follows from the signal alone, id included: sent again, it is the same.</summary>
    /// <param name="sequence">How many intents the agent has sent for this portfolio, this one included.</param>
    public static Intent From(Proposal proposal, Signal signal, string portfolio, string agent, long sequence) => new(
        $"{agent}.{sequence.ToString(CultureInfo.InvariantCulture)}", portfolio, agent, proposal.Instrument, proposal.Side, proposal.Quantity,
        proposal.OrderType, proposal.LimitPrice, proposal.StopPrice, proposal.TimeInForce, proposal.Confidence, proposal.Rationale, proposal.Features,
        signal.Time, $"{signal.Feed}:{signal.Sequence.ToString(CultureInfo.InvariantCulture)}", sequence)
    {
        Trail = proposal.Trail,
        Bracket = proposal.Bracket,
    };
}
