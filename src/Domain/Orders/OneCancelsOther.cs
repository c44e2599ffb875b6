using EventSourcedTrading.Domain.Engine;

namespace EventSourcedTrading.Domain.Orders;

/// <summary>
/// Two orders of which only one is to be filled. Both can never be, so they reserve the larger of their leaves and not the sum. Each
/// brings what it has more than the other: whatever changes one of them leaves the other's part as it is, and the two parts and
/// what they share come to the larger.
/// </summary>
public static class OneCancelsOther
{
    /// <summary>The other of the pair while it can still be filled; null if there is none, or no more.</summary>
    public static Order? PartnerOf(this PortfolioState state, OrderTerms terms) =>
        terms.OneCancels is { } id && state.Orders.TryGetValue(id, out var other) && other.Live ? other : null;

    /// <summary>What the order reserves beyond what its partner does: all its leaves where it has none.</summary>
    public static decimal Reserves(this PortfolioState state, Order order) => Reserves(state, order.Terms, order.Leaves);

    /// <param name="leaves">Of the order with these terms, which need not be there yet.</param>
    public static decimal Reserves(this PortfolioState state, OrderTerms terms, decimal leaves) =>
        terms.OneCancels is null ? leaves : Math.Max(0m, leaves - (state.PartnerOf(terms)?.Leaves ?? 0m));

    /// <summary>Does its partner stand for both where open orders are added up?</summary>
    public static bool IsCountedByPartner(this PortfolioState state, Order order) =>
        order.Terms.OneCancels is not null && state.PartnerOf(order.Terms) is { } other
        && (other.Leaves > order.Leaves || (other.Leaves == order.Leaves && string.CompareOrdinal(other.Terms.OrderId, order.Terms.OrderId) < 0));
}
