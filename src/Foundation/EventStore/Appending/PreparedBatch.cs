using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using EventSourcedTrading.EventStore.Audit;

namespace EventSourcedTrading.EventStore;

/// <summary>
/// A batch made ready on its caller's thread, before it queues for the lock: checked, canonical, hashed, and
/// encoded as rows of PostgreSQL's binary COPY format. Only the sequence numbers are still blank.
/// </summary>
internal sealed class PreparedBatch : IDisposable
{
    /// <summary>What a row is made of, in this order.</summary>
    public const string Columns = "seq_id, id, stream_id, version, data, type, timestamp, correlation_id, causation_id, headers";

    public const string CopyCommand = $"copy events.mt_events ({Columns}) from stdin (format binary)";

    private const short ColumnCount = 10;
    private const int SeqIdOffset = 6; // after the row's column count and the column's length
    private const long PostgresEpochTicks = 630822816000000000; // 2000-01-01T00:00:00Z

    private readonly ByteWriter _rows;
    private readonly int[] _rowStarts;

    private PreparedBatch(AppendBatch batch)
    {
        var ticks = batch.RecordedAt.UtcTicks;
        RecordedAt = new DateTimeOffset(ticks - ticks % TimeSpan.TicksPerMicrosecond, TimeSpan.Zero);
        Count = batch.Events.Count;
        Hashes = new byte[Count * MerkleTree.HashSize];
        _rowStarts = new int[Count];
        _rows = new ByteWriter(Count * 512);
    }

    public int Count { get; }

    public DateTimeOffset RecordedAt { get; }

    /// <summary>The leaf hashes, one after the other.</summary>
    public byte[] Hashes { get; }

    /// <summary>Each stream that the batch touches.</summary>
    public StreamMoves Streams { get; } = new();

    /// <summary>Completed by the committer. Continuations must not run on its thread.</summary>
    public TaskCompletionSource<AppendResult> Outcome { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public ReadOnlyMemory<byte> Rows => _rows.WrittenMemory;

    /// <exception cref="InvalidEventException">An event breaks a rule.</exception>
    public static PreparedBatch From(AppendBatch batch, EventAppenderOptions bounds)
    {
        if (batch.Events.Count == 0) throw new ArgumentException("A batch needs at least one event.", nameof(batch));
        if (batch.Events.Count > bounds.MaxBatchEvents)
            throw new ArgumentException(
                $"The batch has {batch.Events.Count} events; the most is {bounds.MaxBatchEvents}. Split it.", nameof(batch));
        var prepared = new PreparedBatch(batch);
        try
        {
            using var leaf = new ByteWriter(2048);
            for (var i = 0; i < prepared.Count; i++)
            {
                var e = batch.Events[i];
                EventRules.Check(i, e, bounds);
                if (!prepared.Streams.TryAdd(e.StreamId, e.Version, out var last))
                    throw new InvalidEventException(i, "Version",
                        $"is {e.Version}; the batch's previous event of stream '{e.StreamId}' has {last}, so it must be {last + 1}.");
                prepared.Encode(i, e, leaf);
                if (prepared._rows.Length > bounds.MaxBatchBytes)
                    throw new ArgumentException(
                        $"The batch is larger than {bounds.MaxBatchBytes} bytes at event {i}. Split it.", nameof(batch));
            }
            return prepared;
        }
        catch
        {
            prepared.Dispose();
            throw;
        }
    }

    /// <summary>Fills in the sequence numbers, from <paramref name="firstSeq"/> on.</summary>
    public void Number(long firstSeq)
    {
        var rows = _rows.Written;
        foreach (var start in _rowStarts) BinaryPrimitives.WriteInt64BigEndian(rows[(start + SeqIdOffset)..], firstSeq++);
    }

    public void Dispose() => _rows.Dispose();

    private void Encode(int index, in PendingEvent e, ByteWriter leaf)
    {
        leaf.Clear();
        Range data, headers;
        try
        {
            (data, headers) = LeafFormat.Write(leaf, new LeafFields
            {
                Id = e.Id, Stream = e.StreamId, Version = e.Version, Type = e.Type, Timestamp = RecordedAt, CorrelationId = e.CorrelationId, CausationId = e.CausationId,
                Data = e.Data.Span, Headers = e.Headers.Span,
            });
        }
        catch (CanonicalJsonException broken)
        {
            // Data is written first: if it stands alone, the headers are to blame.
            var field = IsAcceptable(e.Data.Span) ? "Headers" : "Data";
            throw new InvalidEventException(index, field, $"is not acceptable JSON at byte {broken.Offset}: {broken.Rule}.", broken);
        }
        CheckIsObject(index, "Data", leaf.Written[data]);
        if (!e.Headers.IsEmpty) CheckIsObject(index, "Headers", leaf.Written[headers]);
        MerkleTree.Hash(leaf.Written, Hashes.AsSpan(index * MerkleTree.HashSize, MerkleTree.HashSize));

        _rowStarts[index] = _rows.Length;
        BinaryPrimitives.WriteInt16BigEndian(_rows.Append(2), ColumnCount);
        Int64(0);
        Field(16);
        e.Id.TryWriteBytes(_rows.Append(16), bigEndian: true, out _);
        Text(e.StreamId);
        Int64(e.Version);
        Jsonb(leaf.Written[data]);
        Text(e.Type);
        Int64((RecordedAt.UtcTicks - PostgresEpochTicks) / TimeSpan.TicksPerMicrosecond);
        Text(e.CorrelationId);
        Text(e.CausationId);
        if (e.Headers.IsEmpty) Field(-1);
        else Jsonb(leaf.Written[headers]);
    }

    private static bool IsAcceptable(ReadOnlySpan<byte> json)
    {
        try
        {
            CanonicalJson.Write(json);
            return true;
        }
        catch (CanonicalJsonException)
        {
            return false;
        }
    }

    private static void CheckIsObject(int index, string field, ReadOnlySpan<byte> json)
    {
        if (json[0] != '{') throw new InvalidEventException(index, field, "must be a JSON object.");
    }

    private void Field(int length) => BinaryPrimitives.WriteInt32BigEndian(_rows.Append(4), length);

    private void Int64(long value)
    {
        Field(8);
        BinaryPrimitives.WriteInt64BigEndian(_rows.Append(8), value);
    }

    private void Text(string? text)
    {
        if (text is null)
        {
            Field(-1);
            return;
        }
        var length = Encoding.UTF8.GetByteCount(text);
        Field(length);
        Encoding.UTF8.GetBytes(text, _rows.Append(length));
    }

    private void Jsonb(ReadOnlySpan<byte> json)
    {
        Field(json.Length + 1);
        _rows.Write(1); // jsonb's binary format version
        _rows.Write(json);
    }
}

/// <summary>From which version to which each stream moves.</summary>
internal sealed class StreamMoves
{
    private readonly List<StreamMove> _moves = [];
    private readonly Dictionary<string, int> _index = new(StringComparer.Ordinal);

    public ReadOnlySpan<StreamMove> All => CollectionsMarshal.AsSpan(_moves);

    /// <summary>One more event. False if it does not follow the stream's <paramref name="last"/> one here.</summary>
    public bool TryAdd(string streamId, long version, out long last) =>
        TryAdd(new StreamMove(streamId, version - 1, version), out last);

    /// <summary>Adds another batch's moves; false, and nothing is changed, if one does not follow.</summary>
    public bool TryAddAll(StreamMoves others)
    {
        foreach (ref readonly var move in others.All)
            if (_index.TryGetValue(move.StreamId, out var at) && _moves[at].To != move.From) return false;
        foreach (ref readonly var move in others.All) TryAdd(move, out _);
        return true;
    }

    public void Clear()
    {
        _moves.Clear();
        _index.Clear();
    }

    private bool TryAdd(StreamMove move, out long last)
    {
        ref var at = ref CollectionsMarshal.GetValueRefOrAddDefault(_index, move.StreamId, out var known);
        if (!known)
        {
            at = _moves.Count;
            _moves.Add(move);
            last = move.From;
            return true;
        }
        ref var before = ref CollectionsMarshal.AsSpan(_moves)[at];
        last = before.To;
        if (before.To != move.From) return false;
        before = before with { To = move.To };
        return true;
    }
}

/// <summary>A stream that goes from one version to another; From is 0 for a new one.</summary>
internal readonly record struct StreamMove(string StreamId, long From, long To);
