using EventSourcedTrading.Projections.Storage;
using EventSourcedTrading.Projections.Verifying;
using Npgsql;
using NpgsqlTypes;

namespace EventSourcedTrading.Projections.Audit;

/// <summary>
/// The rows of read.audit_index. They are added and never looked at again, so they go straight through COPY; the checkpoint, which moves
/// in the same transaction, keeps any from coming twice.
/// </summary>
internal sealed partial class AuditRows() : Rows("audit_index_rows")
{
    private const string Columns =
        "side, seq, recorded_at, as_of, type, stream, version, portfolio, instrument, agents, order_id, decision_id, actor, correlation_id, causation_id, words, keys";

    /// <summary>Hashes of what comes again and again; what is different every time would only fill memory.</summary>
    private const int MaxHashes = 10_000;

    private readonly List<AuditRow> added = [];
    private readonly Dictionary<(string Column, string Value), long> hashes = [];
    private readonly List<long> keys = [];

    public void Add(AuditRow row) => added.Add(row);

    public override Task LoadAsync(NpgsqlConnection connection, int side, CancellationToken ct) => Task.CompletedTask;

    public override void Forget() => added.Clear();

    public override async Task SaveAsync(NpgsqlConnection connection, int side, CancellationToken ct)
    {
        if (added.Count == 0) return;
        await using var copy = await connection.BeginBinaryImportAsync($"copy read.{Table}_{side} ({Columns}) from stdin (format binary)", ct);
        foreach (var row in added)
        {
            await copy.StartRowAsync(ct);
            await copy.WriteAsync((short)side, NpgsqlDbType.Smallint, ct);
            await copy.WriteAsync(row.Position, NpgsqlDbType.Bigint, ct);
            await copy.WriteAsync(row.RecordedAt.ToDateTime(), NpgsqlDbType.TimestampTz, ct);
            if (row.AsOf is { } asOf) await copy.WriteAsync(asOf.ToDateTime(), NpgsqlDbType.TimestampTz, ct);
            else await copy.WriteNullAsync(ct);
            await TextAsync(row.Type);
            await TextAsync(row.Stream);
            await copy.WriteAsync(row.Version, NpgsqlDbType.Bigint, ct);
            await TextAsync(row.Portfolio);
            await TextAsync(row.Instrument);
            if (row.Agents.Count > 0) await copy.WriteAsync(row.Agents.ToArray(), NpgsqlDbType.Array | NpgsqlDbType.Text, ct);
            else await copy.WriteNullAsync(ct);
            await TextAsync(row.OrderId);
            await TextAsync(row.DecisionId);
            await TextAsync(row.Actor);
            await TextAsync(row.CorrelationId);
            await TextAsync(row.CausationId);
            await TextAsync(row.Words);
            await copy.WriteAsync(KeysOf(row).ToArray(), NpgsqlDbType.Array | NpgsqlDbType.Bigint, ct);
        }

        await copy.CompleteAsync(ct);
        added.Clear();

        Task TextAsync(string? text) => text is null ? copy.WriteNullAsync(ct) : copy.WriteAsync(text, NpgsqlDbType.Text, ct);
    }

    private List<long> KeysOf(AuditRow row)
    {
        keys.Clear();
        Key("page", "");
        Key("type", row.Type);
        keys.Add(AuditKey.Of(row.Position, AuditKey.Hash("stream", row.Stream)));
        if (row.Portfolio is { } portfolio) Key("portfolio", portfolio);
        if (row.Instrument is { } instrument) Key("instrument", instrument);
        if (row.Actor is { } actor) Key("actor", actor);
        foreach (var agent in row.Agents) Key("agent", agent);
        if (row.Words is not null) Key("words", "");
        return keys;

        void Key(string column, string value)
        {
            if (!hashes.TryGetValue((column, value), out var hash))
            {
                if (hashes.Count >= MaxHashes) hashes.Clear();
                hashes[(column, value)] = hash = AuditKey.Hash(column, value);
            }

            keys.Add(AuditKey.Of(row.Position, hash));
        }
    }
}
