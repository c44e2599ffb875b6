namespace EventSourcedTrading.Domain.Firm;

/// <summary>
/// Hands the firm's limit out in parts. What is handed out never sums to more than the limit, so engines need not ask each other
/// before they trade; a crash leaves at most a lease that its portfolio finds again when it starts.
/// </summary>
public static class Leasing
{
    /// <summary>Gives a portfolio as much of what it wants as is left; null if that is nothing.</summary>
    /// <param name="wanted">What the portfolio would hold in all, in the firm's currency.</param>
    public static HeadroomLeased? Lease(FirmState firm, string portfolio, decimal wanted)
    {
        if (firm.MaxGross is not { } limit) return null;
        var held = firm.LeaseOf(portfolio).Held;
        var amount = Math.Min(wanted - held, limit - firm.Leased);
        return amount > 0m ? new HeadroomLeased(portfolio, amount, held + amount) : null;
    }

    /// <summary>Takes back what a portfolio has committed itself to do without.</summary>
    /// <param name="keep">What it keeps.</param>
    /// <param name="leaseVersion">The lease that it gives back from. An older one is history: an engine that was put out of its
    /// place may still try to return what its successor trades within.</param>
    public static HeadroomReturned? Return(FirmState firm, string portfolio, decimal keep, long leaseVersion)
    {
        var (held, version) = firm.LeaseOf(portfolio);
        return version == leaseVersion && keep >= 0m && keep < held ? new HeadroomReturned(portfolio, held - keep, keep) : null;
    }

    /// <summary>
    /// What a portfolio may keep of its lease: all of it, unless the limit was lowered below what is handed out; then less by its part
    /// of what is too much. Who has more at risk than that returns less, so what is left of the excess goes round again, in steps that
    /// do not get smaller than a hundredth of a chunk.
    /// </summary>
    public static decimal Share(FirmState firm, string portfolio)
    {
        var held = firm.LeaseOf(portfolio).Held;
        if (firm.MaxGross is not { } limit || firm.Leased <= limit) return held;
        var excess = firm.Leased - limit;
        var part = Math.Round(held * (excess / firm.Leased), 2, MidpointRounding.AwayFromZero);
        return Math.Max(0m, held - Math.Max(part, Math.Min(excess, firm.Chunk / 100m)));
    }
}
