using System.Text.Json.Nodes;
using EventSourcedTrading.BrokerFakes.Validation;

namespace EventSourcedTrading.BrokerFakes.Serving;

/// <summary>One request and its answer. A fault that broke the answer off is named; what the broker would have said is recorded all the same.</summary>
public sealed record Exchange(string Method, string Path, string Pattern, JsonNode? Request, int Status, JsonNode? Response, string? Fault);

/// <summary>The last 10,000 exchanges, and where they did not agree with the broker's specification.</summary>
/// <param name="specification">Null if its file is not at hand: then nothing is checked.</param>
public sealed class Traffic(Specification? specification)
{
    private const int MaxKept = 10_000;

    private readonly Lock gate = new();
    private readonly Queue<Exchange> exchanges = [];
    private readonly Dictionary<string, string> mismatches = [];
    private long count;

    /// <summary>Called for each mismatch when it is first met.</summary>
    public Action<string>? Found { get; set; }

    public bool IsChecked => specification is not null;

    /// <summary>How many came in all.</summary>
    public long Count
    {
        get { lock (gate) return count; }
    }

    public IReadOnlyList<Exchange> Exchanges
    {
        get { lock (gate) return [.. exchanges]; }
    }

    /// <summary>Each place where a request or a response does not agree with the specification and <see cref="KnownMismatches"/> has no reason for it.</summary>
    public IReadOnlyList<string> Mismatches
    {
        get { lock (gate) return [.. mismatches.Values]; }
    }

    public void Record(Exchange exchange)
    {
        var found = specification?.Check(exchange) ?? [];
        lock (gate)
        {
            count++;
            exchanges.Enqueue(exchange);
            if (exchanges.Count > MaxKept) exchanges.Dequeue();
            foreach (var one in found)
            {
                if (mismatches.Count < MaxKept && mismatches.TryAdd(one, one)) Found?.Invoke(one);
            }
        }
    }
}
