using EventSourcedTrading.Domain.Engine;
using EventSourcedTrading.Domain.Orders;

namespace EventSourcedTrading.Domain.Risk.Rules;

/// <summary>Orders only while the venue is open, by market time and the calendar's time zone.</summary>
public static class TradingSession
{
    public const string Code = "SESSION_HOURS";

    public static readonly RiskRule Rule = new(
        Code, "Session hours", "Orders into a market that is closed, or open only thinly.",
        "Whether the decision's market time is inside the instrument's hours, from opens up to but not including closes, on a day that is neither a rest day nor a holiday of the calendar unless everyDay is set. An order for an auction, and an exit that follows an entry, wait for the session and may come at any time. The value is 0 inside and 1 outside.",
        "outside",
        [
            new("sessions", "per instrument: opens and closes as local hh:mm, and everyDay"), new("defaultSession", "for instruments that are not named; open always if not set"),
            new("calendar", "time zone, rest days and holidays; UTC without holidays if not set"),
        ],
        "SEC 15c3-5(c)(2)(i), what must hold before an order is entered", RuleScope.Instrument, Check);

    public static RiskCheck? Check(in OrderUnderTest order, PortfolioState state)
    {
        if (order.Book.Limits.Session is not { } hours) return null;
        var open = (state.Limits.Calendar ?? TradingCalendar.Utc).IsOpen(hours, order.AsOf)
            || order.Terms.TimeInForce.IsAuction() || order.Terms.ParentId is not null;
        return new RiskCheck(Code, open ? 0m : 1m, 0m, "outside", open, open ? "" : $"{order.AsOf} is outside {hours.Opens:HH\\:mm} to {hours.Closes:HH\\:mm} local time, or on a day without trading");
    }
}
