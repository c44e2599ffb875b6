using EventSourcedTrading.Domain.Engine;
using EventSourcedTrading.Domain.Orders;

namespace EventSourcedTrading.Domain.MetaAgent;

/// <summary>Decides a round.</summary>
public static class Coordinating
{
    /// <param name="absent">Active agents whose watermark had not passed the round when its deadline struck.</param>
    public static DecisionMade Decide(Round round, PortfolioState state, IReadOnlyList<string> absent)
    {
        var instrument = state.Books[round.Instrument].Instrument;
        var intents = new Intent[round.Intents.Count];
        round.Intents.Values.CopyTo(intents, 0);
        var tally = Tally.Of(intents, state.Policy, instrument);

        List<string> abstained = [];
        foreach (var (agent, seat) in state.Agents)
            if (seat.IsAwaited && !round.Intents.ContainsKey(agent) && !absent.Contains(agent)) abstained.Add(agent);

        var leading = tally.Leading;
        return new DecisionMade(
            round.DecisionId, state.Portfolio, round.Instrument, round.AsOf, tally.Action, tally.Quantity,
            leading?.OrderType ?? OrderType.Market, leading?.LimitPrice, leading?.StopPrice, leading?.TimeInForce ?? TimeInForce.Day,
            tally.Method, tally.Votes, abstained, absent, tally.Allocation, tally.Conflict, tally.Arithmetic, tally.Reason,
            tally.Action == DecisionAction.Hold ? null : $"{state.Portfolio}-{state.LastOrderNumber + 1}");
    }
}
