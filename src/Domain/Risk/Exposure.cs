namespace EventSourcedTrading.Domain.Risk;

/// <summary>
/// What a book, a bucket, a currency or a portfolio is exposed to, at mark. Open orders count at their worst: a position can end
/// anywhere from <c>position − open sells</c> to <c>position + open buys</c>, and is largest at one of the two ends.
/// </summary>
/// <param name="Long">Value of long positions, zero or more.</param>
/// <param name="Short">Value of short positions, zero or more.</param>
/// <param name="High">Net value, signed, if every open buy were filled and no open sell.</param>
/// <param name="Low">Net value, signed, if every open sell were filled and no open buy.</param>
/// <param name="Worst">Largest gross value that open orders could lead to.</param>
public readonly record struct Exposure(decimal Long, decimal Short, decimal High, decimal Low, decimal Worst)
{
    /// <summary>Digits after the point of a book's values: sums of them are exact, in whatever order they were added up.</summary>
    public const int Digits = 8;

    public decimal Gross => Long + Short;
    public decimal Net => Long - Short;

    /// <summary>Largest absolute net value that open orders could lead to.</summary>
    public decimal WorstNet => Math.Max(Math.Abs(High), Math.Abs(Low));

    /// <param name="position">Signed.</param>
    /// <param name="unit">Value of one unit: mark × multiplier, and × rate for base currency.</param>
    public static Exposure Of(decimal position, decimal openBuy, decimal openSell, decimal unit)
    {
        var held = Round(position * unit);
        var high = openBuy == 0m ? held : Round((position + openBuy) * unit);
        var low = openSell == 0m ? held : Round((position - openSell) * unit);
        return new Exposure(held > 0m ? held : 0m, held < 0m ? -held : 0m, high, low, Math.Max(Math.Abs(high), Math.Abs(low)));
    }

    /// <summary>Most values have few digits, and asking is cheaper than rounding.</summary>
    public static decimal Round(decimal value) => value.Scale > Digits ? Math.Round(value, Digits) : value;

    /// <summary>A holding in it, without open orders, is worth so much more, and on the same side of zero as before.</summary>
    /// <param name="by">Signed.</param>
    internal Exposure Shifted(decimal by, bool isLong) =>
        isLong ? new(Long + by, Short, High + by, Low + by, Worst + by) : new(Long, Short - by, High + by, Low + by, Worst - by);

    public static Exposure operator +(in Exposure a, in Exposure b) => new(a.Long + b.Long, a.Short + b.Short, a.High + b.High, a.Low + b.Low, a.Worst + b.Worst);
    public static Exposure operator -(in Exposure a, in Exposure b) => new(a.Long - b.Long, a.Short - b.Short, a.High - b.High, a.Low - b.Low, a.Worst - b.Worst);
    public static Exposure operator *(in Exposure a, decimal rate) => rate == 1m ? a : new(a.Long * rate, a.Short * rate, a.High * rate, a.Low * rate, a.Worst * rate);
}
