using System.Collections.Immutable;
using EventSourcedTrading.Domain.Instruments;

namespace EventSourcedTrading.Brokers.Paper;

/// <summary>A setting that instruments may have of their own: <c>dailyVolume</c> for all, <c>dailyVolume.SPY.ARCX</c> for one.</summary>
public sealed record PerInstrument(decimal Common, ImmutableDictionary<string, decimal> Own)
{
    public static readonly PerInstrument Zero = new(0m, ImmutableDictionary<string, decimal>.Empty);

    public decimal Of(Instrument instrument) => Own.GetValueOrDefault(instrument.Id, Common);

    /// <param name="instrument">Null for all that have none of their own.</param>
    public PerInstrument With(string? instrument, decimal value) =>
        instrument is null ? this with { Common = value } : this with { Own = Own.SetItem(instrument, value) };
}
