using EventSourcedTrading.Domain.Json;

namespace EventSourcedTrading.Domain.Risk;

/// <summary>
/// Which limits a change loosens: that takes a second person (dual control); tightening does not. Where looser and tighter cannot
/// be told apart, as for a calendar, every change of what was set counts as looser.
/// </summary>
public static class Loosening
{
    /// <summary>What <paramref name="to"/> allows that <paramref name="from"/> does not, for people; null if nothing.</summary>
    public static string? Describe(RiskLimits from, RiskLimits to) => Looser("maxDailyLoss", from.MaxDailyLoss, to.MaxDailyLoss)
        ?? Looser("positionCaps", Keys(from.PositionCaps, to.PositionCaps), from.PositionCapOf, to.PositionCapOf)
        ?? Looser("defaultPositionCap", from.DefaultPositionCap, to.DefaultPositionCap)
        ?? Looser("bucketLimits", Keys(from.BucketLimits, to.BucketLimits), from.BucketLimitOf, to.BucketLimitOf)
        ?? Looser("defaultBucketLimit", from.DefaultBucketLimit, to.DefaultBucketLimit)
        ?? Looser("maxDrawdown", from.MaxDrawdown, to.MaxDrawdown)
        ?? Looser("positionNotionals", Keys(from.PositionNotionals, to.PositionNotionals), from.PositionNotionalOf, to.PositionNotionalOf)
        ?? Looser("defaultPositionNotional", from.DefaultPositionNotional, to.DefaultPositionNotional)
        ?? Looser("maxGrossExposure", from.MaxGrossExposure, to.MaxGrossExposure)
        ?? Looser("maxNetExposure", from.MaxNetExposure, to.MaxNetExposure)
        ?? Looser("maxLeverage", from.MaxLeverage, to.MaxLeverage)
        ?? Looser("maxConcentration", from.MaxConcentration, to.MaxConcentration)
        ?? Looser("orderSizes", Keys(from.OrderSizes, to.OrderSizes), from.OrderSizeOf, to.OrderSizeOf)
        ?? Looser("defaultOrderSize", from.DefaultOrderSize, to.DefaultOrderSize)
        ?? Looser("orderNotionals", Keys(from.OrderNotionals, to.OrderNotionals), from.OrderNotionalOf, to.OrderNotionalOf)
        ?? Looser("defaultOrderNotional", from.DefaultOrderNotional, to.DefaultOrderNotional)
        ?? Looser("priceCollar", from.PriceCollar, to.PriceCollar)
        ?? Looser("maxPriceAgeSeconds", from.MaxPriceAgeSeconds, to.MaxPriceAgeSeconds)
        ?? Looser("orderRate", from.OrderRate, to.OrderRate) ?? Looser("agentOrderRate", from.AgentOrderRate, to.AgentOrderRate)
        ?? Looser("messageRate", from.MessageRate, to.MessageRate) ?? Looser("agentMessageRate", from.AgentMessageRate, to.AgentMessageRate)
        ?? Looser("repeatThrottle", from.RepeatThrottle, to.RepeatThrottle)
        ?? (from.DuplicateSeconds > (to.DuplicateSeconds ?? 0) ? $"duplicateSeconds {from.DuplicateSeconds} → {to.DuplicateSeconds ?? 0}" : null)
        ?? Looser("maxOpenOrders", from.MaxOpenOrders, to.MaxOpenOrders)
        ?? (from.Restricted?.Except(to.Restricted ?? []).Order(StringComparer.Ordinal).FirstOrDefault() is { } freed ? $"restricted no longer names {freed}" : null)
        ?? Looser("shortSales", Keys(from.ShortSales, to.ShortSales), i => Units(from.ShortSaleOf(i)), i => Units(to.ShortSaleOf(i)))
        ?? Looser("defaultShortSale", Units(from.DefaultShortSale), Units(to.DefaultShortSale))
        ?? Longer("sessions", Keys(from.Sessions, to.Sessions), from, to)
        ?? Longer("defaultSession", from.DefaultSession, to.DefaultSession)
        ?? (from.PreventSelfTrade && !to.PreventSelfTrade ? "preventSelfTrade is switched off" : null)
        ?? Looser("nearMissShare", from.NearMissShare, to.NearMissShare)
        ?? (from.Calendar is not null && !Same(from.Calendar, to.Calendar) ? "calendar is another one" : null)
        ?? (from.MeasuredBuckets != to.MeasuredBuckets ? "measuredBuckets puts instruments into other buckets" : null);

    private static IEnumerable<string> Keys<T>(IReadOnlyDictionary<string, T>? from, IReadOnlyDictionary<string, T>? to) =>
        (from?.Keys ?? []).Concat(to?.Keys ?? []).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal);

    private static string? Looser(string field, IEnumerable<string> keys, Func<string, decimal?> from, Func<string, decimal?> to)
    {
        foreach (var key in keys)
            if (Looser($"{field}[{key}]", from(key), to(key)) is { } looser) return looser;
        return null;
    }

    private static string? Looser(string field, decimal? from, decimal? to) =>
        from is null || from >= to ? null : $"{field} {DecimalText.Format(from.Value)} → {(to is { } limit ? DecimalText.Format(limit) : "no limit")}";

    /// <summary>Tighter is fewer in no less time; anything else can let more through.</summary>
    private static string? Looser(string field, RateLimit? from, RateLimit? to) =>
        from is null || (to is not null && to.Count <= from.Count && to.Seconds >= from.Seconds) ? null
        : $"{field} {from.Count} in {from.Seconds} s → {(to is null ? "no limit" : $"{to.Count} in {to.Seconds} s")}";

    /// <summary>Units that may be short: none where it is forbidden.</summary>
    private static decimal? Units(bool? mayBeShort) => mayBeShort == false ? 0m : null;

    private static string? Longer(string field, IEnumerable<string> keys, RiskLimits from, RiskLimits to)
    {
        foreach (var key in keys)
            if (Longer($"{field}[{key}]", from.SessionOf(key), to.SessionOf(key)) is { } longer) return longer;
        return null;
    }

    private static string? Longer(string field, SessionHours? from, SessionHours? to)
    {
        if (from is null) return null;
        if (to is null) return $"{field} is no longer limited";
        if (to.EveryDay && !from.EveryDay) return $"{field} is open on rest days too";
        for (var minute = 0; minute < 1_440; minute++)
            if (to.Holds(minute) && !from.Holds(minute)) return $"{field} is open at {minute / 60:00}:{minute % 60:00} too";
        return null;
    }

    private static bool Same(TradingCalendar from, TradingCalendar? to) => to is not null
        && from.DayBeginsMinute == to.DayBeginsMinute && from.UtcOffsetMinutes == to.UtcOffsetMinutes
        && (from.OffsetChanges ?? []).SequenceEqual(to.OffsetChanges ?? []) && (from.RestDays ?? []).SequenceEqual(to.RestDays ?? [])
        && (from.Holidays ?? []).SequenceEqual(to.Holidays ?? []);
}
