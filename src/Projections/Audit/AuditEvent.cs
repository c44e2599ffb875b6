using System.Text.Json;
using EventSourcedTrading.Domain.Time;
using EventSourcedTrading.EventStore;

namespace EventSourcedTrading.Projections.Audit;

/// <summary>An event with all that it says.</summary>
/// <param name="Position">Its place in the log.</param>
/// <param name="Data">As the log has it, with references in the place of persons; an older shape is not brought to a newer one.</param>
/// <param name="Persons">Names of the references in it, as far as they are known; null if there are none.</param>
public sealed record AuditEvent(
    long Position, Guid Id, string Stream, long Version, string Type, Timestamp RecordedAt, string? CorrelationId, string? CausationId, JsonElement Data, JsonElement? Headers,
    IReadOnlyDictionary<string, string>? Persons = null)
{
    public static AuditEvent Of(RecordedEvent e) => new(
        e.SeqId, e.Id, e.StreamId, e.Version, e.Type, Timestamp.From(e.Timestamp), e.CorrelationId, e.CausationId,
        JsonElement.Parse(e.Data.Span), e.Headers.Length == 0 ? null : JsonElement.Parse(e.Headers.Span));
}
