using System.Diagnostics;
using System.Globalization;
using EventSourcedTrading.Bench.Measuring;
using EventSourcedTrading.BrokerFakes;
using EventSourcedTrading.BrokerFakes.Alpaca;
using EventSourcedTrading.Brokers;
using EventSourcedTrading.Brokers.Alpaca;
using EventSourcedTrading.Brokers.Credentials;
using EventSourcedTrading.Brokers.Http;
using EventSourcedTrading.Brokers.Paper;
using EventSourcedTrading.Domain.Instruments;
using EventSourcedTrading.Domain.Orders;
using EventSourcedTrading.Domain.Signals;
using EventSourcedTrading.Domain.Time;

namespace EventSourcedTrading.Bench.Benches;

/// <summary>
/// Orders through an adapter, from the call to the report of the fill: the paper venue in memory, and a fake Alpaca over HTTP and WebSocket in
/// the same process, without its rate limit. Beside the latter the same number of bare GET requests to it.
/// </summary>
public sealed class BrokerBench : IBench
{
    private const int PaperOrders = 50_000, AlpacaOrders = 3_000, AtATime = 16;

    private static readonly Instrument Spy = new("SPY.ARCX", "USD");

    public IReadOnlyList<string> Names => ["broker.paper_orders_per_s", "broker.alpaca_fake_orders_per_s"];

    public async Task RunAsync(Results results, CancellationToken ct)
    {
        results.Add("broker.paper_orders_per_s", await PaperAsync(ct), "orders/s");
        await using var fake = await FakeBroker.AlpacaAsync(new FakeSettings { Cash = 1_000_000_000m, CallsPerMinute = 1_000_000 }, new AlpacaSettings("AKTEST", "secret"));
        fake.Venue.SetPrice("SPY", 100m);
        var options = new AlpacaOptions(fake.Address, new Secret("AKTEST"), new Secret("secret"), [Spy]) { Limits = new BrokerLimits { Calls = 1_000_000, KeptForOrders = 0 } };
        await using var adapter = new AlpacaAdapter(options, TimeProvider.System);
        await OrdersAsync(adapter, 200, "warm", ct);
        var rate = await OrdersAsync(adapter, AlpacaOrders, "run", ct);
        results.Add("broker.alpaca_fake_orders_per_s", rate, "orders/s", "GET /v2/clock", await GetsAsync(fake.Address, ct));
    }

    private static async Task<double> PaperAsync(CancellationToken ct)
    {
        await using var broker = new PaperBroker(PaperSettings.Read(new Dictionary<string, string> { ["latencyMs"] = "0" }), [Spy], "USD", 1_000_000_000m, TimeProvider.System);
        broker.OnSignal(new Signal
        {
            Kind = SignalKind.Quote, Instrument = Spy.Id, Time = Timestamp.From(TimeProvider.System.GetUtcNow()), Feed = "bench", Sequence = 1, SliceEnd = true, Bid = 100m, Ask = 100m, BidSize = 1m, AskSize = 1m,
        });
        await OrdersAsync(broker, 5_000, "warm", ct);
        return await OrdersAsync(broker, PaperOrders, "run", ct);
    }

    /// <summary>Buys and sells by turns; over when the last fill was told.</summary>
    private static async Task<double> OrdersAsync(IBrokerAdapter adapter, int count, string name, CancellationToken ct)
    {
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var (filled, listens, done) = (0, new TaskCompletionSource(), new TaskCompletionSource());
        var listening = Task.Run(async () =>
        {
            await foreach (var message in adapter.ListenAsync(stopping.Token))
            {
                if (message is ConnectionRestored) listens.TrySetResult();
                if (message is ReportReceived { Report.Kind: ReportKind.Fill } report && report.Report.OrderId.StartsWith(name, StringComparison.Ordinal) && ++filled == count) done.TrySetResult();
            }
        }, CancellationToken.None);
        await listens.Task.WaitAsync(TimeSpan.FromSeconds(30), ct);
        var started = Stopwatch.GetTimestamp();
        await Parallel.ForAsync(0, count, new ParallelOptions { MaxDegreeOfParallelism = AtATime, CancellationToken = ct }, async (n, token) =>
        {
            var id = string.Create(CultureInfo.InvariantCulture, $"{name}-{n}");
            // Only ever more of it: Alpaca refuses an order that would trade with one of ours.
            var reply = await adapter.SubmitAsync(new OrderTerms(id, name, id, Spy.Id, Side.Buy, 1m, OrderType.Market, null, null, TimeInForce.Day), Spy, token);
            if (reply.Kind != ReplyKind.Accepted) throw new InvalidOperationException($"{id}: {reply.Kind}: {reply.Text}");
        });
        await done.Task.WaitAsync(TimeSpan.FromSeconds(60), ct);
        var rate = count / Stopwatch.GetElapsedTime(started).TotalSeconds;
        await stopping.CancelAsync();
        await listening.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return rate;
    }

    private static async Task<double> GetsAsync(Uri address, CancellationToken ct)
    {
        using var http = new HttpClient { BaseAddress = address, DefaultRequestHeaders = { { "APCA-API-KEY-ID", "AKTEST" }, { "APCA-API-SECRET-KEY", "secret" } } };
        var started = Stopwatch.GetTimestamp();
        await Parallel.ForAsync(0, AlpacaOrders, new ParallelOptions { MaxDegreeOfParallelism = AtATime, CancellationToken = ct }, async (_, token) =>
        {
            using var response = await http.GetAsync("v2/clock", token);
            response.EnsureSuccessStatusCode();
        });
        return AlpacaOrders / Stopwatch.GetElapsedTime(started).TotalSeconds;
    }
}
