using EventSourcedTrading.BrokerFakes.Venues;

namespace EventSourcedTrading.BrokerFakes;

/// <summary>How a fake broker is started; each has a sensible value.</summary>
public sealed record FakeSettings
{
    /// <summary>On loopback; 0 takes a free one.</summary>
    public int Port { get; init; }

    /// <summary>Of ids and of every draw of the fault plan.</summary>
    public long Seed { get; init; } = 1;

    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Dollars in the account at the beginning.</summary>
    public decimal Cash { get; init; } = 1_000_000m;

    /// <summary>Dollars that an execution costs per share.</summary>
    public decimal FeePerShare { get; init; }

    /// <summary>Rules as in <see cref="Faults.FaultRule.Parse"/>.</summary>
    public string FaultRules { get; init; } = "";

    public IReadOnlyList<Instrument> Instruments { get; init; } = Instrument.Usual;

    /// <summary>Above it calls are answered 429; a minute is one of <see cref="Time"/>. Null is the broker's own: 200 of Alpaca, 600 of Interactive Brokers.</summary>
    public int? CallsPerMinute { get; init; }

    /// <summary>Folder of the brokers' OpenAPI files; null looks where <see cref="Validation.Specification.Folder"/> says.</summary>
    public string? Specifications { get; init; }
}
