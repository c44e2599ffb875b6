using System.Buffers;
using System.Collections.Concurrent;
using System.Text.Json;
using EventSourcedTrading.Domain.Json;
using EventSourcedTrading.Domain.Time;
using Npgsql;

namespace EventSourcedTrading.Api.Streaming;

/// <summary>
/// A row of a view of the read models as a JSON object, member for column: names in camelCase, numeric and bigint as strings, times as UTC
/// with microseconds, jsonb as it is, null as null.
/// </summary>
internal static class RowJson
{
    private static readonly ConcurrentDictionary<string, string> Names = new();

    public static byte[] Write(NpgsqlDataReader row)
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        Span<byte> text = stackalloc byte[40];
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            for (var i = 0; i < row.FieldCount; i++)
            {
                // A handful of views, each with a handful of columns.
                writer.WritePropertyName(Names.GetOrAdd(row.GetName(i), JsonName));
                if (row.IsDBNull(i))
                {
                    writer.WriteNullValue();
                    continue;
                }

                switch (row.GetDataTypeName(i))
                {
                    case "numeric": writer.WriteStringValue(text[..DecimalText.Format(row.GetDecimal(i), text)]); break;
                    case "bigint": writer.WriteStringValue(row.GetInt64(i).ToString()); break;
                    case "boolean": writer.WriteBooleanValue(row.GetBoolean(i)); break;
                    case "timestamp with time zone": writer.WriteStringValue(Timestamp.FromDateTime(row.GetDateTime(i)).ToString()); break;
                    case "jsonb": writer.WriteRawValue(row.GetString(i)); break;
                    default: writer.WriteStringValue(row.GetString(i)); break;
                }
            }

            writer.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>JSON values as one array.</summary>
    public static byte[] Array(IReadOnlyCollection<ReadOnlyMemory<byte>> values)
    {
        var buffer = new ArrayBufferWriter<byte>(2 + values.Count + values.Sum(v => v.Length));
        buffer.Write("["u8);
        foreach (var value in values)
        {
            if (buffer.WrittenCount > 1) buffer.Write(","u8);
            buffer.Write(value.Span);
        }

        buffer.Write("]"u8);
        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>last_fill_at becomes lastFillAt.</summary>
    private static string JsonName(string column)
    {
        var words = column.Split('_');
        return words[0] + string.Concat(words.Skip(1).Select(w => char.ToUpperInvariant(w[0]) + w[1..]));
    }
}
