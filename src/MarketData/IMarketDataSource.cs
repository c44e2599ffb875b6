using EventSourcedTrading.Domain.Instruments;
using EventSourcedTrading.Domain.Signals;

namespace EventSourcedTrading.MarketData;

/// <summary>
/// A data set: files or a simulation behind one stream of signals. The same data set gives the same signals at every reading,
/// since backtests and replays are compared by what they read.
/// </summary>
public interface IMarketDataSource
{
    /// <summary>Name of the feed, 1–64 characters; every signal carries it.</summary>
    string Name { get; }

    /// <summary>Definitions of all instruments that signals may name, ordered by id.</summary>
    IReadOnlyList<Instrument> Instruments { get; }

    /// <summary>What the latest reading left out, complete once that reading has come to its end.</summary>
    Exclusions Exclusions { get; }

    /// <summary>
    /// All signals in time order, read as they are asked for: memory does not grow with the length of the data.
    /// <see cref="Signal.Sequence"/> counts from 1 without gaps; <see cref="Signal.SliceEnd"/> is set on exactly the last
    /// signal of each time; inside one time quotes come before trades before bars before dividends before splits, and each of them by instrument.
    /// </summary>
    /// <exception cref="BadMarketDataException">A row breaks a rule and the policy is <see cref="BadDataPolicy.Strict"/>.</exception>
    IEnumerable<Signal> Read();
}
