using EventSourcedTrading.Domain.Signals;
using EventSourcedTrading.Domain.Time;

namespace EventSourcedTrading.MarketData.Simulation;

/// <summary>The mood of a bucket, and the part of this minute's moves that its instruments share.</summary>
internal sealed class Regime
{
    private int _minutesLeft;

    /// <summary>Mean of a step, in standard deviations.</summary>
    public double Drift { get; private set; }

    /// <summary>Multiplies volatility.</summary>
    public double Turmoil { get; private set; } = 1;

    /// <summary>Part of the distance from the anchor that a step takes back.</summary>
    public double Pull { get; private set; }

    public double[] Common { get; private set; } = [];

    /// <summary>Counts the regimes passed, so that walks drop their anchor when one begins.</summary>
    public int Number { get; private set; }

    public void Pass(Xoshiro256 random, int shortest, int spread, int steps)
    {
        if (_minutesLeft-- == 0)
        {
            _minutesLeft = shortest + random.Below(spread);
            Number++;
            (Drift, Turmoil, Pull) = random.Below(5) switch
            {
                0 => (0.12, 1.0, 0.0),
                1 => (-0.12, 1.0, 0.0),
                2 => (0.0, 1.2, 0.08),
                3 => (0.0, 2.0, 0.02),
                _ => (0.0, 0.7, 0.0),
            };
        }

        if (Common.Length != steps) Common = new double[steps];
        for (var i = 0; i < steps; i++) Common[i] = random.Normal();
    }
}

/// <summary>The price of one instrument, walking in steps of a quarter of a minute.</summary>
internal sealed class SimulatedWalk
{
    private const double Floor = 10;
    private readonly SimulatedInstrument _of;
    private readonly Regime _regime;
    private readonly double _shared, _own;
    private double _ticks, _anchor;
    private int _regimeSeen;
    private long _first, _highest, _lowest, _last, _spread, _volume, _bidSize, _askSize;

    public SimulatedWalk(SimulatedInstrument of, Regime regime, double correlation)
    {
        (_of, _regime) = (of, regime);
        (_shared, _own) = (Math.Sqrt(correlation), Math.Sqrt(1 - correlation));
        _ticks = _anchor = (double)decimal.Round(of.Price / of.Instrument.TickSize);
        _last = (long)_ticks;
    }

    /// <param name="ofSession">−1 at the open, 0 at noon, 1 at the close.</param>
    public void Step(Xoshiro256 random, double ofSession)
    {
        if (_regimeSeen != _regime.Number) (_regimeSeen, _anchor) = (_regime.Number, _ticks);
        _first = _highest = _lowest = _last;
        var common = _regime.Common;
        var deviation = _of.Volatility * _regime.Turmoil / Math.Sqrt(common.Length);
        var moved = 0.0;
        foreach (var factor in common)
        {
            var step = deviation * (_regime.Drift + (_shared * factor) + (_own * random.Normal()));
            step -= _regime.Pull * (_ticks - _anchor) / _anchor;
            _ticks = Math.Max(Floor, _ticks * (1 + step));
            moved += Math.Abs(step);
            _last = (long)Math.Round(_ticks);
            _highest = Math.Max(_highest, _last);
            _lowest = Math.Min(_lowest, _last);
        }

        var busy = 0.6 + (1.2 * ofSession * ofSession) + (moved / (_of.Volatility + 1e-9) * 0.1);
        _volume = 1 + (long)(_of.Volume * busy * (0.5 + random.Uniform()));
        _spread = 1 + (random.Below(8) == 0 ? 1 : 0);
        _bidSize = 1 + random.Below(20);
        _askSize = 1 + random.Below(20);
    }

    /// <summary>The last trade was at the bid or, at an odd volume, at the ask.</summary>
    public Signal Quote(string feed, long sequence, Timestamp time)
    {
        var bid = (_volume & 1) == 0 ? _last : Math.Max(1, _last - _spread);
        return new()
        {
            Kind = SignalKind.Quote, Instrument = _of.Instrument.Id, Feed = feed, Sequence = sequence, Time = time,
            Bid = Price(bid), BidSize = Size(_bidSize * 100), Ask = Price(bid + _spread), AskSize = Size(_askSize * 100),
        };
    }

    public Signal Bar(string feed, long sequence, Timestamp start, Timestamp end, bool sliceEnd) => new()
    {
        Kind = SignalKind.Bar, Instrument = _of.Instrument.Id, Feed = feed, Sequence = sequence, Start = start, Time = end, SliceEnd = sliceEnd,
        Open = Price(_first), High = Price(_highest), Low = Price(_lowest), Price = Price(_last), Size = Size(_volume),
    };

    private decimal Price(long ticks) => ticks * _of.Instrument.TickSize;

    private decimal Size(long lots) => lots * _of.Instrument.LotSize;
}
