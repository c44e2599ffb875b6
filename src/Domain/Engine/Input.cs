using EventSourcedTrading.Domain.Brokers;
using EventSourcedTrading.Domain.Firm;
using EventSourcedTrading.Domain.MetaAgent;
using EventSourcedTrading.Domain.Orders;
using EventSourcedTrading.Domain.Signals;
using EventSourcedTrading.Domain.Time;

namespace EventSourcedTrading.Domain.Engine;

/// <summary>Something that reached the engine from outside. The tape keeps each one; run again, they give the same events.</summary>
public abstract record Input;

public sealed record SignalInput(Signal Signal) : Input;

/// <param name="Addressee">Portfolio and agent as the subject named them; they must agree with the body.</param>
public sealed record IntentInput(Intent Intent, Addressee Addressee) : Input;

public sealed record Addressee(string Portfolio, string Agent);

/// <summary>A message that could not be read. It is answered and kept like any other.</summary>
/// <param name="Code">Stable, upper case.</param>
/// <param name="Reason">The field, its value, the rule and the mend.</param>
/// <param name="Raw">At most 2,000 characters of what came.</param>
public sealed record MalformedInput(
    Addressee Addressee, string? IntentId, string Code, string Reason, string Raw, int RawLength, string RawSha256) : Input;

/// <summary>An agent has said all it has to say up to <paramref name="AsOf"/>.</summary>
/// <param name="Sent">How many intents it had sent by then; null if it does not number them.</param>
public sealed record ProgressInput(string Agent, Timestamp AsOf, long? Sent) : Input;

/// <summary>The clock said that rounds up to <paramref name="AsOf"/> have waited long enough.</summary>
public sealed record DeadlineInput(Timestamp AsOf) : Input;

/// <param name="Actor">The person who asks.</param>
/// <param name="Approver">The second person who agreed, for what takes two.</param>
public sealed record CommandInput(string CommandId, string Actor, string Reason, Command Command, string? Approver = null) : Input;

/// <summary>What stream firm says of this portfolio.</summary>
/// <param name="Version">How far the stream was read.</param>
/// <param name="MaxGross">The firm's limit; null for none.</param>
/// <param name="Held">What the portfolio holds of it.</param>
/// <param name="Share">What it may keep of that: less than it holds where the limit was lowered.</param>
/// <param name="LeaseVersion">Version at which the lease last changed.</param>
/// <param name="KillSwitch">The firm's, if engaged.</param>
/// <param name="Keep">What the host asks the engine to keep, since it has used no more for a while; null for all.</param>
public sealed record FirmInput(
    long Version, decimal? MaxGross, decimal Held, decimal Share, long LeaseVersion, KillSwitch? KillSwitch, decimal? Keep = null) : Input
{
    /// <summary>A portfolio that counts in another currency gets nothing of a limit.</summary>
    public static FirmInput Of(FirmState firm, string portfolio, string baseCurrency, decimal? keep = null)
    {
        var (held, version) = firm.LeaseOf(portfolio);
        var same = firm.Currency == baseCurrency;
        return new FirmInput(firm.Version, firm.MaxGross, same ? held : 0m, same ? Leasing.Share(firm, portfolio) : 0m, version, firm.KillSwitch, keep);
    }
}

public sealed record ReportInput(ExecutionReport Report) : Input;

/// <summary>What the broker role says of the broker: whether orders may go there, and which.</summary>
public sealed record VenueInput(bool Open, string Reason, Timestamp At, BrokerCapabilities? Capabilities = null) : Input;

/// <summary>A strategy threw while it looked at a signal.</summary>
public sealed record AgentFailedInput(string Agent, string Reason) : Input;

/// <summary>Nothing new came, but an earlier input left work undone.</summary>
public sealed record ContinueInput : Input;
