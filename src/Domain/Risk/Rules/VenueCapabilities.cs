using EventSourcedTrading.Domain.Engine;

namespace EventSourcedTrading.Domain.Risk.Rules;

/// <summary>Blocks what the broker, or the account there, cannot do: better here, with a reason, than by its rejection.</summary>
public static class VenueCapabilities
{
    public const string Code = "VENUE_CAPABILITY";

    public static readonly RiskRule Rule = new(
        Code, "Venue capability", "Orders that the broker would reject.",
        "The value is 1 for an order that the broker does not take: by its type, time in force, step of quantity or length of id; a short sale by an account that may not; one order through zero where the broker wants two. Says nothing on a simulated venue, which takes all, and before the broker has told what it can do.",
        "refusals", [], "RTS 6 (2017/589) art. 15; the broker's own rules", RuleScope.Portfolio, Check);

    public static RiskCheck? Check(in OrderUnderTest order, PortfolioState state)
    {
        if (state.Capabilities is not { } venue) return null;
        var fault = venue.Refuses(order.Terms) ?? Crosses(order, venue.Shorting, venue.ThroughZero);
        return new RiskCheck(Code, fault is null ? 0m : 1m, 0m, "refusals", fault is null, fault is null ? "" : $"{state.Venue}: {fault}");
    }

    private static string? Crosses(in OrderUnderTest order, bool shorting, bool throughZero)
    {
        var (terms, book) = (order.Terms, order.Book);
        var held = book.Position.Quantity;
        if (!shorting && ShortSale.Below(order) > 0m) return $"selling {terms.Quantity} would leave less than nothing of the {held} held; the account may not be short";
        return !throughZero && book.Closable(terms.Side) > 0m && terms.Quantity > book.Unprotected(terms.Side)
            ? $"one order must not carry the position of {held} through zero; close it first" : null;
    }
}
