using EventSourcedTrading.BrokerFakes;
using EventSourcedTrading.BrokerFakes.Alpaca;
using EventSourcedTrading.BrokerFakes.Serving;
using EventSourcedTrading.Brokers.Alpaca;
using EventSourcedTrading.Brokers.Credentials;
using EventSourcedTrading.Brokers.Http;
using EventSourcedTrading.Domain.Instruments;
using EventSourcedTrading.Domain.Orders;
using Ticket = EventSourcedTrading.BrokerFakes.Venues.Ticket;

namespace EventSourcedTrading.Brokers.Tests.Alpaca;

/// <summary>The adapter before a fake Alpaca, over HTTP and WebSocket. At the end every request must agree with Alpaca's OpenAPI file.</summary>
public abstract class AlpacaDesk(FakeSettings? settings = null, bool binaryFrames = false) : IAsyncLifetime
{
    public const string KeyId = "AKDESKDESKDESK", SecretKey = "sEcr3t/of+the&desk=9";

    protected static readonly Instrument Spy = new("SPY.ARCX", "USD"), Apple = new("AAPL.XNAS", "USD"), GameStop = new("GME.XNYS", "USD");

    protected FakeServer Broker { get; private set; } = null!;

    protected AlpacaAdapter Adapter { get; private set; } = null!;

    protected AlpacaOptions Options { get; private set; } = null!;

    protected static CancellationToken Ct => CancellationToken.None;

    /// <summary>Seconds. Short where a test is about an answer that does not come; else no stop of the machine must be taken for one.</summary>
    protected virtual double AnswerWithin => 20;

    /// <summary>This test asks what no good client asks: only answers must agree.</summary>
    protected bool AsksBadly { get; set; }

    public async ValueTask InitializeAsync()
    {
        Broker = await FakeBroker.AlpacaAsync(settings ?? new FakeSettings { Cash = 100_000m, CallsPerMinute = 1_000_000 }, new AlpacaSettings(KeyId, SecretKey, BinaryFrames: binaryFrames));
        Options = Quick(Broker.Address, AnswerWithin);
        Adapter = new AlpacaAdapter(Options, TimeProvider.System);
        Broker.Venue.SetPrice("SPY", 500m);
        Broker.Venue.SetPrice("AAPL", 200m);
    }

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        await Adapter.DisposeAsync();
        await Broker.DisposeAsync();
        var wrong = Broker.Traffic.Mismatches.Where(line => !AsksBadly || !(line.Contains(" request ") || line.Contains(" query "))).ToList();
        Assert.True(wrong.Count == 0, string.Join("\n", wrong));
    }

    /// <summary>Impatient, so that tests of silence are short, and without limits that a test does not mean.</summary>
    public static AlpacaOptions Quick(Uri address, double answerWithin = 20) => new(address, new Secret(KeyId), new Secret(SecretKey), [Spy, Apple])
    {
        Limits = new BrokerLimits { Calls = 1_000_000, Timeout = TimeSpan.FromSeconds(answerWithin), RetryPause = TimeSpan.FromMilliseconds(5), BreakAfter = 10_000, KeptForOrders = 0 },
        Silence = TimeSpan.FromSeconds(0.4), Patience = TimeSpan.FromSeconds(2), FirstPause = TimeSpan.FromMilliseconds(20),
    };

    protected static OrderTerms Terms(
        string orderId = "fund-1", decimal quantity = 10m, Side side = Side.Buy, OrderType type = OrderType.Market, decimal? limit = null, decimal? stop = null, TimeInForce force = TimeInForce.Day,
        string instrument = "SPY.ARCX") => new(orderId, "fund", "fund-d1", instrument, side, quantity, type, limit, stop, force);

    protected static OrderTerms Limit(string orderId = "fund-1", decimal quantity = 10m, decimal price = 490m) => Terms(orderId, quantity, type: OrderType.Limit, limit: price);

    /// <summary>Submits an order that must be accepted; its id at the broker.</summary>
    protected async Task<string> AcceptedAsync(OrderTerms terms)
    {
        var reply = await Adapter.SubmitAsync(terms, Spy, Ct);
        Assert.True(reply.Kind == ReplyKind.Accepted, $"{reply}");
        return reply.BrokerOrderId!;
    }

    /// <summary>An order that somebody has given otherwise.</summary>
    protected string Strangers(decimal quantity = 1m, decimal? limit = 400m) => Broker.Venue.Submit(new Ticket(
        Guid.NewGuid().ToString(), "SPY", BrokerFakes.Venues.Side.Buy, quantity, limit is null ? BrokerFakes.Venues.OrderType.Market : BrokerFakes.Venues.OrderType.Limit, BrokerFakes.Venues.TimeInForce.Day, limit)).Id;

    protected int Calls(string method, string? pattern = null) => Broker.Traffic.Exchanges.Count(e => e.Method == method && (pattern is null || e.Pattern == pattern));
}
