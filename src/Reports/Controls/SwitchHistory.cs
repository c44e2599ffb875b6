using EventSourcedTrading.Domain.Firm;
using EventSourcedTrading.Domain.Portfolios;
using EventSourcedTrading.Domain.Risk;

namespace EventSourcedTrading.Reports;

/// <summary>Kill switches and halts, engaged and released; drills apart.</summary>
internal sealed class SwitchHistory
{
    private readonly Dictionary<string, LogEvent> engaged = [];
    private readonly List<Row> rows = [];

    private sealed record Row(LogEvent Log, string What, string Where, string? Mode, string Actor, string Reason, bool Drill, LogEvent? Began);

    public void Take(LogEvent e, bool covered)
    {
        (string What, string Where, string? Mode, string Actor, string Reason)? said = e.Event switch
        {
            KillSwitchEngaged x => ("engaged", Where(x.Portfolio, x.Scope, x.Target), Cell.Word(x.Mode), x.Actor, x.Reason),
            KillSwitchReleased x => ("released", Where(x.Portfolio, x.Scope, x.Target), null, x.Actor, x.Reason),
            FirmKillSwitchEngaged x => ("engaged", "firm", Cell.Word(x.Mode), x.Actor, x.Reason),
            FirmKillSwitchReleased x => ("released", "firm", null, x.Actor, x.Reason),
            TradingHalted x => ("engaged", $"trading of {x.Portfolio}", "halt", x.Actor, x.Reason),
            TradingResumed x => ("released", $"trading of {x.Portfolio}", null, x.Actor, x.Reason),
            _ => null,
        };
        if (said is not var (what, where, mode, actor, reason)) return;
        LogEvent? began = null;
        if (what == "released") engaged.Remove(where, out began);
        else engaged.TryAdd(where, e);
        var drill = IsDrill(reason) || (began is not null && IsDrill(ReasonOf(began)));
        if (covered) rows.Put(new Row(e, what, where, mode, actor, reason, drill, began), ControlChanges.Definition.Name);
    }

    internal static bool IsDrill(string reason) => reason.StartsWith("drill", StringComparison.OrdinalIgnoreCase);

    private static string ReasonOf(LogEvent e) => (e.Event as KillSwitchEngaged)?.Reason ?? (e.Event as FirmKillSwitchEngaged)?.Reason ?? (e.Event as TradingHalted)?.Reason ?? "";

    private static string Where(string portfolio, KillSwitchScope scope, string? target) => $"{portfolio}, {Cell.Word(scope)}{(target is null ? "" : $" {target}")}";

    public ReportTable Table(Func<LogEvent, string?> approver) => ReportTable.Of(
        "kill switches", "Kill switches and halts of the period, with drills", rows,
        new("position", "position in the log", r => Cell.Of(r.Log.Seq), true),
        new("recorded", "time of recording", r => Cell.Of(r.Log.At)),
        new("event", "type of the event", r => r.Log.Recorded.Type),
        new("what", "engaged or released, from the type", r => r.What),
        new("where", "portfolio, scope and target", r => r.Where),
        new("mode", "mode; halt for trading_halted", r => r.Mode),
        new("drill", "the reason, or that of the engagement which is released, begins with drill", r => Cell.Of(r.Drill)),
        new("actor", "actor", r => r.Actor),
        new("human or automated", "told by the actor", r => Origins.Of(r.Actor)),
        new("approver", "command_answered of the same command, or firm_kill_switch_released: approver", r => approver(r.Log)),
        new("engaged for", "seconds from the engagement to this release, by time of recording", r => r.Began is { } b ? Cell.Of((r.Log.At.UnixMicros - b.At.UnixMicros) / 1_000_000m) : null, true),
        new("reason", "reason", r => r.Reason));
}
