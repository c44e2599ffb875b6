namespace EventSourcedTrading.Domain.Risk;

/// <summary>What the limits come to for one instrument: looked up when they are set, not for every order.</summary>
public sealed record InstrumentLimits(
    decimal? PositionCap, decimal? PositionNotional, decimal? OrderSize, decimal? OrderNotional, bool Restricted, bool NoShortSale, SessionHours? Session)
{
    public static readonly InstrumentLimits None = Of("", RiskLimits.None);

    public static InstrumentLimits Of(string instrument, RiskLimits limits) => new(
        limits.PositionCapOf(instrument), limits.PositionNotionalOf(instrument), limits.OrderSizeOf(instrument), limits.OrderNotionalOf(instrument),
        limits.Restricted?.Contains(instrument) == true, limits.ShortSaleOf(instrument) == false, limits.SessionOf(instrument));
}
