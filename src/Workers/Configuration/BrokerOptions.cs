using EventSourcedTrading.Brokers.Reconciling;
using EventSourcedTrading.Domain.Brokers;

namespace EventSourcedTrading.Workers.Configuration;

/// <summary>How a portfolio's broker is reached, and what is done where its book differs from ours.</summary>
/// <remarks>One account is one portfolio's: positions and cash of the whole account are compared with it.</remarks>
public sealed record BrokerOptions
{
    /// <summary><c>paper</c> (Alpaca alone), <c>live</c>, or <c>http://127.0.0.1:PORT</c> for a gateway or a broker that is played on this machine.</summary>
    public string Host { get; set; } = "paper";

    /// <summary>Where its keys come from: <c>env:NAME,NAME</c>, <c>file:PATH</c> or <c>command:PROGRAM ARGUMENTS</c>; <c>gateway</c> behind Interactive Brokers' gateway, which signs by itself. Never the keys themselves.</summary>
    public required string Credentials { get; set; }

    /// <summary>Of Interactive Brokers: the account's id, such as <c>U1234567</c>.</summary>
    public string Account { get; set; } = "";

    /// <summary>Of Interactive Brokers: contract ids by instrument; what is not here is searched for.</summary>
    public IReadOnlyDictionary<string, long> Conids { get; set; } = new Dictionary<string, long>();

    /// <summary>Of Interactive Brokers: ids of the messages, such as <c>o354</c>, that are confirmed when an order raises them.</summary>
    public IReadOnlyList<string> Confirmed { get; set; } = [];

    /// <summary>Requests are put on record instead of sent.</summary>
    public bool DryRun { get; set; }

    /// <summary>Calls that the broker takes of this account in a minute, 10 to 1,000,000; a tenth is left to orders.</summary>
    public int CallsPerMinute { get; set; } = 200;

    /// <summary>What is done about a kind of break, over <see cref="ReconciliationPolicy.Default"/>.</summary>
    public IReadOnlyDictionary<BreakKind, BreakAction> Breaks { get; set; } = new Dictionary<BreakKind, BreakAction>();

    /// <summary>Difference of cash that is none, in its currency.</summary>
    public decimal CashTolerance { get; set; } = ReconciliationPolicy.Default.CashTolerance;

    /// <summary>Who has to look at breaks.</summary>
    public string Owner { get; set; } = ReconciliationPolicy.Default.Owner;

    public ReconciliationPolicy Policy() =>
        new(Enum.GetValues<BreakKind>().ToDictionary(k => k, k => Breaks.TryGetValue(k, out var action) ? action : ReconciliationPolicy.Default.For(k)), CashTolerance, Owner);

    /// <summary>Null if sound, else the field, its value and the rule.</summary>
    public string? Validate() =>
        string.IsNullOrWhiteSpace(Credentials) ? "broker.credentials is missing; write env:NAME,NAME, file:PATH or command:PROGRAM ARGUMENTS"
        : CallsPerMinute is < 10 or > 1_000_000 ? $"broker.callsPerMinute {CallsPerMinute} must be 10 to 1000000"
        : CashTolerance < 0m ? $"broker.cashTolerance {CashTolerance} must not be negative"
        : string.IsNullOrWhiteSpace(Owner) ? "broker.owner must name somebody" : null;
}
