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
        _ when Uri.TryCreate(setting, UriKind.Absolute, out var uri) && IsHere(uri) => uri,
        _ => throw new FormatException($"alpaca host '{setting}' must be paper, live or http://127.0.0.1:PORT"),
    };

    /// <summary>Null if they can be kept, else the field, its value and the rule.</summary>
    public string? Validate()
    {
        if (Address != Paper && Address != Live && !IsHere(Address)) return $"host '{Address}' must be paper, live or http://127.0.0.1:PORT";
        if (KeyId.IsEmpty) return "keyId is missing; Alpaca shows it under API keys";
        if (SecretKey.IsEmpty) return "secretKey is missing; Alpaca shows it once, when the keys are made";
        return Limits.Validate() ?? BrokerLimits.Time("silence", Silence, 0.1, 3_600) ?? BrokerLimits.Time("patience", Patience, 0.1, 600)
            ?? BrokerLimits.Time("firstPause", FirstPause, 0.001, 60) ?? BrokerLimits.Time("longestPause", LongestPause, FirstPause.TotalSeconds, 3_600);
    }

    private static bool IsHere(Uri uri) => uri is { Scheme: "http", Host: "127.0.0.1", AbsolutePath: "/", Query: "", Fragment: "", UserInfo: "" };
}
