using EventSourcedTrading.Domain.Control;
using EventSourcedTrading.Domain.Engine;
using EventSourcedTrading.Domain.Json;
using EventSourcedTrading.Domain.MetaAgent;
using EventSourcedTrading.Domain.Risk;

namespace EventSourcedTrading.Domain.Firm;

/// <summary>What a person asks of the firm as a whole.</summary>
public abstract record FirmCommand;

/// <param name="MaxGross">In <paramref name="Currency"/>; null takes the limit away.</param>
/// <param name="Chunk">Null for a twentieth of the limit.</param>
public sealed record SetFirmLimits(decimal? MaxGross, string Currency, decimal? Chunk = null) : FirmCommand;

public sealed record EngageFirmKillSwitch(KillSwitchMode Mode) : FirmCommand;

public sealed record ReleaseFirmKillSwitch : FirmCommand;

/// <summary>Decides what becomes of a command to the firm.</summary>
public static class Commanding
{
    /// <summary>The refusal, or the event.</summary>
    /// <param name="approver">The second person; must be another than the actor where a limit is loosened or the switch released.</param>
    public static (Refusal? Refusal, DomainEvent? Event) Decide(FirmState firm, FirmCommand command, string actor, string? approver, string reason)
    {
        switch (command)
        {
            case SetFirmLimits { MaxGross: < 0m } c:
                return (new("INVALID", $"maxGross {DecimalText.Format(c.MaxGross.Value)} must not be negative; leave it out for no limit"), null);
            case SetFirmLimits { Chunk: <= 0m } c:
                return (new("INVALID", $"chunk {DecimalText.Format(c.Chunk.Value)} must be above zero"), null);
            case SetFirmLimits c when c.Currency is not { Length: 3 } || !c.Currency.All(char.IsAsciiLetterUpper):
                return (new("UNKNOWN_CURRENCY", $"currency '{c.Currency}' must be an ISO 4217 code, such as USD"), null);
            case SetFirmLimits c when firm.Leased > 0m && c.Currency != firm.Currency:
                return (new("CURRENCY_IN_USE", $"currency '{c.Currency}' must stay '{firm.Currency}' while portfolios hold leases in it"), null);
            case SetFirmLimits c:
                if (DualControl.Missing(Looser(firm, c), actor, approver) is { } alone) return (alone, null);
                var chunk = c.Chunk ?? Math.Max(1m, Math.Round((c.MaxGross ?? 0m) / 20m, 2));
                return (null, new FirmLimitsSet(c.MaxGross, c.Currency, chunk, actor, approver, reason));
            case EngageFirmKillSwitch c:
                var weaker = c.Mode == KillSwitchMode.ReduceOnly && firm.KillSwitch is { Mode: KillSwitchMode.Halt } ? "the firm is halted; reduce only would loosen that" : null;
                return DualControl.Missing(weaker, actor, approver) is { } single ? (single, null) : (null, new FirmKillSwitchEngaged(c.Mode, actor, reason));
            case ReleaseFirmKillSwitch when firm.KillSwitch is null: return (new("NOT_ENGAGED", "the firm's kill switch is not engaged"), null);
            case ReleaseFirmKillSwitch:
                return DualControl.Missing("releasing the firm's kill switch", actor, approver) is { } lone ? (lone, null) : (null, new FirmKillSwitchReleased(actor, approver, reason));
            default: throw new ArgumentException($"{command.GetType().Name} is not a command to the firm", nameof(command));
        }
    }

    private static string? Looser(FirmState firm, SetFirmLimits to) =>
        firm.MaxGross is { } limit && !(to.MaxGross <= limit)
            ? $"maxGross {DecimalText.Format(limit)} → {(to.MaxGross is { } next ? DecimalText.Format(next) : "no limit")}" : null;
}
