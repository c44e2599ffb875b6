using EventSourcedTrading.MarketData;

namespace EventSourcedTrading.Backtesting.Output;

/// <summary><c>exclusions.json</c>: what a run left out of its data, so that nobody has to believe that nothing was.</summary>
/// <param name="Count">Of all that was left out.</param>
/// <param name="ByRule">How often each rule was broken; sums to the count.</param>
/// <param name="Listed">The first <see cref="Exclusions.MaxListed"/>, in the order of reading.</param>
public sealed record ExcludedData(long Count, IReadOnlyDictionary<string, long> ByRule, IReadOnlyList<Exclusion> Listed)
{
    public const string Name = "exclusions.json";

    public static ExcludedData Of(Exclusions left) => new(left.Count, left.ByRule, left.Listed);
}
