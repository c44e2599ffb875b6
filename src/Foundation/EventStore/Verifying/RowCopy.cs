using System.Buffers.Binary;
using EventSourcedTrading.EventStore.Audit;
using Npgsql;

namespace EventSourcedTrading.EventStore.Verifying;

/// <summary>
/// Rows of the log as a binary COPY gives them (PostgreSQL manual, COPY, "Binary Format"): the cheapest way to read all of them, for
/// the server and for us.
/// </summary>
internal sealed class RowCopy : IAsyncDisposable
{
    private const int HeaderLength = 19; // signature 11, flags 4, extension length 4
    private const int Columns = 10;
    private const long PostgresEpochTicks = 630_822_816_000_000_000; // 2000-01-01

    /// <summary>Longer rows than that are refused: 1 GB is the most that a value can have.</summary>
    private const int MaxRow = 1 << 30;

    private readonly Stream _stream;
    private byte[] _buffer = new byte[1 << 18];
    private int _start, _end, _rowEnd, _needed;
    private readonly int[] _at = new int[Columns], _length = new int[Columns];

    private RowCopy(Stream stream) => _stream = stream;

    /// <param name="connection">Stays busy until this is disposed.</param>
    /// <param name="after">Rows with a greater seq_id …</param>
    /// <param name="upTo">… up to this one.</param>
    public static async Task<RowCopy> StartAsync(NpgsqlConnection connection, long after, long upTo, CancellationToken ct)
    {
        // COPY takes no parameters; these are numbers.
        var copy = new RowCopy(await connection.BeginRawBinaryCopyAsync(
            FormattableString.Invariant(
                $"""
                copy (select seq_id, id, stream_id, version, type, data, timestamp, correlation_id, causation_id, headers
                        from events.mt_events where seq_id > {after} and seq_id <= {upTo} order by seq_id) to stdout (format binary)
                """),
            ct));
        if (!await copy.FillAsync(HeaderLength, ct)) throw new AuditDataException(after + 1, "the server ended a COPY before it began");
        copy._rowEnd = HeaderLength;
        return copy;
    }

    /// <summary>Goes on to the next row. Nearly always it is in the buffer already, and nothing waits.</summary>
    /// <returns>False after the last one.</returns>
    public ValueTask<bool> NextAsync(CancellationToken ct)
    {
        _start = _rowEnd;
        return Take() is { } taken ? new(taken) : ReadNextAsync(ct);
    }

    private async ValueTask<bool> ReadNextAsync(CancellationToken ct)
    {
        while (true)
        {
            if (_needed > MaxRow || !await FillAsync(_needed, ct))
                return _needed == sizeof(short) ? false : throw new AuditDataException(0, "the server ended a COPY inside a row");
            if (Take() is { } taken) return taken;
        }
    }

    /// <summary>Finds the columns of the row at the start of the buffer.</summary>
    /// <returns>False at the end of the rows; null if <see cref="_needed"/> bytes must be there first.</returns>
    private bool? Take()
    {
        var bytes = _buffer.AsSpan(_start, _end - _start);
        var at = _needed = sizeof(short);
        if (bytes.Length < at) return null;
        if (BinaryPrimitives.ReadInt16BigEndian(bytes) < 0) return false;
        for (var column = 0; column < Columns; column++)
        {
            if (bytes.Length < (_needed = at + sizeof(int))) return null;
            var length = BinaryPrimitives.ReadInt32BigEndian(bytes[at..]);
            at += sizeof(int);
            (_at[column], _length[column]) = (at, length);
            if (length > 0) at = length <= MaxRow - at ? at + length : int.MaxValue;
            if (bytes.Length < (_needed = at)) return null;
        }

        _rowEnd = _start + at;
        return true;
    }

    /// <summary>Of the row that <see cref="NextAsync"/> came to.</summary>
    public long SeqId => BinaryPrimitives.ReadInt64BigEndian(Field(0));

    /// <summary>The row that <see cref="NextAsync"/> came to; valid until the next one is read.</summary>
    public LeafFields Row => new()
    {
        Id = new Guid(Field(1), bigEndian: true),
        Stream = Text(2),
        Version = BinaryPrimitives.ReadInt64BigEndian(Field(3)),
        Type = Text(4),
        Data = Json(5),
        Timestamp = new DateTimeOffset(PostgresEpochTicks + (BinaryPrimitives.ReadInt64BigEndian(Field(6)) * 10), TimeSpan.Zero),
        CorrelationId = Text(7),
        CausationId = Text(8),
        Headers = _length[9] < 0 ? default : Json(9),
    };

    public async ValueTask DisposeAsync() => await _stream.DisposeAsync();

    private ReadOnlySpan<byte> Field(int column) => _length[column] < 0 ? default : _buffer.AsSpan(_start + _at[column], _length[column]);

    private LeafText Text(int column) => _length[column] < 0 ? default : new LeafText(Field(column));

    /// <summary>jsonb in binary is a version, 1, and the text.</summary>
    private ReadOnlySpan<byte> Json(int column) => Field(column)[1..];

    /// <summary>Makes so many bytes of the row available; false if the stream ends before.</summary>
    private async ValueTask<bool> FillAsync(int bytes, CancellationToken ct)
    {
        if (_end - _start >= bytes) return true;
        if (_start + bytes > _buffer.Length)
        {
            var room = bytes > _buffer.Length ? new byte[Math.Max(bytes, _buffer.Length * 2)] : _buffer;
            _buffer.AsSpan(_start, _end - _start).CopyTo(room);
            (_buffer, _start, _end) = (room, 0, _end - _start);
        }

        while (_end - _start < bytes)
        {
            var read = await _stream.ReadAsync(_buffer.AsMemory(_end), ct);
            if (read == 0) return false;
            _end += read;
        }

        return true;
    }
}
