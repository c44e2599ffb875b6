using EventSourcedTrading.Domain.Engine;
using EventSourcedTrading.Domain.Orders;

namespace EventSourcedTrading.Domain.MetaAgent;

/// <summary>Decides a round.</summary>
public static class Coordinating
{
    /// <param name="absent">Active agents whose watermark had not passed the round when its deadline struck; by agent name.</param>
    public static DecisionMade Decide(Round round, PortfolioState state, IReadOnlyList<string> absent)
    {
        var tally = Count(round, state.PolicyOf(round.Instrument), state);
        if (round.Overridden is { } word) tally = Overriding.Apply(word, tally);
        else if (state.Capabilities is { ThroughZero: false }) tally = Closing.Cut(tally, state.Books[round.Instrument]);
        // A target may turn an agent's side round; its prices were meant for the other.
        var leading = tally.Leading is { } l && l.Side == Side.Buy == (tally.Action == DecisionAction.Buy) ? l : null;
        return new DecisionMade(
            round.DecisionId, state.Portfolio, round.Instrument, round.AsOf, tally.Action, tally.Quantity,
            leading?.OrderType ?? OrderType.Market, leading?.LimitPrice, leading?.StopPrice, leading?.TimeInForce ?? TimeInForce.Day,
            tally.Method, tally.Votes, Abstained(round, state, absent), absent, tally.Allocation, tally.Conflict, tally.Arithmetic, tally.Reason,
            tally.Action == DecisionAction.Hold ? null : $"{state.Portfolio}-{state.LastOrderNumber + 1}")
        {
            Trail = leading?.Trail,
            Bracket = leading?.Bracket,
        };
    }

    /// <summary>What a policy makes of a round. Of two active versions of one strategy only the newer has a voice.</summary>
    public static Tally Count(Round round, VotingPolicy policy, PortfolioState state)
    {
        var instrument = state.Books[round.Instrument].Instrument;
        if (state.HasSuperseded) return Superseded.Count(round, policy, instrument, state);
        return Tally.Of(new Ballot([.. round.Intents], policy, instrument, state));
    }

    private static IReadOnlyList<string> Abstained(Round round, PortfolioState state, IReadOnlyList<string> absent)
    {
        List<string>? abstained = null;
        var voter = 0;
        // Both lists are in the order of names, so one walk finds who is missing.
        foreach (var seat in state.Agents.Span)
        {
            if (voter < round.Intents.Count && round.Intents[voter].Agent == seat.Agent) voter++;
            else if (seat.IsAwaited && !absent.Contains(seat.Agent)) (abstained ??= []).Add(seat.Agent);
        }

        return abstained is null ? [] : abstained;
    }
}
