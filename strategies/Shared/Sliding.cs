namespace EventSourcedTrading.Strategies.Shared;

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
            _first = Place(1);
            _count--;
        }

        while (_count > 0 && _kept[Place(_count - 1)].Value <= value) _count--;
        _kept[Place(_count++)] = (_added++, value);
    }

    private int Place(int index)
    {
        var at = _first + index;
        return at < length ? at : at - length;
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

    /// <summary>Of as many values as it holds.</summary>
    public double Mean => _anchor + (_sum / length);

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
