using EventSourcedTrading.BrokerFakes;
using EventSourcedTrading.BrokerFakes.Alpaca;
using EventSourcedTrading.BrokerFakes.Serving;
using EventSourcedTrading.Brokers;
using EventSourcedTrading.Brokers.Alpaca;
using EventSourcedTrading.Brokers.Credentials;
using EventSourcedTrading.Brokers.InteractiveBrokers;
using EventSourcedTrading.Brokers.Paper;
using EventSourcedTrading.Domain.Instruments;
using EventSourcedTrading.Domain.Orders;
using EventSourcedTrading.Domain.Signals;
using EventSourcedTrading.Domain.Time;

namespace EventSourcedTrading.Conformance.Brokers;

/// <summary>An adapter before its broker, and a hand on the market. The same questions are put to each.</summary>
public sealed class BrokerUnderTest : IAsyncDisposable
{
    public static readonly Instrument Spy = new("SPY.ARCX", "USD");

    private readonly Action<decimal, decimal?> setPrice;
    private readonly FakeServer? server;
    private readonly CancellationTokenSource stopping = new();
    private readonly List<BrokerMessage> heard = [];
    private readonly Task listening;
    private int orders;

    private BrokerUnderTest(IBrokerAdapter adapter, Action<decimal, decimal?> setPrice, FakeServer? server = null)
    {
        (Adapter, this.setPrice, this.server) = (adapter, setPrice, server);
        setPrice(100m, null);
        listening = ListenAsync();
    }

    public IBrokerAdapter Adapter { get; }

    /// <summary>Every broker that there is an adapter for.</summary>
    public static TheoryData<string> Names => ["paper", "alpaca", "ibkr"];

    public static async Task<BrokerUnderTest> OpenAsync(string name)
    {
        var under = name switch
        {
            "paper" => Paper(),
            "alpaca" => await AlpacaAsync(),
            "ibkr" => await IbkrAsync(),
            _ => throw new ArgumentException($"there is no broker '{name}'", nameof(name)),
        };
        await under.Adapter.ConnectAsync(CancellationToken.None);
        await Until(() => under.Heard.Any(m => m is ConnectionRestored), $"{name} listens");
        return under;
    }

    public IReadOnlyList<BrokerMessage> Heard
    {
        get
        {
            lock (heard) return [.. heard];
        }
    }

    public IEnumerable<ExecutionReport> ReportsOf(OrderTerms terms) => Heard.OfType<ReportReceived>().Select(r => r.Report).Where(r => r.OrderId == terms.OrderId);

    public OrderTerms Order(decimal quantity = 10m, Side side = Side.Buy, decimal? limit = null, TimeInForce force = TimeInForce.Day) => new(
        $"fund-{++orders}", "fund", $"fund-d{orders}", Spy.Id, side, quantity, limit is null ? OrderType.Market : OrderType.Limit, limit, null, force);

    /// <param name="size">What can be traded at it; null for all.</param>
    public void Price(decimal price, decimal? size = null) => setPrice(price, size);

    public Task<BrokerReply> SubmitAsync(OrderTerms terms) => Adapter.SubmitAsync(terms, Spy, CancellationToken.None);

    public async Task<BrokerOrder> FoundAsync(OrderTerms terms) => await Adapter.FindAsync(terms.OrderId, CancellationToken.None) ?? throw new InvalidOperationException($"{terms.OrderId} is not there");

    public Task UntilAsync(OrderTerms terms, ReportKind kind) => Until(() => ReportsOf(terms).Any(r => r.Kind == kind), $"{terms.OrderId} has a {kind}; heard {string.Join(", ", ReportsOf(terms).Select(r => r.Kind))}");

    public static async Task Until(Func<bool> condition, string what)
    {
        for (var i = 0; i < 600; i++)
        {
            if (condition()) return;
            await Task.Delay(50);
        }

        Assert.Fail($"not within 30 s: {what}");
    }

    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        await listening.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await Adapter.DisposeAsync();
        if (server is null) return;
        await server.DisposeAsync();
        Assert.Empty(server.Traffic.Mismatches);
    }

    private async Task ListenAsync()
    {
        await foreach (var message in Adapter.ListenAsync(stopping.Token))
            lock (heard) heard.Add(message);
    }

    private static BrokerUnderTest Paper()
    {
        var settings = PaperSettings.Read(new Dictionary<string, string> { ["latencyMs"] = "0", ["participation"] = "1" });
        var broker = new PaperBroker(settings, [Spy], "USD", 100_000m, TimeProvider.System);
        var sequence = 0L;
        return new BrokerUnderTest(broker, (price, size) => broker.OnSignal(new Signal
        {
            Kind = SignalKind.Quote, Instrument = Spy.Id, Time = Timestamp.From(TimeProvider.System.GetUtcNow()), Feed = "test", Sequence = ++sequence, SliceEnd = true,
            Bid = price, Ask = price, BidSize = size ?? 1_000_000m, AskSize = size ?? 1_000_000m,
        }));
    }

    private static async Task<BrokerUnderTest> IbkrAsync()
    {
        var fake = await FakeBroker.IbkrAsync(new FakeSettings { Cash = 100_000m, CallsPerMinute = 1_000_000 });
        var adapter = new IbkrAdapter(new IbkrOptions(fake.Api, "DU1234567", null, [Spy]) { Pace = TimeSpan.Zero }, TimeProvider.System);
        return new BrokerUnderTest(adapter, (price, size) => fake.Venue.SetPrice("SPY", price, size), fake);
    }

    private static async Task<BrokerUnderTest> AlpacaAsync()
    {
        var fake = await FakeBroker.AlpacaAsync(new FakeSettings { Cash = 100_000m, CallsPerMinute = 1_000_000 }, new AlpacaSettings("AKTEST", "secret"));
        var adapter = new AlpacaAdapter(new AlpacaOptions(fake.Address, new Secret("AKTEST"), new Secret("secret"), [Spy]), TimeProvider.System);
        return new BrokerUnderTest(adapter, (price, size) => fake.Venue.SetPrice("SPY", price, size), fake);
    }
}
