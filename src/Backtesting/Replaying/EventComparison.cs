using System.Globalization;
using EventSourcedTrading.Domain.Engine;
using EventSourcedTrading.Domain.Json;
using EventSourcedTrading.EventStore;

namespace EventSourcedTrading.Backtesting.Replaying;

/// <summary>Counts the events that an engine would have written otherwise, and keeps the first ones. Memory is flat in the length of the log.</summary>
internal sealed class EventComparison(int keep)
{
    private readonly Queue<RecordedEvent?> rows = new();
    private readonly List<EventDifference> first = [];
    private RecordedEvent tape = null!;
    private string input = "";

    public long Events { get; private set; }
    public long Differing { get; private set; }
    public IReadOnlyList<EventDifference> First => first;

    /// <summary>What follows belongs to this input.</summary>
    public void Begin(RecordedEvent tapeEvent, string kind, int index)
    {
        tape = tapeEvent;
        input = string.Create(CultureInfo.InvariantCulture, $"{kind}[{index}]");
        rows.Clear();
    }

    /// <summary>The next event that the log has of this input; the engine is to be given the same in the same order.</summary>
    public void Expect(RecordedEvent? row) => rows.Enqueue(row);

    public void Take(Compared compared)
    {
        Events++;
        var row = compared.Logged is null ? null : rows.Dequeue();
        var replay = compared.Place is { } place ? Row(place) : compared.Decided is { } lost ? Row("", 0, lost, null, null) : null;
        if (row is not null && replay is not null && EventDifference.Leaf(row).AsSpan().SequenceEqual(EventDifference.Leaf(replay))) return;
        Add(EventDifference.Of, row, replay);
    }

    /// <summary>An event of the portfolio's own that stands in no batch: no input caused it.</summary>
    public void Stray(RecordedEvent row)
    {
        Events++;
        Add((_, _, log, replay) => EventDifference.Of(row.SeqId, "", log, replay) with { What = $"{row.Type} of {row.StreamId} belongs to no batch of the tape" }, row, null);
    }

    /// <summary>The tape itself is not as an engine leaves it.</summary>
    public void Note(RecordedEvent row, string what)
    {
        Differing++;
        if (first.Count < keep) first.Add(new EventDifference(row.SeqId, row.SeqId, "", what, [], null, null));
    }

    private void Add(Func<long, string, RecordedEvent?, RecordedEvent?, EventDifference> make, RecordedEvent? row, RecordedEvent? replay)
    {
        Differing++;
        if (first.Count < keep) first.Add(make(tape?.SeqId ?? row!.SeqId, input, row, replay));
    }

    // The rules of ids and causes are said here once more, not taken from the writer: the check must not share its mistakes.
    private RecordedEvent Row(in Recorded e) => Row(
        e.Stream, e.Version, e.Event, e.CorrelationId, e.Cause.Input ?? (e.Cause.Stream is { } stream ? EventId.For(stream, e.Cause.Version).ToString() : null));

    private RecordedEvent Row(string stream, long version, DomainEvent e, string? correlation, string? causation) => new(
        0, version > 0 ? EventId.For(stream, version) : Guid.Empty, stream, version, EventJson.AliasOf(e), EventJson.Serialize(e), tape.Timestamp, correlation, causation, default);
}
