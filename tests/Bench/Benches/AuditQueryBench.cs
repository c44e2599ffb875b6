using System.Diagnostics;
using System.Globalization;
using EventSourcedTrading.Bench.Measuring;
using EventSourcedTrading.EventStore;
using EventSourcedTrading.Projections.Audit;
using Npgsql;

namespace EventSourcedTrading.Bench.Benches;

/// <summary>
/// How long the audit index takes to answer, each way of asking by itself and in combination: p99 in milliseconds for the newest 50, beside the
/// p99 of a look-up by primary key. The rows are made by SQL, one million; EST_BENCH_AUDIT_ROWS says how many else, and ten
/// million take some five minutes to make. 20 instruments, 10 agents of which one is retired after a tenth of the log, six events an order, 1 %
/// violations, one command in ten thousand by one of five people.
/// </summary>
public sealed class AuditQueryBench : IBench
{
    private const int Questions = 200;

    private static readonly long Rows = long.Parse(Environment.GetEnvironmentVariable("EST_BENCH_AUDIT_ROWS") ?? "1000000", CultureInfo.InvariantCulture);
    private static readonly string[] Types = ["intent_received", "decision_made", "order_approved", "order_submitted", "order_acknowledged", "order_filled"];

    public IReadOnlyList<string> Names => ["audit.query_ms"];

    public async Task RunAsync(Results results, CancellationToken ct)
    {
        await using var database = await BenchDatabase.CreateAsync(ct);
        Results.Say(string.Create(CultureInfo.InvariantCulture, $"making an audit index of {Rows:#,0} rows"));
        await FillAsync(database, ct);
        await using var source = StoreConnection.Open(database.Connection, StoreRole.Reader);
        var query = new AuditQuery(source);
        var random = new Random(20261120);
        var key = await P99Async(random, async r => await query.AtAsync(r.NextInt64(1, Rows + 1), ct) is null ? 0 : 1, 1);
        results.Add("audit.key_lookup_ms", key, "ms");
        foreach (var (name, least, draw) in Kinds())
        {
            var p99 = await P99Async(random, async r => (await query.FindAsync(draw(r), ct: ct)).Items.Count, least);
            results.Add($"audit.query_ms.{name}", p99, "ms", "key look-up", key);
        }
    }

    /// <summary>Ways of asking, with how many events each question must find at the least.</summary>
    private static (string Name, int Least, Func<Random, AuditFilter> Draw)[] Kinds() =>
    [
        ("newest", 50, _ => new AuditFilter()),
        ("position", 50, r => new AuditFilter(LastPosition: r.NextInt64(1_000, Rows))),
        ("time", 50, r => new AuditFilter(To: At(r.NextInt64(1_000, Rows)))),
        ("type", 50, r => new AuditFilter(Type: Type(r))),
        ("instrument", 50, r => new AuditFilter(Instrument: Instrument(r))),
        ("agent", 50, r => new AuditFilter(Agent: Agent(r))),
        ("retired_agent", 50, _ => new AuditFilter(Agent: "retired@1.0.0")),
        ("actor", 1, r => new AuditFilter(Actor: $"person{r.Next(5)}")),
        ("portfolio", 50, _ => new AuditFilter(Portfolio: "main")),
        ("long_stream", 50, _ => new AuditFilter(Stream: "risk-main")),
        ("short_stream", 1, r => new AuditFilter(Stream: $"round-d-{Order(r)}")),
        ("order", 1, r => new AuditFilter(Order: $"main-{Order(r)}")),
        ("decision", 1, r => new AuditFilter(Decision: $"d-{Order(r)}")),
        ("correlation", 1, r => new AuditFilter(Correlation: $"d-{Order(r)}")),
        ("causation", 1, r => new AuditFilter(Causation: $"cause:{r.NextInt64(1, Rows).ToString(CultureInfo.InvariantCulture)}")),
        ("frequent_word", 50, _ => new AuditFilter(Text: "crossed")),
        ("rare_word", 1, r => new AuditFilter(Text: $"level{r.Next(10_000)}")),
        ("instrument_and_agent", 50, r => new AuditFilter(Instrument: Instrument(r), Agent: Agent(r))),
        ("instrument_type_and_agent", 50, r => new AuditFilter(Instrument: Instrument(r), Type: "order_filled", Agent: Agent(r))),
        ("violations_of_instrument", 50, r => new AuditFilter(Instrument: Instrument(r), Type: "risk_violation_detected")),
        ("word_and_instrument", 50, r => new AuditFilter(Instrument: Instrument(r), Text: "position cap")),
        ("type_and_time", 50, r => new AuditFilter(Type: Type(r), From: At(r.NextInt64(1, Rows / 2)), To: At(r.NextInt64((Rows / 2) + 50_000, Rows)))),
        ("order_and_type", 0, r => new AuditFilter(Order: $"main-{Order(r)}", Type: Type(r))),
        // What never occurs together, though each alone is frequent: the whole log must be ruled out.
        ("never_type_and_agent", 0, r => new AuditFilter(Type: "order_submitted", Agent: Agent(r))),
        ("never_type_and_word", 0, _ => new AuditFilter(Type: "order_filled", Text: "crossed")),
        ("never_actor_and_type", 0, r => new AuditFilter(Actor: $"person{r.Next(5)}", Type: Type(r))),
        ("unknown_agent", 0, _ => new AuditFilter(Agent: "nobody@1.0.0")),
        ("unknown_word", 0, _ => new AuditFilter(Text: "nothing")),
    ];

    private static string Instrument(Random r) => $"S{r.Next(20)}.XNAS";

    private static string Agent(Random r) => $"agent{r.Next(9)}@1.0.0";

    private static string Type(Random r) => Types[r.Next(Types.Length)];

    // The last orders may not have come to all of their events.
    private static long Order(Random r) => r.NextInt64(1, (Rows / 6) - 1);

    private static Domain.Time.Timestamp At(long seq) => Domain.Time.Timestamp.Parse("2026-01-01T00:00:00Z") + TimeSpan.FromMilliseconds(seq);

    private static async Task<double> P99Async(Random random, Func<Random, Task<int>> ask, int least)
    {
        var taken = new List<double>(Questions);
        for (var i = -20; i < Questions; i++)
        {
            var started = Stopwatch.GetTimestamp();
            var found = await ask(random);
            if (i >= 0) taken.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
            if (found < least) throw new InvalidOperationException($"a question found {found} events instead of {least}");
        }

        taken.Sort();
        return taken[(int)(0.99 * Questions)];
    }

    /// <summary>The indexes are made afterwards, which is quicker and gives the same.</summary>
    private static async Task FillAsync(BenchDatabase database, CancellationToken ct)
    {
        var indexes = new List<string>();
        await using (var named = database.Owner.CreateCommand("select indexdef from pg_indexes where tablename = 'audit_index_rows_0' and indexname not like '%pkey'"))
        await using (var rows = await named.ExecuteReaderAsync(ct))
            while (await rows.ReadAsync(ct)) indexes.Add(rows.GetString(0));
        await database.ExecuteAsync(
            """
            drop index read.audit_index_rows_keys, read.audit_index_rows_order, read.audit_index_rows_decision, read.audit_index_rows_correlation, read.audit_index_rows_causation;
            create table hashes as select t.name, t.value, est.audit_hash(t.name, t.value) as hash from (
                select 'type', unnest(array['intent_received', 'decision_made', 'order_approved', 'order_submitted', 'order_acknowledged', 'order_filled', 'risk_violation_detected', 'command_authorised'])
                union all select 'instrument', 'S' || n || '.XNAS' from generate_series(0, 19) n
                union all select 'agent', 'agent' || n || '@1.0.0' from generate_series(0, 8) n
                union all select 'agent', 'retired@1.0.0' union all select 'actor', 'person' || n from generate_series(0, 4) n
                union all values ('portfolio', 'main'), ('page', ''), ('words', '')) t (name, value)
            """, ct);
        await ExecuteAsync(database, FillSql, Rows, ct);
        foreach (var index in indexes) await ExecuteAsync(database, $"set maintenance_work_mem = '512MB'; {index}", null, ct);
        await ExecuteAsync(database, "vacuum (analyze) read.audit_index_rows, read.audit_time_rows", null, ct);
        await ExecuteAsync(database, "checkpoint", null, ct);
    }

    private const string FillSql =
        """
        insert into read.audit_time_rows
        select 0, s, '2026-01-01Z'::timestamptz + (s << 10) * interval '1 ms', '2026-01-01Z'::timestamptz + (((s + 1) << 10) - 1) * interval '1 ms' from generate_series(0, $1 >> 10) s;
        insert into read.audit_index_rows (side, seq, recorded_at, as_of, version, type, stream, portfolio, instrument, agents, order_id, decision_id, actor, correlation_id, causation_id, words, keys)
        select 0, seq, '2026-01-01Z'::timestamptz + seq * interval '1 ms', '2026-01-01Z', seq % 6 + 1, e.type, stream, 'main', e.instrument, case when e.agent is not null then array[e.agent] end,
               case when e.actor is null then 'main-' || o end, case when e.actor is null then 'd-' || o end, e.actor, case when e.actor is null then 'd-' || o end, 'cause:' || seq, words,
               array_remove(array[
                   (seq >> 15) << 40 | p.hash, (seq >> 15) << 40 | f.hash, (seq >> 15) << 40 | t.hash, (seq >> 15) << 40 | i.hash, (seq >> 15) << 40 | a.hash, (seq >> 15) << 40 | u.hash,
                   (seq >> 15) << 40 | est.audit_hash('stream', stream), case when words is not null then (seq >> 15) << 40 | w.hash end], null)
          from (select seq, o, s.type, actor, 'S' || h % 20 || '.XNAS' as instrument,
                       case when s.type in ('intent_received', 'decision_made', 'order_approved', 'order_filled')
                            then case when h / 20 % 10 = 9 and seq < $1 / 10 then 'retired@1.0.0' else 'agent' || h / 20 % 9 || '@1.0.0' end end as agent,
                       case when s.type = 'risk_violation_detected' then 'risk-main' when s.type = 'command_authorised' then 'control-main'
                            when s.type in ('intent_received', 'decision_made') then 'round-d-' || o else 'order-main-' || o end as stream,
                       case when s.type = 'risk_violation_detected' then 'above the position cap' when s.type = 'command_authorised' then 'a person said so'
                            when s.type in ('intent_received', 'decision_made') then 'fast mean crossed the slow one at level' || o % 10000 end as words
                  from (select seq, seq / 6 as o, abs(hashint8(seq / 6)) as h,
                               case when seq % 10000 = 7 then 'command_authorised' when seq % 100 = 13 then 'risk_violation_detected'
                                    else (array['intent_received', 'decision_made', 'order_approved', 'order_submitted', 'order_acknowledged', 'order_filled'])[seq % 6 + 1] end as type,
                               case when seq % 10000 = 7 then 'person' || seq / 10000 % 5 end as actor
                          from generate_series(1::bigint, $1) seq) s) e
          join hashes t on t.name = 'type' and t.value = e.type
          join hashes i on i.name = 'instrument' and i.value = e.instrument
          left join hashes a on a.name = 'agent' and a.value = e.agent
          left join hashes u on u.name = 'actor' and u.value = e.actor
         cross join (select hash from hashes where name = 'portfolio') f cross join (select hash from hashes where name = 'page') p
         cross join (select hash from hashes where name = 'words') w
        """;

    private static async Task ExecuteAsync(BenchDatabase database, string sql, long? rows, CancellationToken ct)
    {
        await using var command = database.Owner.CreateCommand(rows is { } n ? sql.Replace("$1", n.ToString(CultureInfo.InvariantCulture) + "::bigint", StringComparison.Ordinal) : sql);
        command.CommandTimeout = 0;
        await command.ExecuteNonQueryAsync(ct);
    }
}
