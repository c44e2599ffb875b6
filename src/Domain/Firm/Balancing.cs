using EventSourcedTrading.Domain.Engine;

namespace EventSourcedTrading.Domain.Firm;

/// <summary>What an engine has at risk, and what of the firm's limit it trades within; as committed.</summary>
/// <param name="Used">Gross exposure with open orders, in base currency.</param>
/// <param name="Missed">Gross exposure that an order was blocked for; zero if none was.</param>
public sealed record HeadroomUse(decimal Used, decimal Missed, FirmLease Lease);

/// <summary>When a portfolio asks for more of the firm's limit, and when it gives back.</summary>
public static class Balancing
{
    /// <summary>What is to be written to the firm's stream now; null if nothing.</summary>
    public static DomainEvent? Decide(FirmState firm, string portfolio, HeadroomUse use)
    {
        if (firm.MaxGross is null) return null;
        var (held, version) = firm.LeaseOf(portfolio);
        if (use.Lease is { Returning: true, Headroom: { } keep } && use.Lease.LeaseVersion == version)
            return Leasing.Return(firm, portfolio, keep, version);
        // Half a chunk of play, so that a position that moves up and down does not lease and return all the time.
        var needed = Math.Max(use.Used, use.Missed);
        return held < needed + (firm.Chunk / 2m) ? Leasing.Lease(firm, portfolio, Wanted(firm, needed)) : null;
    }

    /// <summary>What a portfolio that holds far more than it uses should keep; null if it does not.</summary>
    public static decimal? Spare(FirmState firm, string portfolio, HeadroomUse use)
    {
        if (firm.MaxGross is null || use.Lease.Returning) return null;
        var wanted = Wanted(firm, Math.Max(use.Used, use.Missed));
        return firm.LeaseOf(portfolio).Held - wanted >= firm.Chunk * 2m ? wanted : null;
    }

    /// <summary>To work undisturbed: what is used, and one chunk ahead, in whole chunks.</summary>
    private static decimal Wanted(FirmState firm, decimal used) => (Math.Ceiling(used / firm.Chunk) + 1m) * firm.Chunk;
}
