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
}
