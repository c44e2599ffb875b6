namespace EventSourcedTrading.Strategies.Shared;

/// <summary>Sum of the latest values of a list that grows at its end. Sums of prices are exact in decimal, so carried along it is what it would be counted anew.</summary>
internal sealed class SlidingSum(int length)
{
    private decimal? _sum;

    /// <summary>To be asked after each value that was added, while the list holds one more than the length.</summary>
    public decimal Over(List<decimal> values)
    {
        _sum = _sum is { } known ? known + values[^1] - values[^(length + 1)] : values.TakeLast(length).Sum();
        return _sum.Value;
    }
}

/// <summary>
/// The largest of the latest values: those that a later, larger one has overtaken are forgotten, so that each value is looked at twice
/// at most (the monotonic queue).
/// </summary>
internal sealed class SlidingMaximum(int length)
{
    private readonly (long At, decimal Value)[] _kept = new (long, decimal)[length];
    private int _first, _count;
    private long _added;

    /// <summary>Of the values so far, at most the length; there must be one.</summary>
    public decimal Value => _kept[_first].Value;

    public void Add(decimal value)
    {
        if (_count > 0 && _kept[_first].At <= _added - length)
        {
            _first = (_first + 1) % length;
            _count--;
        }

        while (_count > 0 && _kept[(_first + _count - 1) % length].Value <= value) _count--;
        _kept[(_first + _count++) % length] = (_added++, value);
    }
}

/// <summary>
/// Mean and spread of the latest values in binary arithmetic: quick, and good to a dozen digits, as the sums are of distances from a value
/// nearby and are counted anew at each turn.
/// </summary>
internal sealed class SlidingMoments(int length)
{
    private readonly double[] _values = new double[length];
    private int _next;
    private double _anchor, _sum, _squares;

    public void Add(double value)
    {
        Carry(_values[_next], -1);
        _values[_next] = value;
        Carry(value, 1);
        if (++_next < length) return;
        (_next, _anchor, _sum, _squares) = (0, value, 0, 0);
        foreach (var each in _values) Carry(each, 1);
    }

    /// <summary>How many standard deviations a value lies above the mean; not finite where there is no deviation.</summary>
    public double Score(double value)
    {
        var mean = _sum / length;
        return (value - _anchor - mean) / Math.Sqrt((_squares / length) - (mean * mean));
    }

    private void Carry(double value, int sign)
    {
        var distance = value - _anchor;
        _sum += sign * distance;
        _squares += sign * distance * distance;
    }
}
