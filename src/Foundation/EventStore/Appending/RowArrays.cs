using System.Buffers.Binary;
using System.Text;
using Npgsql;
using NpgsqlTypes;

namespace EventSourcedTrading.EventStore;

/// <summary>
/// The rows of a small group as one array a column, so that they go with the statement that moves the head: COPY would take two more
/// round trips, which for a few dozen events is longer than writing them.
/// </summary>
internal static class RowArrays
{
    private const string Insert = $"insert into events.mt_events ({PreparedBatch.Columns}) select * from unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";

    /// <summary>Above this COPY is faster.</summary>
    public const int MaxEvents = 128, MaxBytes = 1 << 20;

    public static NpgsqlBatchCommand Command()
    {
        NpgsqlDbType[] types =
        [
            NpgsqlDbType.Bigint, NpgsqlDbType.Uuid, NpgsqlDbType.Text, NpgsqlDbType.Bigint, NpgsqlDbType.Jsonb,
            NpgsqlDbType.Text, NpgsqlDbType.TimestampTz, NpgsqlDbType.Text, NpgsqlDbType.Text, NpgsqlDbType.Jsonb,
        ];
        var command = new NpgsqlBatchCommand(Insert);
        foreach (var type in types) command.Parameters.Add(new NpgsqlParameter { NpgsqlDbType = NpgsqlDbType.Array | type });
        return command;
    }

    /// <summary>Takes the columns out of the rows, which are encoded as COPY has them.</summary>
    public static void Fill(NpgsqlParameterCollection parameters, AppendGroup group)
    {
        var count = group.Count;
        var (seqs, ids, streams, versions, data) = (new long[count], new Guid[count], new string[count], new long[count], new byte[count][]);
        var (types, times, correlations, causations, headers) = (new string[count], new DateTime[count], new string?[count], new string?[count], new byte[]?[count]);
        var n = 0;
        foreach (var batch in group.Batches)
        {
            var rows = batch.Rows.Span;
            for (var i = 0; i < batch.Count; i++, n++)
            {
                rows = rows[sizeof(short)..];
                seqs[n] = BinaryPrimitives.ReadInt64BigEndian(Field(ref rows));
                ids[n] = new Guid(Field(ref rows), bigEndian: true);
                streams[n] = Text(Field(ref rows))!;
                versions[n] = BinaryPrimitives.ReadInt64BigEndian(Field(ref rows));
                data[n] = Json(Field(ref rows))!;
                types[n] = Text(Field(ref rows))!;
                Field(ref rows);
                times[n] = batch.RecordedAt.UtcDateTime;
                correlations[n] = Text(Field(ref rows));
                causations[n] = Text(Field(ref rows));
                headers[n] = Json(Field(ref rows));
            }
        }

        object[] columns = [seqs, ids, streams, versions, data, types, times, correlations, causations, headers];
        for (var i = 0; i < columns.Length; i++) parameters[i].Value = columns[i];
    }

    /// <summary>Empty for null as well: no column may hold an empty value.</summary>
    private static ReadOnlySpan<byte> Field(ref ReadOnlySpan<byte> rows)
    {
        var length = Math.Max(0, BinaryPrimitives.ReadInt32BigEndian(rows));
        var field = rows.Slice(sizeof(int), length);
        rows = rows[(sizeof(int) + length)..];
        return field;
    }

    private static string? Text(ReadOnlySpan<byte> field) => field.IsEmpty ? null : Encoding.UTF8.GetString(field);

    // Without the byte that says jsonb's version.
    private static byte[]? Json(ReadOnlySpan<byte> field) => field.IsEmpty ? null : field[1..].ToArray();
}
