using System.Buffers;
using System.Text.Json;
using EventSourcedTrading.Domain.Engine;
using EventSourcedTrading.Domain.Json;
using EventSourcedTrading.EventStore;
using EventSourcedTrading.EventStore.Audit;

namespace EventSourcedTrading.Backtesting.Output;

/// <summary>
/// What the engine put on record, an event a line, in order: <c>{"causation"?,"correlation"?,"data","stream","type","version"}</c>, the members
/// as the log has them. Each line is canonical JSON (RFC 8785).
/// </summary>
public sealed class EventsFile : IDisposable
{
    public const string Name = "events.jsonl";

    private readonly GrowingFile file;
    private readonly string path;
    private readonly ArrayBufferWriter<byte> json = new(4_096);
    private readonly ByteWriter data = new(4_096);

    /// <param name="length">What is behind it, from a run that broke off, is cut away; 0 begins anew.</param>
    public EventsFile(string folder, long length) => file = new GrowingFile(path = Path.Combine(folder, Name), length);

    /// <summary>Of the event that was added last: canonical JSON.</summary>
    public ReadOnlySpan<byte> Data => data.Written;

    /// <summary>Adds an event and tells its type.</summary>
    public string Add(in Recorded recorded)
    {
        json.ResetWrittenCount();
        data.Clear();
        EventJson.Serialize(recorded.Event, json);
        CanonicalJson.Write(json.WrittenSpan, data);
        var type = EventJson.AliasOf(recorded.Event);
        var text = file.Text;
        text.Write("{"u8);
        if ((recorded.Cause.Input ?? (recorded.Cause.Stream is { } s ? EventId.For(s, recorded.Cause.Version).ToString() : null)) is { } cause)
        {
            text.Write("\"causation\":"u8);
            CanonicalJson.WriteString(cause, text);
            text.Write(","u8);
        }

        if (recorded.CorrelationId is { } correlation)
        {
            text.Write("\"correlation\":"u8);
            CanonicalJson.WriteString(correlation, text);
            text.Write(","u8);
        }

        text.Write("\"data\":"u8);
        text.Write(data.Written);
        text.Write(",\"stream\":"u8);
        CanonicalJson.WriteString(recorded.Stream, text);
        text.Write(",\"type\":"u8);
        CanonicalJson.WriteString(type, text);
        text.Write(",\"version\":"u8);
        CanonicalJson.WriteString(DecimalText.Format(recorded.Version), text);
        text.Write("}\n"u8);
        file.Spill();
        return type;
    }

    public delegate void Reader(string stream, string type, ReadOnlySpan<byte> data);

    /// <summary>Reads again what was flushed.</summary>
    public void Read(Reader each)
    {
        using var lines = new StreamReader(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
        while (lines.ReadLine() is { } line)
        {
            using var parsed = JsonDocument.Parse(line);
            var root = parsed.RootElement;
            each(root.GetProperty("stream").GetString()!, root.GetProperty("type").GetString()!, System.Text.Encoding.UTF8.GetBytes(root.GetProperty("data").GetRawText()));
        }
    }

    /// <summary>Hands everything to the operating system; returns the length of the file.</summary>
    public long Flush() => file.Flush();

    public void Dispose()
    {
        file.Dispose();
        data.Dispose();
    }
}
