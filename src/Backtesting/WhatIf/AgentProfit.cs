using EventSourcedTrading.Domain.Engine;

namespace EventSourcedTrading.Backtesting.WhatIf;

/// <summary>What an agent made from the beginning of the question to its end, in base currency, fees taken off, open positions at market.</summary>
public sealed record AgentProfit(string Agent, decimal Recorded, decimal Other)
{
    public decimal Difference => Other - Recorded;

    /// <summary>Since the portfolio was opened, by agent.</summary>
    internal static SortedDictionary<string, decimal> Of(PortfolioState state)
    {
        var profits = new SortedDictionary<string, decimal>(StringComparer.Ordinal);
        foreach (var ((agent, instrument), position) in state.AgentPositions)
        {
            var book = state.Books[instrument];
            var own = position.Realised - position.Fees + position.Unrealised(book.Market.Mark, book.Instrument.Multiplier);
            profits[agent] = profits.GetValueOrDefault(agent) + (own * state.RateOf(book.Instrument.Currency));
        }

        return profits;
    }

    internal static IReadOnlyList<AgentProfit> Between(SortedDictionary<string, decimal> before, PortfolioState recorded, PortfolioState other)
    {
        var (left, right) = (Of(recorded), Of(other));
        return [.. left.Keys.Union(right.Keys).Order(StringComparer.Ordinal)
            .Select(a => new AgentProfit(a, left.GetValueOrDefault(a) - before.GetValueOrDefault(a), right.GetValueOrDefault(a) - before.GetValueOrDefault(a)))];
    }
}
