using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json;
using EventSourcedTrading.Domain.Engine;
using EventSourcedTrading.Domain.Json;
using EventSourcedTrading.EventStore;

namespace EventSourcedTrading.Backtesting.Replaying;

/// <summary>Reads what one portfolio's engine was told and what it wrote, in log order, a batch at a time.</summary>
public sealed class TapeReader(EventReader reader, string portfolio)
{
    private const int PageSize = 5_000;
    private readonly string tapeStream = $"tape-{portfolio}";
    private readonly string orders = $"order-{portfolio}-";
    private readonly string[] others = [$"portfolio-{portfolio}", $"risk-{portfolio}", $"refusals-{portfolio}", $"commands-{portfolio}"];

    /// <param name="stray">Is given events of the portfolio's own streams that stand in no batch.</param>
    /// <param name="progress">Is told how much of the log has been read.</param>
    /// <exception cref="TapeException">There is no such tape, or a part of it cannot be read.</exception>
    public async IAsyncEnumerable<TapeBatch> ReadAsync(
        Action<RecordedEvent>? stray = null, IProgress<(long Done, long Of)>? progress = null, [EnumeratorCancellation] CancellationToken ct = default)
    {
        var of = (await reader.HeadAsync(ct)).Size;
        if (await reader.StreamVersionAsync(tapeStream, ct) == 0) throw new TapeException($"portfolio '{portfolio}': the log has no stream {tapeStream}; name a portfolio that an engine has run");
        TapeBatch? open = null;
        await foreach (var e in reader.ReadAllAsync(1, pageSize: PageSize, ct: ct))
        {
            if (e.SeqId % PageSize == 0) progress?.Report((e.SeqId, of));
            // A batch ends where its last event should be, or where the next one begins: events may have been taken out of it.
            if (open is not null && (e.SeqId > open.Last || e.StreamId.StartsWith("tape-", StringComparison.Ordinal)))
            {
                yield return open;
                open = null;
            }

            if (open is not null) open.Events[e.SeqId - open.Tape.SeqId - 1] = e;
            else if (e.StreamId == tapeStream) open = Begin(e);
            else if (IsOwn(e.StreamId)) stray?.Invoke(e);
            if (open is null || e.SeqId < open.Last) continue;
            yield return open;
            open = null;
        }

        if (open is not null) yield return open;
        progress?.Report((of, of));
    }

    private static TapeBatch Begin(RecordedEvent e)
    {
        var recorded = Read(e) is InputsRecorded tape ? tape : throw new TapeException($"{Name(e)} has the type '{e.Type}'; a tape holds inputs_recorded only");
        if (recorded is not { Inputs: not null, Cursors: not null }) throw new TapeException($"{Name(e)}: inputs and cursors must be there");
        var count = 0L;
        foreach (var input in recorded.Inputs)
            count = input.Events >= 0 ? count + input.Events : throw new TapeException($"{Name(e)}: inputs.events {input.Events} must not be negative");
        if (count > EventReader.BatchReach) throw new TapeException($"{Name(e)}: its inputs caused {count} events; a batch has at most {EventReader.BatchReach}");
        return new TapeBatch(e, recorded, new RecordedEvent?[count]);
    }

    private static DomainEvent Read(RecordedEvent e)
    {
        try
        {
            return EventJson.Deserialize(e.Type, e.Data.Span);
        }
        catch (Exception wrong) when (wrong is JsonException or UnknownEventTypeException)
        {
            throw new TapeException($"{Name(e)} cannot be read: {wrong.Message}");
        }
    }

    internal static string Name(RecordedEvent e) => string.Create(CultureInfo.InvariantCulture, $"event {e.SeqId} ({e.StreamId} version {e.Version})");

    /// <summary>Streams that this engine alone may write and whose names belong to no other portfolio.</summary>
    private bool IsOwn(string stream) => Array.IndexOf(others, stream) >= 0
        || (stream.StartsWith(orders, StringComparison.Ordinal) && stream.AsSpan(orders.Length).IndexOfAnyExceptInRange('0', '9') < 0);
}
