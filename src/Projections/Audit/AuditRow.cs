using EventSourcedTrading.Domain.Time;
using Npgsql;

namespace EventSourcedTrading.Projections.Audit;

/// <summary>An event as the audit index has it.</summary>
/// <param name="Position">Its place in the log.</param>
/// <param name="RecordedAt">When it was written down.</param>
/// <param name="AsOf">Market time, or when it was asked for; null where the event has none.</param>
/// <param name="Agents">Every agent that it names.</param>
/// <param name="OrderId">Also where the event lies in the stream of an order.</param>
/// <param name="DecisionId">Also where the event lies in the stream of a round.</param>
/// <param name="CorrelationId">The decision that it belongs to.</param>
/// <param name="CausationId">The id of the event that caused it, or an input such as <c>intent:7f3a</c>.</param>
/// <param name="Words">Rationale and reason.</param>
public sealed record AuditRow(
    long Position, Timestamp RecordedAt, Timestamp? AsOf, string Type, string Stream, long Version, string? Portfolio, string? Instrument,
    IReadOnlyList<string> Agents, string? OrderId, string? DecisionId, string? Actor, string? CorrelationId, string? CausationId, string? Words)
{
    internal const string Columns =
        "i.seq, i.recorded_at, i.as_of, i.type, i.stream, i.version, i.portfolio, i.instrument, i.agents, i.order_id, i.decision_id, i.actor, i.correlation_id, i.causation_id, i.words";

    /// <summary>Reads the first columns, which are <see cref="Columns"/>.</summary>
    internal static AuditRow Read(NpgsqlDataReader row)
    {
        return new AuditRow(
            row.GetInt64(0), Timestamp.FromDateTime(row.GetDateTime(1)), row.IsDBNull(2) ? null : Timestamp.FromDateTime(row.GetDateTime(2)), row.GetString(3),
            row.GetString(4), row.GetInt64(5), Text(6), Text(7), row.IsDBNull(8) ? [] : row.GetFieldValue<string[]>(8), Text(9), Text(10), Text(11), Text(12), Text(13), Text(14));

        string? Text(int column) => row.IsDBNull(column) ? null : row.GetString(column);
    }
}
