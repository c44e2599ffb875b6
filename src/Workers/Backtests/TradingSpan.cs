using EventSourcedTrading.Domain.Time;
using EventSourcedTrading.MarketData;
using EventSourcedTrading.Workers.Configuration;

namespace EventSourcedTrading.Workers.Backtests;

/// <summary>Which signals are read, and from when on strategies may trade.</summary>
public readonly record struct TradingSpan(Timestamp? From, Timestamp? TradeFrom, Timestamp? Until)
{
    /// <param name="from">When trading begins; null for the first signal, or the end of the warm-up behind it.</param>
    /// <param name="warmUpDays">0 to 36,525, days of 24 hours.</param>
    /// <exception cref="ConfigurationException">A value breaks a rule.</exception>
    public static TradingSpan Of(Timestamp? from, Timestamp? until, double warmUpDays, IMarketDataSource data)
    {
        if (!(warmUpDays >= 0 && warmUpDays <= 36_525)) throw new ConfigurationException($"--warm-up {warmUpDays} must be 0 to 36525 days.");
        if (from >= until) throw new ConfigurationException($"--from {from} must be before --to {until}.");
        if (warmUpDays == 0) return new TradingSpan(from, null, until);
        var before = TimeSpan.FromDays(warmUpDays);
        if (from is { } begin) return new TradingSpan(begin - before, begin, until);
        return new TradingSpan(null, data.Read().FirstOrDefault() is { } first ? first.Time + before : null, until);
    }
}
