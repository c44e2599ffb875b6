using System.Globalization;
using EventSourcedTrading.Domain.Instruments;
using EventSourcedTrading.Domain.MetaAgent;

namespace EventSourcedTrading.Domain.Orders;

/// <summary>The orders that an entry's bracket asks for, and whose they are.</summary>
public static class Exits
{
    /// <summary>
    /// With the numbers that come next; the stop first, so that it is the older one: of two exits that one bar reaches the loss is taken.
    /// They last as long as the entry was to, but an entry that could not rest leaves exits that do.
    /// </summary>
    public static OrderTerms[] Of(OrderTerms entry, decimal quantity, long lastOrderNumber)
    {
        var bracket = entry.Bracket!;
        var force = entry.TimeInForce is TimeInForce.Day ? TimeInForce.Day : TimeInForce.Gtc;
        var (first, second) = (Id(lastOrderNumber + 1), Id(lastOrderNumber + 2));
        var both = bracket is { TakeProfit: not null, StopLoss: not null };
        var stop = bracket.StopLoss is null ? null
            : Exit(first, bracket.StopLossLimit is null ? OrderType.Stop : OrderType.StopLimit, bracket.StopLossLimit, bracket.StopLoss, both ? second : null);
        var take = bracket.TakeProfit is null ? null : Exit(both ? second : first, OrderType.Limit, bracket.TakeProfit, null, both ? first : null);
        return stop is null ? [take!] : take is null ? [stop] : [stop, take];

        string Id(long number) => $"{entry.Portfolio}-{number.ToString(CultureInfo.InvariantCulture)}";

        OrderTerms Exit(string id, OrderType type, decimal? limit, decimal? stopAt, string? other) =>
            new(id, entry.Portfolio, entry.DecisionId, entry.Instrument, entry.Side.Opposite(), quantity, type, limit, stopAt, force) { ParentId = entry.OrderId, OneCancels = other };
    }

    /// <summary>Who owns the exits of an entry: the agents that it was filled for, in those shares.</summary>
    public static IReadOnlyList<Allocation> Owners(Order entry, decimal quantity, Instrument instrument)
    {
        var shares = new Allocation[entry.Allocation.Count];
        var left = entry.Filled;
        for (var i = 0; i < shares.Length; i++)
        {
            var filled = i == shares.Length - 1 ? left : Math.Min(left, Reporting.Due(entry, i, entry.Filled, instrument));
            shares[i] = new Allocation(entry.Allocation[i].Agent, filled);
            left -= filled;
        }

        return Scaled(shares, quantity, instrument);
    }

    /// <summary>The same shares of another quantity: whole lots, the last takes the remainder, and who gets nothing is left out.</summary>
    public static IReadOnlyList<Allocation> Scaled(IReadOnlyList<Allocation> shares, decimal quantity, Instrument instrument)
    {
        var whole = 0m;
        foreach (var share in shares) whole += share.Quantity;
        List<Allocation> scaled = [];
        var left = quantity;
        for (var i = 0; i < shares.Count; i++)
        {
            var part = i == shares.Count - 1 ? left : Math.Min(left, instrument.FloorToLot(quantity * shares[i].Quantity / whole));
            if (part > 0m) scaled.Add(new Allocation(shares[i].Agent, part));
            left -= part;
        }

        return scaled;
    }
}
