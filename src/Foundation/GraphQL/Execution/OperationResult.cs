using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using System.Text.Json;
using HotChocolate.Language;

namespace HotChocolate.Execution;

/// <summary>What came of a request: one result, or a stream of them.</summary>
public interface IExecutionResult : IAsyncDisposable;

/// <summary>The response to one operation, or to one message of a subscription (specification, section 7.1).</summary>
public sealed class OperationResult : IExecutionResult
{
    private const int ChunkBytes = 64 * 1024;
    private static readonly ReadOnlyMemory<byte> PlainHead = "{\"data\":"u8.ToArray();
    private static readonly ReadOnlyMemory<byte> PlainTail = "}"u8.ToArray();
    private readonly JsonBuffer? _data;

    internal OperationResult(JsonBuffer? data, IReadOnlyList<Error> errors) => (_data, Errors) = (data, errors);

    /// <summary>A response of a request that was not run: it has no <c>data</c>.</summary>
    public static OperationResult Refused(params IReadOnlyList<Error> errors) => new(null, errors);

    /// <summary>Whether the operation was run; its data may be null then.</summary>
    public bool HasData => _data is not null;

    /// <summary>The data as JSON; empty if the operation was not run. To be read before the result is disposed.</summary>
    public ReadOnlyMemory<byte> Data => _data?.Written ?? default;

    public IReadOnlyList<Error> Errors { get; }

    /// <summary>Goes out as <c>extensions</c>; null for none.</summary>
    public IReadOnlyDictionary<string, object?>? Extensions { get; init; }

    /// <summary>What was run; null where the request did not come so far.</summary>
    public OperationDefinitionNode? Operation { get; init; }

    /// <summary>Writes the response as JSON, errors first.</summary>
    public void WriteTo(IBufferWriter<byte> output)
    {
        WriteHead(output);
        output.Write(Data.Span);
        WriteTail(output);
    }

    /// <summary>Writes the response as JSON; a long one goes out as fast as it is taken.</summary>
    /// <param name="announce">Hears the length in bytes before the first of them.</param>
    public async ValueTask WriteToAsync(PipeWriter output, Action<long> announce, CancellationToken cancellationToken)
    {
        var (head, tail) = Errors.Count == 0 && HasData && Extensions is null ? (PlainHead, PlainTail) : (Part(WriteHead), Part(WriteTail));
        announce(head.Length + Data.Length + tail.Length);
        output.Write(head.Span);
        for (var rest = Data; rest.Length > 0; rest = rest[Math.Min(rest.Length, ChunkBytes)..])
        {
            output.Write(rest.Span[..Math.Min(rest.Length, ChunkBytes)]);
            if (rest.Length > ChunkBytes) await output.FlushAsync(cancellationToken);
        }

        output.Write(tail.Span);
        await output.FlushAsync(cancellationToken);
    }

    /// <summary>The errors alone, as a JSON array.</summary>
    public void WriteErrors(IBufferWriter<byte> output)
    {
        using var json = new Utf8JsonWriter(output, new JsonWriterOptions { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
        json.WriteStartArray();
        foreach (var error in Errors) Write(json, error);
        json.WriteEndArray();
    }

    public string ToJson()
    {
        var output = new ArrayBufferWriter<byte>();
        WriteTo(output);
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }

    public ValueTask DisposeAsync()
    {
        _data?.Dispose();
        return default;
    }

    /// <summary>All before the data.</summary>
    private void WriteHead(IBufferWriter<byte> output)
    {
        output.Write("{"u8);
        if (Errors.Count > 0)
        {
            output.Write("\"errors\":"u8);
            WriteErrors(output);
        }

        if (HasData) output.Write(Errors.Count > 0 ? ",\"data\":"u8 : "\"data\":"u8);
    }

    private static ReadOnlyMemory<byte> Part(Action<IBufferWriter<byte>> write)
    {
        var part = new ArrayBufferWriter<byte>();
        write(part);
        return part.WrittenMemory;
    }

    private void WriteTail(IBufferWriter<byte> output)
    {
        if (Extensions is not null)
        {
            using var extensions = new JsonBuffer(int.MaxValue);
            extensions.WriteValue(Extensions);
            output.Write(HasData || Errors.Count > 0 ? ",\"extensions\":"u8 : "\"extensions\":"u8);
            output.Write(extensions.Written.Span);
        }

        output.Write("}"u8);
    }

    private static void Write(Utf8JsonWriter json, Error error)
    {
        json.WriteStartObject();
        json.WriteString("message", error.Message);
        if (error.Locations.Count > 0)
        {
            json.WriteStartArray("locations");
            foreach (var location in error.Locations) Write(json, location);
            json.WriteEndArray();
        }

        if (error.Path is { } path)
        {
            json.WriteStartArray("path");
            foreach (var step in path.ToList())
            {
                if (step is int index) json.WriteNumberValue(index);
                else json.WriteStringValue((string)step);
            }

            json.WriteEndArray();
        }

        if (error.Code is not null || error.Extensions is not null)
        {
            json.WriteStartObject("extensions");
            if (error.Code is not null) json.WriteString("code", error.Code);
            foreach (var (name, value) in error.Extensions ?? new Dictionary<string, object?>(StringComparer.Ordinal))
            {
                using var written = new JsonBuffer(int.MaxValue);
                written.WriteValue(value);
                json.WritePropertyName(name);
                json.WriteRawValue(written.Written.Span);
            }

            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, Location location)
    {
        json.WriteStartObject();
        json.WriteNumber("line", location.Line);
        json.WriteNumber("column", location.Column);
        json.WriteEndObject();
    }
}

/// <summary>The responses of a subscription, one for each message; to be read once.</summary>
public sealed class ResponseStream(IAsyncEnumerable<OperationResult> results) : IExecutionResult
{
    /// <summary>Each to be disposed by the reader. What ends the stream is cancellation, or not reading on.</summary>
    public IAsyncEnumerable<OperationResult> ReadResultsAsync() => results;

    public ValueTask DisposeAsync() => default;
}
