using EventSourcedTrading.Domain.Engine;
using EventSourcedTrading.Domain.Risk;

namespace EventSourcedTrading.Domain.Firm;

/// <summary>The firm as its stream tells it.</summary>
public sealed class FirmState
{
    public const string Stream = "firm";

    public long Version { get; private set; }
    public decimal? MaxGross { get; private set; }
    public string Currency { get; private set; } = "";
    public decimal Chunk { get; private set; }
    public KillSwitch? KillSwitch { get; private set; }

    /// <summary>What each portfolio holds, and the version at which that last changed.</summary>
    public SortedDictionary<string, (decimal Held, long Version)> Leases { get; } = new(StringComparer.Ordinal);

    /// <summary>What all portfolios together hold.</summary>
    public decimal Leased { get; private set; }

    public (decimal Held, long Version) LeaseOf(string portfolio) => Leases.GetValueOrDefault(portfolio);

    public void Apply(DomainEvent @event)
    {
        Version++;
        switch (@event)
        {
            case FirmLimitsSet e: (MaxGross, Currency, Chunk) = (e.MaxGross, e.Currency, e.Chunk); break;
            case HeadroomLeased e: Hold(e.Portfolio, e.Held); break;
            case HeadroomReturned e: Hold(e.Portfolio, e.Held); break;
            case FirmKillSwitchEngaged e: KillSwitch = new KillSwitch(KillSwitchScope.Firm, null, e.Mode, e.Actor, e.Reason); break;
            case FirmKillSwitchReleased: KillSwitch = null; break;
        }
    }

    private void Hold(string portfolio, decimal held)
    {
        Leased += held - LeaseOf(portfolio).Held;
        Leases[portfolio] = (held, Version);
    }
}
