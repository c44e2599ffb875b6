using EventSourcedTrading.Domain.Instruments;
using EventSourcedTrading.Domain.Orders;
using EventSourcedTrading.Domain.Portfolios;
using EventSourcedTrading.Domain.Risk;

namespace EventSourcedTrading.Domain.Engine;

/// <summary>All that one portfolio knows of one instrument: the market, the position, and what open orders have reserved.</summary>
public sealed class InstrumentBook(Instrument instrument, CurrencyLedger ledger)
{
    public Instrument Instrument { get; } = instrument;

    /// <summary>Of the instrument's currency.</summary>
    public CurrencyLedger Ledger { get; } = ledger;
    public Bucket Bucket { get; private set; } = new(instrument.Bucket);
    public InstrumentLimits Limits { get; set; } = InstrumentLimits.None;
    public MarketView Market { get; init; } = new();
    public Position Position { get; init; } = new();

    /// <summary>Live orders, oldest first.</summary>
    public List<Order> Open { get; } = [];

    /// <summary>Quantity that live orders may still buy or sell: the reservation.</summary>
    public decimal OpenBuy { get; set; }
    public decimal OpenSell { get; set; }

    /// <summary>The part of it that exits have: they close the position and never more.</summary>
    public decimal ExitBuy { get; private set; }
    public decimal ExitSell { get; private set; }
    public bool HasExits => ExitBuy != 0m || ExitSell != 0m;

    /// <summary>Has its price moved since limits were looked at?</summary>
    public bool Moved { get; set; }

    /// <summary>In the instrument's currency, at mark, as of the last <see cref="Revalue"/>.</summary>
    public Exposure Exposure { get; private set; }

    /// <summary>The position at market, signed, in the instrument's currency.</summary>
    public decimal MarketValue => Position.Quantity * Market.Mark * Instrument.Multiplier;

    /// <summary>The largest absolute position that open orders could lead to.</summary>
    public decimal WorstPosition(decimal extraBuy = 0m, decimal extraSell = 0m) =>
        Math.Max(Math.Abs(Position.Quantity + OpenBuy + extraBuy), Math.Abs(Position.Quantity - OpenSell - extraSell));

    /// <summary>True if what is open on this side can only bring the position nearer to zero.</summary>
    public bool OnlyReduces(Side side) => side == Side.Buy
        ? Position.Quantity + OpenBuy <= 0m
        : Position.Quantity - OpenSell >= 0m;

    public decimal OpenOf(Side side) => side == Side.Buy ? OpenBuy : OpenSell;

    public decimal ExitsOf(Side side) => side == Side.Buy ? ExitBuy : ExitSell;

    /// <summary>What orders of this side can close of the position: all of it, or nothing.</summary>
    public decimal Closable(Side side) => Math.Max(0m, side == Side.Buy ? -Position.Quantity : Position.Quantity);

    /// <summary>What open orders of this side leave of the position, for exits or for who wants to close it; below zero if they are more than it.</summary>
    public decimal Unprotected(Side side) => Closable(side) - OpenOf(side);

    public void Reserve(OrderTerms terms, decimal quantity)
    {
        if (terms.Side == Side.Buy) OpenBuy += quantity;
        else OpenSell += quantity;
        if (terms.ParentId is null) return;
        if (terms.Side == Side.Buy) ExitBuy += quantity;
        else ExitSell += quantity;
    }

    public void Release(OrderTerms terms, decimal quantity) => Reserve(terms, -quantity);

    /// <summary>Carries a change of mark, position or reservation on to the sums of the currency and the bucket.</summary>
    public void Revalue()
    {
        // Without open orders the five values are one; nearly every price finds it so.
        var before = Exposure;
        if (OpenBuy == 0m && OpenSell == 0m && before.High == before.Low)
        {
            var held = Exposure.Round(Position.Quantity * Market.Mark * Instrument.Multiplier);
            if (held == before.High) return;
            if (held > 0m == before.High > 0m && before.High != 0m && held != 0m)
            {
                Shift(held - before.High);
                return;
            }
        }

        var now = Exposure.Of(Position.Quantity, OpenBuy, OpenSell, Market.Mark * Instrument.Multiplier);
        if (now == before) return;
        var change = now - before;
        Exposure = now;
        Ledger.Exposure += change;
        Bucket.Add(Ledger, change);
    }

    private void Shift(decimal by)
    {
        var isLong = Exposure.High > 0m;
        Exposure = Exposure.Shifted(by, isLong);
        Ledger.Exposure = Ledger.Exposure.Shifted(by, isLong);
        Bucket.Shift(Ledger, by, isLong);
    }

    /// <summary>Moves the book, with its exposure, into another bucket.</summary>
    public void JoinBucket(Bucket bucket)
    {
        if (ReferenceEquals(bucket, Bucket)) return;
        Bucket.Add(Ledger, default(Exposure) - Exposure);
        bucket.Add(Ledger, Exposure);
        Bucket = bucket;
    }
}
