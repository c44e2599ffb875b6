using System.Globalization;
using System.Text;
using EventSourcedTrading.Projections.Storage;
using EventSourcedTrading.Projections.Verifying;

namespace EventSourcedTrading.Projections.Audit;

/// <content>Rows are final when they are made, and lie in the order of the log: they are compared stretch by stretch.</content>
internal sealed partial class AuditRows
{
    private IReadOnlyList<Column<AuditRow>>? columns;
    private long compared;

    public override Task RecallAsync(Comparison comparison, CancellationToken ct) => Task.CompletedTask;

    public override async Task CompareAsync(Comparison comparison, bool last, CancellationToken ct)
    {
        columns ??= Columned();
        var upTo = added.Count > 0 ? added[^1].Position : compared;
        comparison.Rows += added.Count;
        var slice = FormattableString.Invariant($"t.seq > {compared} and t.seq <= {upTo}");
        if (added.Count > 0) await comparison.DifferAsync(Table, 1, columns, added, slice, ct);
        (compared, var none) = (upTo, Array.Empty<AuditRow>());
        added.Clear();
        if (last) await comparison.DifferAsync(Table, 1, columns, none, FormattableString.Invariant($"t.seq > {compared} or t.seq < 1"), ct);
    }

    private List<Column<AuditRow>> Columned() =>
    [
        Of("seq", "bigint", r => r.Position),
        Of("recorded_at", "timestamptz", r => r.RecordedAt.ToDateTime()),
        Of("as_of", "timestamptz", r => r.AsOf?.ToDateTime()),
        Of("type", "text", r => r.Type),
        Of("stream", "text", r => r.Stream),
        Of("version", "bigint", r => r.Version),
        Of("portfolio", "text", r => r.Portfolio),
        Of("instrument", "text", r => r.Instrument),
        Of("agents", "text", r => r.Agents.Count == 0 ? null : Literal(r.Agents), "text[]"),
        Of("order_id", "text", r => r.OrderId),
        Of("decision_id", "text", r => r.DecisionId),
        Of("actor", "text", r => r.Actor),
        Of("correlation_id", "text", r => r.CorrelationId),
        Of("causation_id", "text", r => r.CausationId),
        Of("words", "text", r => r.Words),
        Of("keys", "text", r => Literal(KeysOf(r)), "bigint[]"),
    ];

    private static Column<AuditRow, T> Of<T>(string name, string sqlType, Func<AuditRow, T> get, string? castTo = null) => new(name, sqlType, get) { CastTo = castTo };

    private static string Literal(List<long> values) => string.Create(CultureInfo.InvariantCulture, $"{{{string.Join(',', values)}}}");

    /// <summary>PostgreSQL manual, "Array Input and Output Syntax": every element in quotes, quotes and backslashes behind a backslash.</summary>
    private static string Literal(IReadOnlyList<string> values)
    {
        var text = new StringBuilder("{");
        foreach (var value in values)
            text.Append(text.Length > 1 ? ",\"" : "\"").Append(value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)).Append('"');
        return text.Append('}').ToString();
    }
}
