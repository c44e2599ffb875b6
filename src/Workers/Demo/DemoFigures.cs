using System.Text.Json.Serialization;

namespace EventSourcedTrading.Workers.Demo;

/// <summary>What a demonstration did, counted in its log and read models. Amounts in base currency, as strings.</summary>
public sealed record DemoFigures
{
    public required string Data { get; init; }
    public required long Signals { get; init; }
    public required long Intents { get; init; }
    public required IReadOnlyDictionary<string, long> IntentsByAgent { get; init; }
    public required long Rounds { get; init; }
    public required long Conflicts { get; init; }
    public required long Orders { get; init; }
    public required long Blocked { get; init; }
    public required long Fills { get; init; }
    public required IReadOnlyDictionary<string, long> Violations { get; init; }
    public required IReadOnlyList<DemoPosition> Positions { get; init; }
    public required string BaseCurrency { get; init; }

    [JsonNumberHandling(JsonNumberHandling.WriteAsString)]
    public required decimal Cash { get; init; }

    [JsonNumberHandling(JsonNumberHandling.WriteAsString)]
    public required decimal Equity { get; init; }

    [JsonNumberHandling(JsonNumberHandling.WriteAsString)]
    public required decimal Realised { get; init; }

    [JsonNumberHandling(JsonNumberHandling.WriteAsString)]
    public required decimal Unrealised { get; init; }

    [JsonNumberHandling(JsonNumberHandling.WriteAsString)]
    public required decimal Fees { get; init; }
    public required IReadOnlyList<DemoProfit> ProfitByAgent { get; init; }
    public required IReadOnlyList<DemoPolicy> Policies { get; init; }
    public required long Events { get; init; }
    public required double Seconds { get; init; }
    public required double EventsPerSecond { get; init; }
    public required string DecisionDigest { get; init; }
    public string? ExplainedOrder { get; init; }
    public string? BlockedOrder { get; init; }
    public required string Database { get; init; }

    /// <summary>What became of the log when it was verified and one order proven; null before.</summary>
    public DemoProof? Proof { get; init; }

    /// <summary>What was said over NATS, held against log and reports; null before.</summary>
    public DemoCompleteness? Completeness { get; init; }

    /// <summary>What is not as a demonstration should be; null if nothing is.</summary>
    public string? Complaint { get; init; }
}

public sealed record DemoPosition(
    string Instrument,
    [property: JsonNumberHandling(JsonNumberHandling.WriteAsString)] decimal Quantity,
    [property: JsonNumberHandling(JsonNumberHandling.WriteAsString)] decimal AveragePrice,
    [property: JsonNumberHandling(JsonNumberHandling.WriteAsString)] decimal LastPrice,
    [property: JsonNumberHandling(JsonNumberHandling.WriteAsString)] decimal Unrealised,
    [property: JsonNumberHandling(JsonNumberHandling.WriteAsString)] decimal Realised);

public sealed record DemoProfit(
    string Agent,
    [property: JsonNumberHandling(JsonNumberHandling.WriteAsString)] decimal Realised,
    [property: JsonNumberHandling(JsonNumberHandling.WriteAsString)] decimal Unrealised,
    [property: JsonNumberHandling(JsonNumberHandling.WriteAsString)] decimal Fees,
    [property: JsonNumberHandling(JsonNumberHandling.WriteAsString)] decimal Net,
    long Fills);

/// <param name="Agreeing">Of all checkpoints, in the database and in the archive, those that the events lead to.</param>
/// <param name="File">The proof of <see cref="DemoFigures.ExplainedOrder"/>; null if there was none to prove.</param>
public sealed record DemoProof(bool Intact, long Events, int Checkpoints, int Agreeing, double Seconds, string Key, string? File, int ProvenEvents);

/// <param name="Nats">Distinct ids that were heard.</param>
/// <param name="Log">Rows of the log.</param>
/// <param name="Reports">Rows of the reports, or distinct ids in them.</param>
public sealed record DemoCount(string What, int Nats, int Log, int Reports);

/// <param name="Unmatched">Ids that were heard and are not in the log, or the other way round.</param>
public sealed record DemoCompleteness(IReadOnlyList<DemoCount> Counts, int Unmatched, double Seconds)
{
    public bool Complete => Unmatched == 0 && Counts.All(c => c.Nats == c.Log && c.Log == c.Reports);
}
