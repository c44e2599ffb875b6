using EventSourcedTrading.Workers.Configuration;

namespace EventSourcedTrading.Workers.Clocks;

/// <summary>Which time server is asked, and how often.</summary>
public sealed record ClockSettings(string Host, int Port, int IntervalSeconds)
{
    /// <summary>Public servers ask not to be asked more often; one's own may be.</summary>
    public const int DefaultIntervalSeconds = 64;
    private const int MaxIntervalSeconds = 86_400;

    public string Source => $"{Host}:{Port}";

    /// <summary>From <c>EST_CLOCK_SOURCE</c>, a name or name:port, and <c>EST_CLOCK_INTERVAL</c>, seconds; null if no source is set.</summary>
    /// <exception cref="ConfigurationException">A value breaks a rule.</exception>
    public static ClockSettings? From(Func<string, string?> variable)
    {
        if (variable("EST_CLOCK_SOURCE") is not { Length: > 0 } source) return null;
        // The URI rules know names, IPv4, and IPv6 in brackets.
        if (!Uri.TryCreate($"ntp://{source}", UriKind.Absolute, out var uri) || uri.Host.Length == 0 || uri.PathAndQuery is not ("" or "/") || uri.UserInfo.Length > 0)
            throw new ConfigurationException($"EST_CLOCK_SOURCE '{source}' must be a time server, such as time.example.org or 10.0.0.1:123.");
        var interval = variable("EST_CLOCK_INTERVAL") is { Length: > 0 } text ? text : $"{DefaultIntervalSeconds}";
        if (!int.TryParse(interval, out var seconds) || seconds is < 1 or > MaxIntervalSeconds)
            throw new ConfigurationException($"EST_CLOCK_INTERVAL '{interval}' must be whole seconds from 1 to {MaxIntervalSeconds}.");
        return new ClockSettings(uri.DnsSafeHost, uri.Port > 0 ? uri.Port : Clocks.Sntp.Port, seconds);
    }
}
