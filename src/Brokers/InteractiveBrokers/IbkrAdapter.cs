using EventSourcedTrading.Brokers.Http;
using EventSourcedTrading.Domain.Brokers;
using EventSourcedTrading.Domain.Instruments;
using EventSourcedTrading.Domain.Orders;
using EventSourcedTrading.Domain.Time;

namespace EventSourcedTrading.Brokers.InteractiveBrokers;

/// <summary>
/// An account at Interactive Brokers, Web API. Fees come with trades; where the broker tells one later, the execution that was reported first
/// stays without it.
/// </summary>
/// <remarks>
/// The broker refuses a second order with the same client order id for a day only, and lists orders that ended for a session only. Older ones are
/// found by their trades, seven days back.
/// </remarks>
public sealed class IbkrAdapter : IBrokerAdapter
{
    /// <summary>Longest <c>cOID</c> that is sent; the broker names no limit.</summary>
    public const int MaxOrderIdLength = 64;

    private readonly IbkrOptions options;
    private readonly BrokerHttp http;
    private readonly IbkrSession session;
    private readonly IbkrClient client;
    private readonly IbkrLiveOrders live;
    private readonly IbkrTrades trades;
    private readonly IbkrPortfolio portfolio;
    private readonly IbkrEntry entry;
    private readonly IbkrLookup lookup;
    private readonly IbkrSubmission submission;
    private readonly IbkrReplacement replacement;
    private readonly Redaction redaction;
    private readonly IbkrOrderReading reading;
    private readonly TimeProvider time;

    /// <exception cref="ArgumentException">An option cannot be kept; the message says which.</exception>
    public IbkrAdapter(IbkrOptions options, TimeProvider time)
    {
        if (options.Validate() is { } wrong) throw new ArgumentException($"ibkr: {wrong}", nameof(options));
        redaction = new Redaction(options.Keys is { } keys ? [keys.AccessToken] : []);
        var signer = new IbkrSigner(options, time);
        (this.options, this.time) = (options, time);
        http = new BrokerHttp(Name, options.Address, options.Limits, new BrokerRateLimit(options.Limits, time), redaction, time, options.DryRun);
        session = new IbkrSession(http, signer, options, time);
        client = new IbkrClient(http, session, signer, options);
        var (contracts, ids) = (new IbkrContracts(client, options), new IbkrIds());
        reading = new IbkrOrderReading(contracts, ids);
        live = new IbkrLiveOrders(client, session, reading, ids, options, time);
        trades = new IbkrTrades(client, contracts, ids, options, time);
        portfolio = new IbkrPortfolio(client, session, contracts, options);
        entry = new IbkrEntry(client, options, time);
        lookup = new IbkrLookup(live, trades, contracts, ids, options);
        submission = new IbkrSubmission(client, entry, lookup, ids, options);
        replacement = new IbkrReplacement(entry, lookup, options);
    }

    public string Name => IbkrAnswers.Name;

    /// <summary>Whole shares only, and no fill-or-kill: the Web API has no word for it.</summary>
    public BrokerCapabilities Capabilities { get; } = new(
        [OrderType.Market, OrderType.Limit, OrderType.Stop, OrderType.StopLimit], [TimeInForce.Day, TimeInForce.Gtc, TimeInForce.Ioc],
        1m, Shorting: true, ExtendedHours: false, Replaces: true, MaxOrderIdLength);

    /// <summary>Also begins to keep the session alive.</summary>
    public Task<BrokerAccount> ConnectAsync(CancellationToken ct) => AccountAsync(ct);

    public async Task<BrokerReply> SubmitAsync(OrderTerms terms, Instrument instrument, CancellationToken ct) =>
        Capabilities.Refuses(terms) is { } why ? new(ReplyKind.Refused, null, why) : await submission.SubmitAsync(terms, instrument, ct);

    public async Task<BrokerReply> CancelAsync(OrderTerms terms, string? brokerOrderId, CancellationToken ct)
    {
        var (id, missing) = await lookup.IdAsync(terms.OrderId, brokerOrderId, ct);
        if (id is null) return missing!;
        var outcome = await client.OrderAsync(HttpMethod.Delete, $"iserver/account/{options.AccountId}/order/{Uri.EscapeDataString(id)}", null, repeats: true, ct);
        return IbkrReply.Read(outcome, asked: false, http).Told();
    }

    public async Task<BrokerReply> ReplaceAsync(OrderTerms terms, Instrument instrument, string? brokerOrderId, CancellationToken ct) =>
        Capabilities.Refuses(terms) is { } why ? new(ReplyKind.Refused, brokerOrderId, why) : await replacement.ReplaceAsync(terms, instrument, brokerOrderId, ct);

    public Task<BrokerOrder?> FindAsync(string orderId, CancellationToken ct) => lookup.FindAsync(orderId, ct);

    public async Task<IReadOnlyList<BrokerOrder>> OpenOrdersAsync(CancellationToken ct) => [.. (await live.ListAsync(ct)).Where(o => !o.State.IsTerminal())];

    public Task<IReadOnlyList<BrokerPosition>> PositionsAsync(CancellationToken ct) => portfolio.PositionsAsync(ct);

    public Task<BrokerAccount> AccountAsync(CancellationToken ct) => portfolio.AccountAsync(ct);

    public Task<IReadOnlyList<BrokerExecution>> ExecutionsAsync(Timestamp since, CancellationToken ct) => trades.SinceAsync(since, ct);

    public IAsyncEnumerable<BrokerMessage> ListenAsync(CancellationToken ct)
    {
        // What a listener has heard of is his own.
        var updates = new IbkrUpdates(reading, trades, live);
        return new BrokerStream(open => IbkrConnection.OpenAsync(options, session, updates, time, open), options.FirstPause, options.LongestPause, redaction, time).ListenAsync(ct);
    }

    public async ValueTask DisposeAsync()
    {
        await session.DisposeAsync();
        entry.Dispose();
        http.Dispose();
    }
}
