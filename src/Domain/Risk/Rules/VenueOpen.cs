using EventSourcedTrading.Domain.Engine;

namespace EventSourcedTrading.Domain.Risk.Rules;

/// <summary>Blocks orders for a broker that is not there, or whose books have not been compared with ours.</summary>
public static class VenueOpen
{
    public const string Code = "VENUE_OPEN";

    public static readonly RiskRule Rule = new(
        Code, "Venue open", "Orders on top of a book that is not the broker's.",
        "The value is 1 while the venue is closed: from the start until the books have been compared, while the broker cannot be reached, and while a break that halts is open. A simulated venue is always open, and the rule says nothing.",
        "closed venues", [], "RTS 6 (2017/589) art. 15; SEC 15c3-5(c)(1); FIA 2024, reconciliation", RuleScope.Portfolio, Check);

    public static RiskCheck? Check(in OrderUnderTest order, PortfolioState state) =>
        !state.HasBroker ? null
        : new RiskCheck(Code, state.VenueClosedFor is null ? 0m : 1m, 0m, "closed venues", state.VenueClosedFor is null, state.VenueClosedFor is { } why ? $"{state.Venue}: {why}" : "");
}
