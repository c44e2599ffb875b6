using EventSourcedTrading.Domain.Engine;
using EventSourcedTrading.Domain.MetaAgent;
using EventSourcedTrading.Domain.Risk;

namespace EventSourcedTrading.Domain.Control;

/// <summary>
/// The four-eyes principle: what makes trading less safe takes two persons, what makes it safer takes one. The engine asks this at the
/// moment of execution, so what counts is the state that the command would change, not the one that its author saw.
/// </summary>
public static class DualControl
{
    /// <summary>The code of a refusal that a second person can mend.</summary>
    public const string Code = "SECOND_PERSON_NEEDED";

    /// <summary>Why a command takes a second person; null if it does not.</summary>
    public static string? Requires(Command command, PortfolioState state) => command switch
    {
        SetRiskLimits c => Loosening.Describe(state.Limits, c.Limits),
        ReleaseKillSwitch c => $"releasing the kill switch of {Scope(c.Scope, c.Target)}",
        EngageKillSwitch { Mode: KillSwitchMode.ReduceOnly } c when state.KillSwitches.Exists(k => k.Scope == c.Scope && k.Target == c.Target && k.Mode == KillSwitchMode.Halt) =>
            $"the kill switch of {Scope(c.Scope, c.Target)} is at halt; reduce only would loosen that",
        ReleaseThrottle c => $"letting {c.Agent} order again after it repeated itself",
        ResolveBreak c => $"resolving {c.BreakId}, after which orders may go out on top of it",
        ResumeTrading when state.Halted => "resuming trading after a halt",
        _ => null,
    };

    /// <summary>The refusal of what takes a second person and has none.</summary>
    /// <param name="why">What <see cref="Requires"/> says; null if one person is enough.</param>
    public static Refusal? Missing(string? why, string actor, string? approver) =>
        why is null || (approver is not null && !SamePerson(actor, approver)) ? null
            : new Refusal(Code, $"{why}: that takes a second person; ask one to approve it");

    /// <summary>People do not become two by writing their name in capitals.</summary>
    public static bool SamePerson(string one, string other) => string.Equals(one.Trim(), other.Trim(), StringComparison.OrdinalIgnoreCase);

    private static string Scope(KillSwitchScope scope, string? target) => target ?? (scope == KillSwitchScope.Firm ? "the firm" : "the portfolio");
}
