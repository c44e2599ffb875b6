using EventSourcedTrading.Domain.Instruments;
using EventSourcedTrading.Domain.Orders;
using EventSourcedTrading.Domain.Portfolios;

namespace EventSourcedTrading.Domain.Engine;

/// <summary>All that one portfolio knows of one instrument: the market, the position, and what open orders have reserved.</summary>
public sealed class InstrumentBook(Instrument instrument)
{
    public Instrument Instrument { get; } = instrument;
    public MarketView Market { get; init; } = new();
    public Position Position { get; init; } = new();

    /// <summary>Live orders, oldest first.</summary>
    public List<Order> Open { get; } = [];

    /// <summary>Quantity that live orders may still buy or sell: the reservation.</summary>
    public decimal OpenBuy { get; set; }
    public decimal OpenSell { get; set; }

    /// <summary>The position at market, signed, in the instrument's currency.</summary>
    public decimal MarketValue => Position.Quantity * Market.Mark * Instrument.Multiplier;

    /// <summary>The largest absolute position that open orders could lead to.</summary>
    public decimal WorstPosition(decimal extraBuy = 0m, decimal extraSell = 0m) =>
        Math.Max(Math.Abs(Position.Quantity + OpenBuy + extraBuy), Math.Abs(Position.Quantity - OpenSell - extraSell));

    /// <summary>True if what is open on this side, and so much more, can only bring the position nearer to zero.</summary>
    public bool OnlyReduces(Side side, decimal more = 0m) => side == Side.Buy
        ? Position.Quantity + OpenBuy + more <= 0m
        : Position.Quantity - OpenSell - more >= 0m;

    public void Reserve(Side side, decimal quantity)
    {
        if (side == Side.Buy) OpenBuy += quantity;
        else OpenSell += quantity;
    }

    public void Release(Side side, decimal quantity) => Reserve(side, -quantity);
}
