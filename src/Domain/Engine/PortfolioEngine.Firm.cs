using System.Globalization;
using EventSourcedTrading.Domain.Firm;
using EventSourcedTrading.Domain.Risk;

namespace EventSourcedTrading.Domain.Engine;

// What the firm as a whole allows and forbids.
public sealed partial class PortfolioEngine
{
    private void OnFirm(FirmInput input)
    {
        if (!state.Opened) return;
        var cause = Cause.Of("firm", input.Version.ToString(CultureInfo.InvariantCulture));
        FollowKillSwitch(input, cause);
        if (Headroom(input, state.Lease, state.WorstExposure()) is { } next && next != state.Lease)
        {
            var reason = next.Headroom is null ? "the firm has no limit" : next.Returning ? "the rest goes back to the firm" : "leased from the firm";
            record.Put(new FirmHeadroomSet(state.Portfolio, next.Headroom, next.LeaseVersion, next.Returning, reason), null, cause);
        }

        Advance();
    }

    private void FollowKillSwitch(FirmInput input, Cause cause)
    {
        var engaged = state.KillSwitches.Find(k => k.Scope == KillSwitchScope.Firm);
        if (input.KillSwitch is { } wanted)
        {
            if (engaged?.Mode != wanted.Mode)
                Engage(new KillSwitchEngaged(state.Portfolio, KillSwitchScope.Firm, null, wanted.Mode, wanted.Actor, wanted.Reason), state.Frontier, cause);
        }
        else if (engaged is not null)
        {
            record.Put(new KillSwitchReleased(state.Portfolio, KillSwitchScope.Firm, null, "firm", "the firm released its kill switch"), null, cause);
        }
    }

    /// <summary>
    /// What the engine trades within from now on; null while a return is under way. It is never more than what is held: raised after
    /// the firm's stream has it, lowered before the firm's stream has it.
    /// </summary>
    /// <param name="used">Gross exposure with open orders: it can be reduced, but not given back.</param>
    internal static FirmLease? Headroom(FirmInput input, FirmLease lease, decimal used)
    {
        if (input.MaxGross is null) return new FirmLease(null, input.LeaseVersion, false);
        if (lease.Returning && input.LeaseVersion == lease.LeaseVersion) return null;
        var headroom = Math.Min(input.Held, Math.Max(used, Math.Min(input.Share, input.Keep ?? input.Held)));
        return new FirmLease(headroom, input.LeaseVersion, headroom < input.Held);
    }
}
