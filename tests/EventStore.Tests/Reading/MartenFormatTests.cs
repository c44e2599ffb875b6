using EventSourcedTrading.Testing;
using Npgsql;

namespace EventSourcedTrading.EventStore.Tests.Reading;

/// <summary>
/// What Marten 9 needs to find, asked as its daemon asks. Marten itself is not to be had here; these statements
/// follow what it sends for string-keyed streams, event loader and high-water detector.
/// </summary>
public sealed class MartenFormatTests(MartenFormatTests.TwoStreams shared) : IClassFixture<MartenFormatTests.TwoStreams>
{
    private readonly TestDatabase _database = shared.Database;

    public sealed class TwoStreams : SharedDatabase
    {
        private protected override IEnumerable<AppendBatch> Content() => [Some.Batch("a", 1, 3), Some.Batch("b", 1, 2)];
    }

    [Fact]
    public async Task The_daemon_finds_every_event_with_its_stream()
    {
        await using var command = _database.Admin.CreateCommand(
            """
            select d.data, d.type, d.mt_dotnet_type, d.seq_id, d.id, d.stream_id, d.version, d.timestamp, d.tenant_id,
                   d.correlation_id, d.causation_id, d.headers, d.is_archived, d.bdata, s.type as stream_type
              from events.mt_events as d inner join events.mt_streams as s on d.stream_id = s.id
             where d.type = any($1) and d.seq_id > 0 and d.seq_id <= 5 and d.is_archived = false and d.tenant_id = '*DEFAULT*'
             order by d.seq_id limit 500
            """);
        command.Parameters.Add(new NpgsqlParameter { Value = new[] { "thing_happened" } });
        await using var rows = await command.ExecuteReaderAsync();
        for (var seq = 1; seq <= 5; seq++)
        {
            Assert.True(await rows.ReadAsync());
            Assert.Equal(seq, rows.GetInt64(3));
            Assert.Equal("{\"n\": 1}", rows.GetString(0));
            Assert.Equal(Some.Noon.UtcDateTime, rows.GetDateTime(7));
        }
    }

    [Fact]
    public async Task The_high_water_mark_and_the_streams_have_moved_along()
    {
        Assert.Equal(5L, await ScalarAsync("select last_value from events.mt_events_sequence"));
        Assert.Equal(0L, await ScalarAsync("select count(*) from (select seq_id, lead(seq_id) over (order by seq_id) as next from events.mt_events) e where next - seq_id > 1"));
        Assert.Equal(0L, await ScalarAsync("select count(*) from events.mt_streams s where version <> (select max(version) from events.mt_events e where e.stream_id = s.id)"));
        Assert.Equal(0L, await ScalarAsync("select count(*) from events.mt_streams where is_archived or tenant_id <> '*DEFAULT*'"));
        Assert.Equal(0L, await ScalarAsync("select count(*) from events.mt_high_water_skips"));
    }

    [Theory]
    [InlineData("mt_streams", "created timestamp with time zone, id character varying, is_archived boolean, tenant_id character varying, timestamp timestamp with time zone, type character varying, version bigint")]
    [InlineData("mt_events", "bdata bytea, causation_id character varying, correlation_id character varying, data jsonb, headers jsonb, id uuid, is_archived boolean, mt_dotnet_type character varying, seq_id bigint, stream_id character varying, tenant_id character varying, timestamp timestamp with time zone, type character varying, version bigint")]
    [InlineData("mt_event_progression", "last_seq_id bigint, last_updated timestamp with time zone, name character varying")]
    [InlineData("mt_high_water_skips", "ending_sequence bigint, starting_sequence bigint, timestamp timestamp with time zone")]
    public async Task The_tables_have_these_columns_and_no_others(string table, string columns) =>
        Assert.Equal(columns, await ScalarAsync(
            $"select string_agg(column_name || ' ' || data_type, ', ' order by column_name) from information_schema.columns where table_schema = 'events' and table_name = '{table}'"));

    private async Task<object?> ScalarAsync(string sql)
    {
        await using var command = _database.Admin.CreateCommand(sql);
        return await command.ExecuteScalarAsync();
    }
}
