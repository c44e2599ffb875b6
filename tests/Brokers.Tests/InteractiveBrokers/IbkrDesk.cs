using EventSourcedTrading.BrokerFakes;
using EventSourcedTrading.BrokerFakes.InteractiveBrokers;
using EventSourcedTrading.BrokerFakes.Serving;
using EventSourcedTrading.Brokers.Credentials;
using EventSourcedTrading.Brokers.Http;
using EventSourcedTrading.Brokers.InteractiveBrokers;
using EventSourcedTrading.Brokers.InteractiveBrokers.OAuth;
using EventSourcedTrading.Domain.Instruments;
using EventSourcedTrading.Domain.Orders;
using Ticket = EventSourcedTrading.BrokerFakes.Venues.Ticket;

namespace EventSourcedTrading.Brokers.Tests.InteractiveBrokers;

/// <summary>The adapter before a fake Interactive Brokers, over HTTP and WebSocket. At the end all that was said must agree with the OpenAPI file.</summary>
public abstract class IbkrDesk(FakeSettings? settings = null, IbkrSettings? ibkr = null) : IAsyncLifetime
{
    public const string Account = "DU1234567";

    protected static readonly Instrument Spy = new("SPY.ARCX", "USD"), Apple = new("AAPL.XNAS", "USD"), GameStop = new("GME.XNYS", "USD");

    protected FakeServer Broker { get; private set; } = null!;

    protected IbkrAdapter Adapter { get; private set; } = null!;

    protected IbkrOptions Options { get; private set; } = null!;

    protected static CancellationToken Ct => CancellationToken.None;

    /// <summary>Seconds. Short where a test is about an answer that does not come; else no stop of the machine must be taken for one.</summary>
    protected virtual double AnswerWithin => 20;

    public async ValueTask InitializeAsync()
    {
        Broker = await FakeBroker.IbkrAsync(settings ?? new FakeSettings { Cash = 100_000m, CallsPerMinute = 1_000_000 }, ibkr);
        Options = Changed(Quick(Broker.Api, ibkr?.OAuth is { } consumer ? Keys(consumer) : null, AnswerWithin));
        Adapter = new IbkrAdapter(Options, TimeProvider.System);
        Broker.Venue.SetPrice("SPY", 500m);
        Broker.Venue.SetPrice("AAPL", 200m);
    }

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        await Adapter.DisposeAsync();
        await Broker.DisposeAsync();
        Options.Keys?.Dispose();
        Assert.True(Broker.Traffic.Mismatches.Count == 0, string.Join("\n", Broker.Traffic.Mismatches));
    }

    /// <summary>Impatient, so that tests of silence are short, and without limits that a test does not mean.</summary>
    public static IbkrOptions Quick(Uri api, OAuthKeys? keys = null, double answerWithin = 20) => new(api, Account, keys, [Spy, Apple])
    {
        Limits = new BrokerLimits { Calls = 1_000_000, Timeout = TimeSpan.FromSeconds(answerWithin), RetryPause = TimeSpan.FromMilliseconds(5), BreakAfter = 10_000, KeptForOrders = 0 },
        Pace = TimeSpan.Zero, Silence = TimeSpan.FromSeconds(0.4), Patience = TimeSpan.FromSeconds(2), FirstPause = TimeSpan.FromMilliseconds(20),
    };

    /// <summary>What the consumer's owner has of its keys.</summary>
    public static OAuthKeys Keys(OAuthConsumer consumer) => OAuthKeys.Create(
        consumer.ConsumerKey, new Secret(consumer.AccessToken), new Secret(consumer.EncryptedSecret), new Secret(consumer.SignatureKey.ExportPkcs8PrivateKeyPem()),
        new Secret(consumer.EncryptionKey.ExportRSAPrivateKeyPem()), DiffieHellman.Hex(consumer.Prime));

    protected virtual IbkrOptions Changed(IbkrOptions options) => options;

    protected static OrderTerms Terms(
        string orderId = "fund-1", decimal quantity = 10m, Side side = Side.Buy, OrderType type = OrderType.Market, decimal? limit = null, decimal? stop = null, TimeInForce force = TimeInForce.Day) =>
        new(orderId, "fund", "fund-d1", "SPY.ARCX", side, quantity, type, limit, stop, force);

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
        "anonymous-x", "SPY", BrokerFakes.Venues.Side.Buy, quantity, limit is null ? BrokerFakes.Venues.OrderType.Market : BrokerFakes.Venues.OrderType.Limit, BrokerFakes.Venues.TimeInForce.Day, limit, Style: "anonymous")).Id;

    protected int Calls(string method, string pattern) => Broker.Traffic.Exchanges.Count(e => e.Method == method && e.Pattern == pattern);
}
