using System.Buffers;
using System.Globalization;
using System.Text.Json;
using EventSourcedTrading.Domain.Time;
using EventSourcedTrading.EventStore;

namespace EventSourcedTrading.Api.Live;

/// <summary>An event of the log as all subscribers share it: what is worked out for one of them is there for the others.</summary>
internal sealed class FeedEvent(RecordedEvent recorded)
{
    private (string? Portfolio, bool IsKnown) portfolio;
    private byte[]? json;

    public RecordedEvent Recorded => recorded;

    public string? Portfolio
    {
        get
        {
            // Two threads may both work it out: to the same.
            if (!Volatile.Read(ref portfolio.IsKnown))
            {
                portfolio.Portfolio = EventPortfolio.Of(recorded);
                Volatile.Write(ref portfolio.IsKnown, true);
            }

            return portfolio.Portfolio;
        }
    }

    /// <summary>
    /// A JSON object as UTF-8: position, type, stream, version, id, recordedAt, correlationId, causationId, portfolio and data; a member that
    /// has nothing to say is left out.
    /// </summary>
    public ReadOnlyMemory<byte> Json => json ??= Write();

    private byte[] Write()
    {
        var buffer = new ArrayBufferWriter<byte>(recorded.Data.Length + 512);
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            writer.WriteString("position"u8, recorded.SeqId.ToString(CultureInfo.InvariantCulture));
            writer.WriteString("type"u8, recorded.Type);
            writer.WriteString("stream"u8, recorded.StreamId);
            writer.WriteString("version"u8, recorded.Version.ToString(CultureInfo.InvariantCulture));
            writer.WriteString("id"u8, recorded.Id);
            writer.WriteString("recordedAt"u8, Timestamp.From(recorded.Timestamp).ToString());
            if (recorded.CorrelationId is { } correlation) writer.WriteString("correlationId"u8, correlation);
            if (recorded.CausationId is { } causation) writer.WriteString("causationId"u8, causation);
            if (Portfolio is { } about) writer.WriteString("portfolio"u8, about);
            writer.WritePropertyName("data"u8);
            writer.WriteRawValue(recorded.Data.Span, skipInputValidation: true);
            writer.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }
}
