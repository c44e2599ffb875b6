namespace EventSourcedTrading.Domain.Risk;

/// <summary>
/// The limits of one portfolio. A limit that is null is not checked and no check is recorded for it. <see cref="RiskRules"/> says
/// what each is for. Money is in base currency unless said otherwise.
/// </summary>
/// <param name="MaxDailyLoss">Realised and unrealised, since the trading day opened, positive.</param>
/// <param name="PositionCaps">Largest absolute position per instrument, open orders included, in units of the instrument.</param>
/// <param name="DefaultPositionCap">For instruments that <paramref name="PositionCaps"/> does not name.</param>
/// <param name="BucketLimits">Largest gross exposure per correlation bucket, open orders included.</param>
/// <param name="DefaultBucketLimit">For buckets that <paramref name="BucketLimits"/> does not name.</param>
public sealed record RiskLimits(
    decimal? MaxDailyLoss, IReadOnlyDictionary<string, decimal> PositionCaps, decimal? DefaultPositionCap,
    IReadOnlyDictionary<string, decimal> BucketLimits, decimal? DefaultBucketLimit)
{
    /// <summary>Instruments or buckets that one list may name.</summary>
    public const int MaxNamed = 10_000;

    public static readonly RiskLimits None = new(null, new Dictionary<string, decimal>(), null, new Dictionary<string, decimal>(), null);

    /// <summary>Largest fall of equity from its peak, as a share of the peak, above 0 to 1.</summary>
    public decimal? MaxDrawdown { get; init; }

    /// <summary>Largest value of one position, open orders included.</summary>
    public IReadOnlyDictionary<string, decimal>? PositionNotionals { get; init; }
    public decimal? DefaultPositionNotional { get; init; }

    /// <summary>Longs plus shorts, open orders included.</summary>
    public decimal? MaxGrossExposure { get; init; }

    /// <summary>Longs less shorts, either way, open orders included.</summary>
    public decimal? MaxNetExposure { get; init; }

    /// <summary>Gross exposure as a multiple of equity.</summary>
    public decimal? MaxLeverage { get; init; }

    /// <summary>Exposure in one instrument as a share of equity.</summary>
    public decimal? MaxConcentration { get; init; }

    /// <summary>Largest quantity of one order, in units of the instrument.</summary>
    public IReadOnlyDictionary<string, decimal>? OrderSizes { get; init; }
    public decimal? DefaultOrderSize { get; init; }

    /// <summary>Largest value of one order.</summary>
    public IReadOnlyDictionary<string, decimal>? OrderNotionals { get; init; }
    public decimal? DefaultOrderNotional { get; init; }

    /// <summary>How far through the market a price may be, as a share of the mark, above 0 to 1.</summary>
    public decimal? PriceCollar { get; init; }

    /// <summary>Oldest last price of an instrument that an order may rest on, in seconds of market time.</summary>
    public int? MaxPriceAgeSeconds { get; init; }

    /// <summary>Orders of the portfolio, by market time.</summary>
    public RateLimit? OrderRate { get; init; }

    /// <summary>Orders of each agent, by market time.</summary>
    public RateLimit? AgentOrderRate { get; init; }

    /// <summary>Intents to the portfolio, by wall-clock time.</summary>
    public RateLimit? MessageRate { get; init; }

    /// <summary>Intents of each agent, by wall-clock time.</summary>
    public RateLimit? AgentMessageRate { get; init; }

    /// <summary>Orders of one agent, one instrument and one side after which the agent is stopped until a person lets it go on.</summary>
    public RateLimit? RepeatThrottle { get; init; }

    /// <summary>How far two equal orders must be apart, in seconds of market time.</summary>
    public int? DuplicateSeconds { get; init; }

    /// <summary>Orders that may be live at once.</summary>
    public int? MaxOpenOrders { get; init; }

    /// <summary>Instruments that must not be traded, either way.</summary>
    public IReadOnlyList<string>? Restricted { get; init; }

    /// <summary>May an instrument be sold short?</summary>
    public IReadOnlyDictionary<string, bool>? ShortSales { get; init; }
    public bool? DefaultShortSale { get; init; }

    /// <summary>When an instrument may be traded, in the calendar's local time.</summary>
    public IReadOnlyDictionary<string, SessionHours>? Sessions { get; init; }
    public SessionHours? DefaultSession { get; init; }

    /// <summary>Block orders that could trade against an open order of ours.</summary>
    public bool PreventSelfTrade { get; init; }

    /// <summary>Share of a limit, above 0 to below 1, from which an approved order is reported as a near miss.</summary>
    public decimal? NearMissShare { get; init; }

    /// <summary>Trading days; UTC calendar days if null.</summary>
    public TradingCalendar? Calendar { get; init; }

    /// <summary>Form correlation buckets by what prices did; null leaves them as the instruments say.</summary>
    public MeasuredBuckets? MeasuredBuckets { get; init; }

    public decimal? PositionCapOf(string instrument) => PositionCaps.TryGetValue(instrument, out var cap) ? cap : DefaultPositionCap;

    public decimal? BucketLimitOf(string bucket) => BucketLimits.TryGetValue(bucket, out var limit) ? limit : DefaultBucketLimit;

    public decimal? PositionNotionalOf(string instrument) => Of(PositionNotionals, instrument, DefaultPositionNotional);

    public decimal? OrderSizeOf(string instrument) => Of(OrderSizes, instrument, DefaultOrderSize);

    public decimal? OrderNotionalOf(string instrument) => Of(OrderNotionals, instrument, DefaultOrderNotional);

    public bool? ShortSaleOf(string instrument) => ShortSales is not null && ShortSales.TryGetValue(instrument, out var allowed) ? allowed : DefaultShortSale;

    public SessionHours? SessionOf(string instrument) => Sessions is not null && Sessions.TryGetValue(instrument, out var hours) ? hours : DefaultSession;

    /// <summary>Null if well-formed, else the field, its value and the rule.</summary>
    public string? Validate() => AboveZero("maxDailyLoss", MaxDailyLoss)
        ?? NotNegative("positionCaps", PositionCaps) ?? NotNegative("defaultPositionCap", DefaultPositionCap)
        ?? NotNegative("bucketLimits", BucketLimits) ?? NotNegative("defaultBucketLimit", DefaultBucketLimit)
        ?? Share("maxDrawdown", MaxDrawdown)
        ?? NotNegative("positionNotionals", PositionNotionals) ?? NotNegative("defaultPositionNotional", DefaultPositionNotional)
        ?? NotNegative("maxGrossExposure", MaxGrossExposure) ?? NotNegative("maxNetExposure", MaxNetExposure)
        ?? AboveZero("maxLeverage", MaxLeverage) ?? AboveZero("maxConcentration", MaxConcentration)
        ?? NotNegative("orderSizes", OrderSizes) ?? NotNegative("defaultOrderSize", DefaultOrderSize)
        ?? NotNegative("orderNotionals", OrderNotionals) ?? NotNegative("defaultOrderNotional", DefaultOrderNotional)
        ?? Share("priceCollar", PriceCollar) ?? AboveZero("maxPriceAgeSeconds", MaxPriceAgeSeconds)
        ?? OrderRate?.Validate("orderRate") ?? AgentOrderRate?.Validate("agentOrderRate")
        ?? MessageRate?.Validate("messageRate") ?? AgentMessageRate?.Validate("agentMessageRate") ?? RepeatThrottle?.Validate("repeatThrottle")
        ?? AboveZero("duplicateSeconds", DuplicateSeconds)
        ?? (DuplicateSeconds > RateLimit.MaxSeconds ? $"duplicateSeconds {DuplicateSeconds} must be at most {RateLimit.MaxSeconds}" : null)
        ?? NotNegative("maxOpenOrders", MaxOpenOrders)
        ?? Few("restricted", Restricted?.Count) ?? Few("shortSales", ShortSales?.Count) ?? Few("sessions", Sessions?.Count)
        ?? Hours("defaultSession", DefaultSession) ?? Sessions?.Select(s => s.Value is null ? $"sessions[{s.Key}] must not be null" : Hours($"sessions[{s.Key}]", s.Value)).FirstOrDefault(e => e is not null)
        ?? (NearMissShare is <= 0m or >= 1m ? $"nearMissShare {NearMissShare} must be above 0 and below 1" : null)
        ?? Calendar?.Validate() ?? MeasuredBuckets?.Validate();

    private static decimal? Of(IReadOnlyDictionary<string, decimal>? named, string key, decimal? others) =>
        named is not null && named.TryGetValue(key, out var limit) ? limit : others;

    private static string? AboveZero(string field, decimal? value) =>
        value <= 0m ? $"{field} {value} must be above zero; leave it out to switch the rule off" : null;

    private static string? NotNegative(string field, decimal? value) => value < 0m ? $"{field} {value} must not be negative" : null;

    private static string? Share(string field, decimal? value) => value is <= 0m or > 1m ? $"{field} {value} must be above 0 and at most 1, such as 0.1 for a tenth" : null;

    private static string? Hours(string field, SessionHours? hours) =>
        hours is not null && (hours.Opens.Ticks % TimeSpan.TicksPerMinute != 0 || hours.Closes.Ticks % TimeSpan.TicksPerMinute != 0)
            ? $"{field} {hours.Opens:o} to {hours.Closes:o} must be whole minutes" : null;

    private static string? Few(string field, int? count) => count > MaxNamed ? $"{field} has {count} entries; at most {MaxNamed} are allowed" : null;

    private static string? NotNegative(string field, IReadOnlyDictionary<string, decimal>? values)
    {
        if (values is null) return null;
        foreach (var (name, value) in values)
            if (value < 0m) return $"{field}[{name}] {value} must not be negative";
        return Few(field, values.Count);
    }
}
