namespace EventSourcedTrading.Domain.MetaAgent;

/// <summary>
/// What one agent version has realised by the fills that are its own share, per trading day, in base currency. Its return over some
/// days is profit after fees, divided by the cost of what was closed.
/// </summary>
public sealed class TrackRecord
{
    /// <summary>Trading days that are remembered: about a year.</summary>
    public const int MaxDays = 250;

    private (long First, decimal Return)? known;

    /// <summary>Days with fills, oldest first.</summary>
    public List<DayResult> Days { get; init; } = [];

    /// <param name="day">Number of the trading day since the portfolio was opened; never before the last one.</param>
    /// <param name="net">Realised profit after fees; negative is a loss.</param>
    /// <param name="closed">Cost of the positions that were closed, not negative.</param>
    public void Add(long day, decimal net, decimal closed)
    {
        known = null;
        if (Days.Count > 0 && Days[^1].Day == day) Days[^1] = new DayResult(day, Days[^1].Net + net, Days[^1].Closed + closed);
        else Days.Add(new DayResult(day, net, closed));
        if (Days[0].Day <= day - MaxDays) Days.RemoveAt(0);
    }

    /// <summary>Six digits after the point; zero if nothing was closed since that day.</summary>
    public decimal ReturnSince(long first)
    {
        // Asked with every vote, changed by fills alone.
        if (known is { } k && k.First == first) return k.Return;
        decimal net = 0m, closed = 0m;
        for (var i = Days.Count - 1; i >= 0 && Days[i].Day >= first; i--)
        {
            net += Days[i].Net;
            closed += Days[i].Closed;
        }

        var result = closed == 0m ? 0m : Math.Round(net / closed, 6);
        known = (first, result);
        return result;
    }

    /// <summary>Cost of what an execution closed, from the position and its cost before and after.</summary>
    public static decimal Closed(decimal quantityBefore, decimal costBefore, decimal quantityAfter, decimal costAfter) =>
        quantityBefore == 0m ? 0m
        : decimal.Sign(quantityAfter) != decimal.Sign(quantityBefore) ? Math.Abs(costBefore)
        : Math.Max(0m, Math.Abs(costBefore) - Math.Abs(costAfter));
}

public readonly record struct DayResult(long Day, decimal Net, decimal Closed);
