using System.Diagnostics;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using EventSourcedTrading.Api;
using EventSourcedTrading.Api.Access;
using EventSourcedTrading.Bench.Measuring;
using EventSourcedTrading.Bench.Trading;
using EventSourcedTrading.Domain.Control;
using EventSourcedTrading.EventStore;
using EventSourcedTrading.Privacy;
using EventSourcedTrading.Projections.Following;
using Microsoft.Extensions.Logging.Abstractions;
using NATS.Client.Core;
using Npgsql;

namespace EventSourcedTrading.Bench.Benches;

/// <summary>
/// All positions of a portfolio, every field of them, asked for by clients over HTTP, server and clients in this process; in turns with the
/// same statement through plain Npgsql by as many readers, each value read.
/// </summary>
public sealed class GraphQLBench : IBench
{
    private const int Events = 20_000, Copies = 24, Clients = 4, Rounds = 5;
    private static readonly TimeSpan Each = TimeSpan.FromSeconds(2);

    private const string
        Query = """
            { positions(portfolio: "bench") { portfolio instrument bucket currency quantity multiplier cost averagePrice lastPrice priceAt marketValue unrealised realised fees baseCurrency rate
              marketValueBase unrealisedBase realisedBase feesBase fills lastFillAt lastPosition } }
            """,
        Sql = """
            select portfolio, instrument, bucket, currency, quantity, multiplier, cost, average_price, last_price, price_at, market_value, unrealised, realised, fees, base_currency, rate,
                   market_value_base, unrealised_base, realised_base, fees_base, fills, last_fill_at, last_seq
              from read.positions where portfolio = $1 order by portfolio, instrument
            """;

    public IReadOnlyList<string> Names => ["graphql.positions_per_s"];

    public async Task RunAsync(Results results, CancellationToken ct)
    {
        await using var database = await BenchDatabase.CreateAsync(ct);
        await new LogWriter(database).WriteAsync(Events, ct);
        await new ProjectionHost(database.App).RebuildAsync("book", ct: ct);
        await MultiplyAsync(database);
        await using var appender = new EventAppender(database.App);
        await using var reader = StoreConnection.Open(database.Connection, StoreRole.Reader);
        await using var nats = new NatsConnection(new NatsOpts { Url = Servers.Nats, Name = "bench" });
        var secret = Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));
        var persons = new PersonDirectory(database.App, new MasterKeySource(name => name == "EST_PRIVACY_KEY" ? secret : null), TimeProvider.System);
        var keys = new ApiKeys(database.App, new Api.EventLog(new EventReader(database.App), appender, TimeProvider.System), persons, TimeProvider.System);
        await using var server = await ApiServer.StartAsync(
            new ApiSettings("http://127.0.0.1:0", "http://127.0.0.1:0") { Rates = new RateSettings { PerAddress = 1_000_000, QueriesPerPerson = 1_000_000 } },
            new ApiSurroundings(database.App, reader, appender, persons, nats, p => p, "bench.outcome.*", i => $"bench.{i}", TimeProvider.System, NullLoggerFactory.Instance), ct);
        using var http = new HttpClient { BaseAddress = server.Addresses[0] };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", (await keys.IssueAsync("bench", [Role.Viewer], 1, "database", "bench", ct)).Reveal());
        var rows = await CountAsync(reader, ct);
        var body = JsonBody();
        if (await AskAsync(http, body, ct) is var told && told != rows) throw new InvalidOperationException($"GraphQL told {told} of {rows} positions");

        var latencies = new List<double>();
        var rates = await Interleaved.RatesAsync(
            Rounds, Each,
            time => WorkAsync(time, async () =>
            {
                var began = Stopwatch.GetTimestamp();
                var positions = await AskAsync(http, body, ct);
                lock (latencies) latencies.Add(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
                return positions;
            }),
            time => WorkAsync(time, () => CountAsync(reader, ct)));
        latencies.Sort();
        results.Add("graphql.positions_per_s", rates[0], "positions/s", "the same SQL through Npgsql", rates[1]);
        results.Add("graphql.positions.p50_ms", latencies[latencies.Count / 2], "ms");
        results.Add("graphql.positions.p99_ms", latencies[(int)(0.99 * latencies.Count)], "ms");
        results.Add("graphql.positions.rows", rows, "positions a request");
    }

    /// <summary>The log has twenty instruments; a desk may hold some hundreds.</summary>
    private static async Task MultiplyAsync(BenchDatabase database)
    {
        await database.ExecuteAsync(
            $"""
            insert into read.instrument_rows select side, portfolio, instrument || n, currency, multiplier, tick_size, lot_size, bucket, converts_from from read.instrument_rows, generate_series(1, {Copies}) n;
            insert into read.price_rows select side, portfolio, instrument || n, price, at from read.price_rows, generate_series(1, {Copies}) n;
            insert into read.position_rows select side, portfolio, instrument || n, currency, quantity, cost, realised, fees, fills, last_fill_at, last_seq from read.position_rows, generate_series(1, {Copies}) n;
            analyze read.instrument_rows, read.price_rows, read.position_rows
            """, default);
    }

    private static async Task<long> WorkAsync(TimeSpan time, Func<Task<long>> ask)
    {
        var began = Stopwatch.GetTimestamp();
        var done = await Task.WhenAll(Enumerable.Range(0, Clients).Select(_ => Task.Run(async () =>
        {
            var sum = 0L;
            while (Stopwatch.GetElapsedTime(began) < time) sum += await ask();
            return sum;
        })));
        return done.Sum();
    }

    private static byte[] JsonBody() => System.Text.Json.JsonSerializer.SerializeToUtf8Bytes(new Dictionary<string, string> { ["query"] = Query });

    private static async Task<long> AskAsync(HttpClient http, byte[] body, CancellationToken ct)
    {
        using var content = new ByteArrayContent(body) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };
        using var response = await http.PostAsync("/graphql", content, ct);
        var answer = await response.Content.ReadAsByteArrayAsync(ct);
        if (!response.IsSuccessStatusCode || answer.AsSpan().IndexOf("\"errors\""u8) >= 0) throw new InvalidOperationException(Encoding.UTF8.GetString(answer.AsSpan(0, Math.Min(500, answer.Length))));
        return answer.AsSpan().Count("\"instrument\":"u8);
    }

    private static async Task<long> CountAsync(NpgsqlDataSource reader, CancellationToken ct)
    {
        await using var command = reader.CreateCommand(Sql);
        command.Parameters.Add(new NpgsqlParameter { Value = Desk.Portfolio });
        await using var row = await command.ExecuteReaderAsync(ct);
        var (count, values) = (0L, new object[row.FieldCount]);
        while (await row.ReadAsync(ct))
        {
            row.GetValues(values);
            count++;
        }

        return count;
    }
}
