using EventSourcedTrading.Domain.Instruments;
using EventSourcedTrading.Domain.Orders;

namespace EventSourcedTrading.Brokers.Paper;

/// <summary>What an execution costs, in the instrument's currency, to the hundredth of a cent.</summary>
public static class Fees
{
    public const int Digits = 4;

    /// <param name="rested">It waited in the book and others came to it: a maker's fees hold, where there are any.</param>
    /// <remarks>
    /// The minimum is one order's, not one execution's: each execution pays what the order owes by then less what it owed before,
    /// so the first one pays the minimum and the next ones nothing until the minimum is earned.
    /// </remarks>
    public static decimal Of(PaperSettings settings, Order order, Instrument instrument, decimal quantity, decimal price, bool rested = false)
    {
        if (rested && settings is not { MakerFeePerShare: null, MakerFeeBps: null }) return Rounded(Maker(settings, instrument, quantity, price));
        var fee = Owed(settings, order.Filled + quantity) - Owed(settings, order.Filled);
        var notional = quantity * price * instrument.Multiplier;
        if (settings.FeeMaximumShare > 0m) fee = Math.Min(fee, settings.FeeMaximumShare * notional);
        if (settings.FeeBps > 0m) fee += notional * settings.FeeBps / 10_000m;
        return Rounded(fee);
    }

    private static decimal Maker(PaperSettings settings, Instrument instrument, decimal quantity, decimal price) =>
        (settings.MakerFeePerShare.GetValueOrDefault() * quantity) + (quantity * price * instrument.Multiplier * settings.MakerFeeBps.GetValueOrDefault() / 10_000m);

    private static decimal Rounded(decimal fee) => fee.Scale > Digits ? Math.Round(fee, Digits, MidpointRounding.AwayFromZero) : fee;

    private static decimal Owed(PaperSettings settings, decimal filled) =>
        filled == 0m ? 0m : Math.Max(settings.FeeMinimum, settings.FeePerShare * filled);
}
