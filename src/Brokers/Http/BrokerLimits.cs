namespace EventSourcedTrading.Brokers.Http;

/// <summary>How hard a broker may be asked, and how long an answer may take.</summary>
public sealed record BrokerLimits
{
    /// <summary>Calls in a <see cref="Window"/>, until the broker's headers tell less; from 1.</summary>
    public int Calls { get; init; } = 200;

    public TimeSpan Window { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Of <see cref="Calls"/>, those that questions leave to orders and cancels.</summary>
    public int KeptForOrders { get; init; } = 20;

    /// <summary>Calls of one kind at the same time; from 1.</summary>
    public int AtOnce { get; init; } = 8;

    /// <summary>Calls of one kind that may wait for their turn; more are turned away at once.</summary>
    public int Waiting { get; init; } = 200;

    /// <summary>Longest wait for the rate limit. An order that would wait longer is turned away unsent.</summary>
    public TimeSpan LongestWait { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Of one request, from the connection to the last byte of the answer.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How often a question is asked again.</summary>
    public int Retries { get; init; } = 3;

    /// <summary>Before the first retry, on average; it doubles from one to the next.</summary>
    public TimeSpan RetryPause { get; init; } = TimeSpan.FromMilliseconds(200);

    /// <summary>The breaker opens when at least this many calls were made in <see cref="BreakWindow"/> and half of them failed; from 2.</summary>
    public int BreakAfter { get; init; } = 10;

    public TimeSpan BreakWindow { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long an open breaker turns calls away.</summary>
    public TimeSpan BreakFor { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Null if they can be kept, else the field, its value and the rule.</summary>
    public string? Validate() =>
        Number("calls", Calls, 1, 100_000_000) ?? Number("keptForOrders", KeptForOrders, 0, Calls - 1) ?? Number("atOnce", AtOnce, 1, 1_000) ?? Number("waiting", Waiting, 0, 100_000)
        ?? Number("retries", Retries, 1, 10) ?? Number("breakAfter", BreakAfter, 2, 100_000)
        ?? Time("window", Window, 0.1, 86_400) ?? Time("longestWait", LongestWait, 0, 3_600) ?? Time("timeout", Timeout, 0.01, 600) ?? Time("retryPause", RetryPause, 0.001, 60)
        ?? Time("breakWindow", BreakWindow, 0.5, 3_600) ?? Time("breakFor", BreakFor, 0.5, 3_600);

    internal static string? Number(string name, int value, int least, int most) => value < least || value > most ? $"{name} {value} must be from {least} to {most}" : null;

    /// <param name="least">In seconds, as <paramref name="most"/>.</param>
    internal static string? Time(string name, TimeSpan value, double least, double most) =>
        value.TotalSeconds < least || value.TotalSeconds > most ? $"{name} {value.TotalSeconds:0.###} s must be from {least} to {most} s" : null;
}
