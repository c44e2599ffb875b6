using EventSourcedTrading.Domain.Engine;
using EventSourcedTrading.Domain.Signals;
using EventSourcedTrading.Domain.Strategies;
using EventSourcedTrading.Domain.Time;
using EventSourcedTrading.MarketData;

namespace EventSourcedTrading.Backtesting.Running;

/// <summary>What a run consists of: the same as a portfolio's configuration, with a data set in the place of the market.</summary>
/// <param name="Portfolio">Its id; part of order and decision ids, and so of the digest.</param>
/// <param name="Strategies">Fresh ones: what they remember is what this run has shown them.</param>
public sealed record BacktestSetup(string Portfolio, OpenPortfolio Opening, IMarketDataSource Data, IReadOnlyList<IStrategy> Strategies)
{
    /// <summary>Signals before this time are passed over; null for none.</summary>
    public Timestamp? From { get; init; }

    /// <summary>Strategies see the market before this time, but what they propose is not sent: they warm up.</summary>
    public Timestamp TradeFrom { get; init; } = Timestamp.MinValue;

    /// <summary>Signals behind this time are not read; null for all.</summary>
    public Timestamp? Until { get; init; }

    /// <summary>The data set between the two ends.</summary>
    public IEnumerable<Signal> Signals()
    {
        foreach (var signal in Data.Read())
        {
            if (signal.Time > Until) yield break;
            if (From is null || signal.Time >= From) yield return signal;
        }
    }
}
