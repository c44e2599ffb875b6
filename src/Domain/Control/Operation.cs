using System.Collections.Frozen;

namespace EventSourcedTrading.Domain.Control;

/// <summary>What a caller may be. One may be several; admin is for keys alone, so that who hands out rights has no others.</summary>
public enum Role { Viewer, Operator, RiskOfficer, Auditor, Admin }

/// <summary>Something that the control plane does for a caller.</summary>
/// <param name="Name">In camelCase; of a command the same as in the log.</param>
/// <param name="Roles">Any of them is enough; nobody else may.</param>
public sealed record Operation(string Name, string Summary, params IReadOnlyList<Role> Roles)
{
    public static readonly Operation
        PauseStrategy = new("pauseStrategy", "Rounds no longer wait for a strategy, and its intents are refused.", Role.Operator),
        ResumeStrategy = new("resumeStrategy", "A paused or quarantined strategy takes part again.", Role.Operator),
        HaltTrading = new("haltTrading", "Stops all trading of a portfolio.", Role.Operator, Role.RiskOfficer),
        ResumeTrading = new("resumeTrading", "Lets a portfolio trade again after a halt.", Role.RiskOfficer),
        CancelOrder = new("cancelOrder", "Cancels an open order.", Role.Operator),
        OverrideDecision = new("overrideDecision", "Puts a person's decision in the place of the meta-agent's.", Role.Operator),
        CancelDecision = new("cancelDecision", "Takes a decision back: what is open of its order is cancelled.", Role.Operator),
        SetRiskLimits = new("setRiskLimits", "Sets all limits of a portfolio.", Role.RiskOfficer),
        SetVotingPolicy = new("setVotingPolicy", "Sets how a portfolio, or one of its instruments, decides.", Role.RiskOfficer),
        ClearVotingPolicy = new("clearVotingPolicy", "Lets an instrument follow its portfolio's policy again.", Role.RiskOfficer),
        EngageKillSwitch = new("engageKillSwitch", "Blocks new orders and cancels open ones.", Role.Operator, Role.RiskOfficer),
        ReleaseKillSwitch = new("releaseKillSwitch", "Allows new orders again.", Role.RiskOfficer),
        ReleaseThrottle = new("releaseThrottle", "Allows an agent that repeated itself to order again.", Role.RiskOfficer),
        ResolveBreak = new("resolveBreak", "Takes the broker's side of a difference between the books, or lets it stand.", Role.RiskOfficer),
        SetFirmLimits = new("setFirmLimits", "Sets what all portfolios together may have at risk.", Role.RiskOfficer),
        EngageFirmKillSwitch = new("engageFirmKillSwitch", "Stops every portfolio.", Role.Operator, Role.RiskOfficer),
        ReleaseFirmKillSwitch = new("releaseFirmKillSwitch", "Lets every portfolio trade again.", Role.RiskOfficer),
        Approve = new("approve", "Agrees, as the second person, to a command that takes two.", Role.RiskOfficer),
        Deny = new("deny", "Declines a command that waits for a second person.", Role.RiskOfficer),
        ReadState = new("readState", "Portfolios, strategies, limits, policies, kill switches, open orders, positions.", Role.Viewer, Role.Operator, Role.RiskOfficer, Role.Auditor),
        ReadApprovals = new("readApprovals", "Commands that wait for a second person.", Role.RiskOfficer, Role.Auditor),
        ReadCommands = new("readCommands", "Who commanded what, why, and what became of it; also what was turned away.", Role.RiskOfficer, Role.Auditor),
        ReadAudit = new("readAudit", "Every event of the log: found by what it says, whole, what caused it and what it caused.", Role.RiskOfficer, Role.Auditor),
        ReadKeys = new("readKeys", "API keys: whose, with which roles, until when. Never their secrets.", Role.Admin),
        RevokeKey = new("revokeKey", "Makes an API key worthless at once.", Role.Admin);

    /// <summary>Every operation, in the order of the documentation.</summary>
    public static IReadOnlyList<Operation> All { get; } =
    [
        ReadState, PauseStrategy, ResumeStrategy, CancelOrder, OverrideDecision, CancelDecision, HaltTrading, EngageKillSwitch, EngageFirmKillSwitch,
        ResumeTrading, ReleaseKillSwitch, ReleaseFirmKillSwitch, ReleaseThrottle, ResolveBreak, SetRiskLimits, SetFirmLimits, SetVotingPolicy, ClearVotingPolicy,
        ReadApprovals, Approve, Deny, ReadCommands, ReadAudit, ReadKeys, RevokeKey,
    ];

    private static readonly FrozenDictionary<string, Operation> ByName = All.ToFrozenDictionary(o => o.Name);

    /// <exception cref="KeyNotFoundException">There is no such operation.</exception>
    public static Operation Named(string name) => ByName[name];

    /// <summary>The role that entitles a caller, which goes on record; null if none of his does.</summary>
    public Role? EntitledBy(IReadOnlyCollection<Role> held)
    {
        foreach (var role in Roles)
            if (held.Contains(role)) return role;
        return null;
    }
}
