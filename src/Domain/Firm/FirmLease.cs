namespace EventSourcedTrading.Domain.Firm;

/// <summary>A portfolio's part of the firm's limit, as its engine has put on record.</summary>
/// <param name="Headroom">Largest gross exposure, open orders included, in base currency; null where the firm has no limit.</param>
/// <param name="LeaseVersion">Version of stream firm at which the lease last changed.</param>
/// <param name="Returning">What is held beyond the headroom is on its way back.</param>
public sealed record FirmLease(decimal? Headroom, long LeaseVersion, bool Returning)
{
    public static readonly FirmLease None = new(null, 0, false);
}
