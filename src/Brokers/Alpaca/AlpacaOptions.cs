using EventSourcedTrading.Brokers.Credentials;
using EventSourcedTrading.Brokers.Http;
using EventSourcedTrading.Domain.Instruments;

namespace EventSourcedTrading.Brokers.Alpaca;

/// <summary>One account at Alpaca.</summary>
/// <param name="Address">See <see cref="Host"/>.</param>
/// <param name="Instruments">Those that may be traded or held; others are named by Alpaca's own symbols.</param>
public sealed record AlpacaOptions(Uri Address, Secret KeyId, Secret SecretKey, IReadOnlyList<Instrument> Instruments)
{
    public static readonly Uri Paper = new("https://paper-api.alpaca.markets/"), Live = new("https://api.alpaca.markets/");

    /// <summary>Orders are rendered instead of sent. Questions are asked, so the account must be there.</summary>
    public bool DryRun { get; init; }

    public BrokerLimits Limits { get; init; } = new();

    /// <summary>A stream that has said nothing for this long is asked for a sign of life.</summary>
    public TimeSpan Silence { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>How long that sign, and each step of connecting, may take.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Pause before the second try to connect; it doubles from try to try, and each is cut by chance to between half and all of it.</summary>
    public TimeSpan FirstPause { get; init; } = TimeSpan.FromMilliseconds(500);

    public TimeSpan LongestPause { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>
    /// <c>paper</c>, <c>live</c>, or <c>http://127.0.0.1:PORT</c> for a broker that is played on this machine. No other: the keys go there.
    /// </summary>
    /// <exception cref="FormatException">It is none of these.</exception>
    public static Uri Host(string setting) => setting switch
    {
        "paper" => Paper,
        "live" => Live,
        _ when Uri.TryCreate(setting, UriKind.Absolute, out var uri) && uri is { Scheme: "http", Host: "127.0.0.1", AbsolutePath: "/", Query: "", UserInfo: "" } => uri,
        _ => throw new FormatException($"alpaca host '{setting}' must be paper, live or http://127.0.0.1:PORT"),
    };
}
