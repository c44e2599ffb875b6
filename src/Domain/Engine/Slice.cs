using EventSourcedTrading.Domain.Signals;
using EventSourcedTrading.Domain.Time;

namespace EventSourcedTrading.Domain.Engine;

/// <summary>The signals of one market time, waiting until every agent has passed it.</summary>
public sealed class Slice(Timestamp time)
{
    public Timestamp Time { get; } = time;
    public List<Signal> Signals { get; init; } = [];

    /// <summary>The source has promised that nothing more with this time will come.</summary>
    public bool Complete { get; set; }
}
