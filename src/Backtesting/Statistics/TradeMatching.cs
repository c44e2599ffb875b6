namespace EventSourcedTrading.Backtesting.Statistics;

/// <summary>
/// Makes round trips of fills, first in, first out: a closing fill closes the oldest open quantity of its instrument, in as many trips as
/// it meets openings; what is left over opens the other side. A fill that came in parts gives a trip for each part; put parts together
/// before, where an order shall count once.
/// </summary>
/// <remarks>Nothing is lost in dividing: the last part of a fill gets what is left of its fee, so the trips and what is open add up.</remarks>
public sealed class TradeMatching
{
    /// <summary>Openings that may wait to be closed, over all instruments.</summary>
    public const int MaxOpen = 1_000_000;

    /// <summary>Digits after the point to which a fee is divided.</summary>
    private const int FeeDigits = 10;

    private readonly Dictionary<string, Queue<Opening>> open = [];
    private int waiting;

    /// <summary>Round trips of fills in the order of time, without prices between them: excursions are those of entry and exit alone.</summary>
    public static IReadOnlyList<RoundTrip> Match(IEnumerable<TradeFill> fills)
    {
        List<RoundTrip> trips = [];
        var matching = new TradeMatching();
        foreach (var fill in fills) matching.Add(fill, trips);
        return trips;
    }

    /// <param name="closed">Receives the round trips that the fill completed, the oldest opening first.</param>
    /// <exception cref="ArgumentException">The fill is not valid, has another multiplier than before, or is before the opening.</exception>
    /// <exception cref="InvalidOperationException">More than <see cref="MaxOpen"/> openings wait.</exception>
    public void Add(TradeFill fill, ICollection<RoundTrip> closed)
    {
        if (fill.Validate() is { } wrong) throw new ArgumentException(wrong, nameof(fill));
        if (!open.TryGetValue(fill.Instrument, out var openings)) open[fill.Instrument] = openings = new Queue<Opening>();

        var (left, fee) = (fill.Quantity, fill.Fee);
        while (left != 0m && openings.TryPeek(out var oldest) && decimal.Sign(oldest.Quantity) != decimal.Sign(left))
        {
            Check(fill, oldest);
            var quantity = Math.Min(Math.Abs(left), Math.Abs(oldest.Quantity));
            var share = Share(fee, quantity, Math.Abs(left));
            closed.Add(oldest.Close(quantity, fill, share));
            left -= quantity * decimal.Sign(left);
            fee -= share;
            if (oldest.Quantity != 0m) continue;
            openings.Dequeue();
            waiting--;
        }

        if (left == 0m) return;
        if (openings.TryPeek(out var other)) Check(fill, other);
        if (++waiting > MaxOpen) throw new InvalidOperationException($"{MaxOpen} fills are open; {fill.Instrument} at {fill.At} is one more. Put partial fills together.");
        openings.Enqueue(new Opening(fill, left, fee));
    }

    /// <summary>Tells which prices an instrument was traded at, for the excursions of what is open in it.</summary>
    /// <exception cref="ArgumentException">A price is out of range, or the high is below the low.</exception>
    public void Mark(string instrument, decimal high, decimal low)
    {
        if (high > TradeFill.MaxPrice || low < -TradeFill.MaxPrice || high < low)
            throw new ArgumentException($"high {high} and low {low} of {instrument} must be between -1e9 and 1e9, and the high not below the low.", nameof(high));
        if (!open.TryGetValue(instrument, out var openings)) return;
        foreach (var opening in openings) opening.Mark(high, low);
    }

    /// <summary>Signed quantity that is open in an instrument.</summary>
    public decimal OpenQuantity(string instrument) => open.TryGetValue(instrument, out var openings) ? openings.Sum(o => o.Quantity) : 0m;

    /// <summary>Profit of what is open at this price, after the fees of opening it.</summary>
    public decimal OpenProfit(string instrument, decimal price) => open.TryGetValue(instrument, out var openings) ? openings.Sum(o => o.Profit(price)) : 0m;

    /// <summary>What is open, by instrument and the oldest first, so that another can go on with it.</summary>
    public IReadOnlyList<OpeningState> Capture() => [.. open.OrderBy(o => o.Key, StringComparer.Ordinal).SelectMany(o => o.Value).Select(o => o.Capture())];

    /// <summary>Takes up what <see cref="Capture"/> gave, in the place of what was there.</summary>
    public void Restore(IReadOnlyList<OpeningState> state)
    {
        open.Clear();
        waiting = state.Count;
        foreach (var s in state)
        {
            if (!open.TryGetValue(s.Fill.Instrument, out var openings)) open[s.Fill.Instrument] = openings = new Queue<Opening>();
            openings.Enqueue(new Opening(s));
        }
    }

    private static void Check(TradeFill fill, Opening opening)
    {
        if (fill.Multiplier != opening.Fill.Multiplier)
            throw new ArgumentException($"Multiplier {fill.Multiplier} of {fill.Instrument} must be {opening.Fill.Multiplier}, as when it was opened; give one instrument one multiplier.", nameof(fill));
        if (fill.At < opening.Fill.At)
            throw new ArgumentException($"At {fill.At} of {fill.Instrument} must not be before {opening.Fill.At}, when it was opened; give the fills in the order of time.", nameof(fill));
    }

    private static decimal Share(decimal fee, decimal part, decimal whole) => part == whole ? fee : Math.Round(fee * (part / whole), FeeDigits);

    private sealed class Opening(TradeFill fill, decimal quantity, decimal fee)
    {
        private decimal fee = fee, high = fill.Price, low = fill.Price;

        public Opening(OpeningState s) : this(s.Fill, s.Quantity, s.Fee) => (high, low) = (s.High, s.Low);

        public OpeningState Capture() => new(fill, Quantity, fee, high, low);

        public TradeFill Fill => fill;

        public decimal Quantity { get; private set; } = quantity;

        public void Mark(decimal highest, decimal lowest) => (high, low) = (Math.Max(high, highest), Math.Min(low, lowest));

        public decimal Profit(decimal price) => ((price - fill.Price) * Quantity * fill.Multiplier) - fee;

        public RoundTrip Close(decimal part, TradeFill by, decimal closingFee)
        {
            Mark(by.Price, by.Price);
            var share = Share(fee, part, Math.Abs(Quantity));
            var signed = part * decimal.Sign(Quantity);
            fee -= share;
            Quantity -= signed;
            return new RoundTrip(fill.Instrument, fill.At, by.At, signed, fill.Price, by.Price, fill.Multiplier, share + closingFee, high, low);
        }
    }
}

/// <summary>A quantity that waits to be closed.</summary>
/// <param name="Fill">That opened it.</param>
/// <param name="Quantity">Signed; what is left of it.</param>
/// <param name="Fee">What is left of its fee.</param>
public sealed record OpeningState(TradeFill Fill, decimal Quantity, decimal Fee, decimal High, decimal Low);
