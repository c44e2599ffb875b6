using EventSourcedTrading.Brokers.Http;
using EventSourcedTrading.Brokers.InteractiveBrokers.OAuth;
using EventSourcedTrading.Domain.Instruments;

namespace EventSourcedTrading.Brokers.InteractiveBrokers;

/// <summary>One account at Interactive Brokers.</summary>
/// <param name="Address">See <see cref="Host"/>; ends with a slash.</param>
/// <param name="AccountId">Such as <c>U1234567</c>; those of paper accounts begin with <c>DU</c>.</param>
/// <param name="Keys">Null behind the client portal gateway, which signs by itself. Not disposed of here.</param>
/// <param name="Instruments">Those that may be traded or held; others are named by the broker's own symbols.</param>
public sealed record IbkrOptions(Uri Address, string AccountId, OAuthKeys? Keys, IReadOnlyList<Instrument> Instruments)
{
    public static readonly Uri Live = new("https://api.ibkr.com/v1/api/");

    /// <summary>Contract ids by instrument id. What is not here is searched by symbol and exchange, and refused where that is not clear.</summary>
    public IReadOnlyDictionary<string, long> Conids { get; init; } = new Dictionary<string, long>();

    /// <summary>
    /// Ids of the messages, such as <c>o354</c>, that are confirmed when an order raises them. Each waives a check of the broker's; an order
    /// that raises any other is not confirmed. None at first.
    /// </summary>
    public IReadOnlySet<string> Confirmed { get; init; } = new HashSet<string>();

    /// <summary>Orders are previewed by the broker (<c>whatif</c>) and rendered instead of sent. Questions are asked, so the account must be there.</summary>
    public bool DryRun { get; init; }

    /// <summary>Ends another session of the same user, such as a person's.</summary>
    public bool Compete { get; init; } = true;

    public BrokerLimits Limits { get; init; } = new();

    /// <summary>A session ends after some minutes of silence.</summary>
    public TimeSpan Tickle { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Least time between two questions for live orders, and between two for trades: who asks more often is shut out for ten minutes.</summary>
    public TimeSpan Pace { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>A stream that has said nothing for this long is asked for a sign of life.</summary>
    public TimeSpan Silence { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>How long that sign, each step of connecting, and the beginning of a session may take.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Pause before the second try to connect; it doubles from try to try, and each is cut by chance to between half and all of it.</summary>
    public TimeSpan FirstPause { get; init; } = TimeSpan.FromMilliseconds(500);

    public TimeSpan LongestPause { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary><c>live</c>, for real and paper accounts alike, or <c>http://127.0.0.1:PORT</c> for a gateway or a broker that is played on this machine.</summary>
    /// <exception cref="FormatException">It is neither.</exception>
    public static Uri Host(string setting) => setting switch
    {
        "live" => Live,
        _ when Uri.TryCreate(setting, UriKind.Absolute, out var uri) && IsHere(uri, "/") => new Uri(uri, "v1/api/"),
        _ => throw new FormatException($"ibkr host '{setting}' must be live or http://127.0.0.1:PORT"),
    };

    /// <summary>Null if they can be kept, else the field, its value and the rule.</summary>
    /// <param name="keysToCome">The keys are read later: that they are not there yet is no fault.</param>
    public string? Validate(bool keysToCome = false)
    {
        if (Address != Live && !IsHere(Address, Live.AbsolutePath)) return $"host '{Address}' must be live or http://127.0.0.1:PORT";
        if (AccountId.Length is 0 or > 32 || !AccountId.All(char.IsAsciiLetterOrDigit)) return $"accountId '{AccountId}' must have 1 to 32 letters and digits, such as U1234567";
        if (Address == Live && Keys is null && !keysToCome) return "keys are missing; only a gateway on this machine signs by itself";
        if (Conids.FirstOrDefault(c => c.Value <= 0) is { Key: not null } wrong) return $"conids: {wrong.Key} has {wrong.Value}, which must be above 0";
        if (Conids.GroupBy(c => c.Value).FirstOrDefault(g => g.Count() > 1) is { } twice) return $"conids: {string.Join(" and ", twice.Select(c => c.Key))} are both {twice.Key}; keep one of them";
        return Limits.Validate() ?? BrokerLimits.Time("silence", Silence, 0.1, 3_600) ?? BrokerLimits.Time("patience", Patience, 0.1, 600) ?? BrokerLimits.Time("tickle", Tickle, 0.05, 300)
            ?? BrokerLimits.Time("pace", Pace, 0, 60) ?? BrokerLimits.Time("firstPause", FirstPause, 0.001, 60) ?? BrokerLimits.Time("longestPause", LongestPause, FirstPause.TotalSeconds, 3_600);
    }

    private static bool IsHere(Uri uri, string path) => uri is { Scheme: "http", Host: "127.0.0.1", Query: "", Fragment: "", UserInfo: "" } && uri.AbsolutePath == path;
}
