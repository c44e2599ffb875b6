using EventSourcedTrading.Domain.Engine;
using EventSourcedTrading.Domain.Orders;

namespace EventSourcedTrading.Domain.Portfolios;

/// <summary>
/// What something other than a trade did to a holding. Cash changes by the cost before − <paramref name="CostAfter"/> +
/// <paramref name="Realised"/> − <paramref name="Fee"/>, as with an execution: so the books add up by one rule.
/// </summary>
/// <param name="Realised">Dividends, and the profit on fractions paid out in cash; in <paramref name="Currency"/>, negative is paid.</param>
/// <param name="Fee">In <paramref name="Currency"/>, positive is paid.</param>
/// <param name="Shares">The same, per agent; changes of position, dividends and fees sum to the whole.</param>
public sealed record HoldingChange(
    string Portfolio, string Instrument, string Currency, decimal Realised, decimal Fee, decimal PositionAfter, decimal CostAfter,
    IReadOnlyList<ExecutionShare> Shares)
{
    /// <summary>Who holds something of the instrument, by name: the order in which shares are reckoned and the last takes what is left.</summary>
    internal static (string Agent, Position Position)[] Holders(PortfolioState state, string instrument) =>
    [
        .. state.AgentPositions.Where(p => p.Key.Instrument == instrument && p.Value.Quantity != 0m)
            .OrderBy(p => p.Key.Agent, StringComparer.Ordinal).Select(p => (p.Key.Agent, p.Value)),
    ];
}
