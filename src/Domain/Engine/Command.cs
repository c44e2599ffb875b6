using System.Text.Json;
using System.Text.Json.Serialization;
using EventSourcedTrading.Domain.Brokers;
using EventSourcedTrading.Domain.Instruments;
using EventSourcedTrading.Domain.MetaAgent;
using EventSourcedTrading.Domain.Risk;

namespace EventSourcedTrading.Domain.Engine;

/// <summary>What a person, or the configuration on a person's behalf, asks of a portfolio.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "command")]
[JsonDerivedType(typeof(OpenPortfolio), "openPortfolio")]
[JsonDerivedType(typeof(MoveCash), "moveCash")]
[JsonDerivedType(typeof(SetRiskLimits), "setRiskLimits")]
[JsonDerivedType(typeof(SetVotingPolicy), "setVotingPolicy")]
[JsonDerivedType(typeof(ClearVotingPolicy), "clearVotingPolicy")]
[JsonDerivedType(typeof(OverrideDecision), "overrideDecision")]
[JsonDerivedType(typeof(CancelDecision), "cancelDecision")]
[JsonDerivedType(typeof(LoadStrategy), "loadStrategy")]
[JsonDerivedType(typeof(PauseStrategy), "pauseStrategy")]
[JsonDerivedType(typeof(ResumeStrategy), "resumeStrategy")]
[JsonDerivedType(typeof(UnloadStrategy), "unloadStrategy")]
[JsonDerivedType(typeof(EngageKillSwitch), "engageKillSwitch")]
[JsonDerivedType(typeof(ReleaseKillSwitch), "releaseKillSwitch")]
[JsonDerivedType(typeof(ReleaseThrottle), "releaseThrottle")]
[JsonDerivedType(typeof(HaltTrading), "haltTrading")]
[JsonDerivedType(typeof(ResumeTrading), "resumeTrading")]
[JsonDerivedType(typeof(CancelOrder), "cancelOrder")]
[JsonDerivedType(typeof(AdoptHolding), "adoptHolding")]
[JsonDerivedType(typeof(ResolveBreak), "resolveBreak")]
public abstract record Command
{
    /// <summary>Its name on the wire, such as <c>setRiskLimits</c>.</summary>
    [JsonIgnore]
    public string Operation => JsonNamingPolicy.CamelCase.ConvertName(GetType().Name);
}

/// <param name="Cash">Opening cash per ISO 4217 currency.</param>
public sealed record OpenPortfolio(
    string BaseCurrency, IReadOnlyList<Instrument> Instruments, string Venue, IReadOnlyDictionary<string, string> VenueSettings,
    IReadOnlyDictionary<string, decimal> Cash, RiskLimits Limits, VotingPolicy Policy) : Command;

public sealed record MoveCash(string Currency, decimal Amount) : Command;

public sealed record SetRiskLimits(RiskLimits Limits) : Command;

/// <param name="Instrument">Null for the portfolio's own policy.</param>
public sealed record SetVotingPolicy(VotingPolicy Policy, string? Instrument = null) : Command;

public sealed record ClearVotingPolicy(string Instrument) : Command;

/// <param name="Action">Buy or sell; at market, for the day.</param>
public sealed record OverrideDecision(string DecisionId, DecisionAction Action, decimal Quantity) : Command;

public sealed record CancelDecision(string DecisionId) : Command;

public sealed record LoadStrategy(
    string Agent, string Summary, IReadOnlyList<string> Instruments, IReadOnlyDictionary<string, string> Parameters) : Command;

public sealed record PauseStrategy(string Agent) : Command;

public sealed record ResumeStrategy(string Agent) : Command;

public sealed record UnloadStrategy(string Agent) : Command;

public sealed record EngageKillSwitch(KillSwitchScope Scope, string? Target, KillSwitchMode Mode) : Command;

public sealed record ReleaseKillSwitch(KillSwitchScope Scope, string? Target) : Command;

/// <summary>Lets an agent go on that was stopped for repeating itself.</summary>
public sealed record ReleaseThrottle(string Agent) : Command;

public sealed record HaltTrading : Command;

public sealed record ResumeTrading : Command;

public sealed record CancelOrder(string OrderId) : Command;

/// <summary>Takes over a holding that came about outside of the platform.</summary>
/// <param name="Quantity">Signed change of the position, not zero.</param>
/// <param name="Fee">In the instrument's currency, positive is paid.</param>
/// <param name="Origin">An execution id of the broker, or the break that it settles.</param>
public sealed record AdoptHolding(string Instrument, decimal Quantity, decimal Price, decimal Fee, string Origin) : Command;

/// <param name="BreakId">As <c>est broker breaks</c> shows it.</param>
public sealed record ResolveBreak(string BreakId, BreakResolution How) : Command;
