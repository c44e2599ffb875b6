using EventSourcedTrading.Brokers.Credentials;
using EventSourcedTrading.Brokers.Http;
using EventSourcedTrading.Domain.Instruments;
using EventSourcedTrading.Domain.Orders;
using EventSourcedTrading.Domain.Time;

namespace EventSourcedTrading.Brokers.InteractiveBrokers;

/// <summary>
/// An account at Interactive Brokers, Web API. The broker's own words on fees come with trades; where it tells one later, the execution that was
/// reported first stays without it.
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
    private readonly IbkrContracts contracts;
    private readonly IbkrIds ids = new();
    private readonly IbkrLiveOrders live;
    private readonly IbkrTrades trades;
    private readonly IbkrPortfolio portfolio;
    private readonly IbkrEntry entry;
    private readonly IbkrStream stream;

    public IbkrAdapter(IbkrOptions options, TimeProvider time)
    {
        var redaction = new Redaction(options.Keys is { } keys ? [keys.AccessToken, new Secret(keys.ConsumerKey)] : []);
        var signer = new IbkrSigner(options, time);
        this.options = options;
        http = new BrokerHttp(Name, options.Address, options.Limits, new BrokerRateLimit(options.Limits, time), redaction, time, options.DryRun);
        session = new IbkrSession(http, signer, options, time);
        client = new IbkrClient(http, session, signer, options);
        contracts = new IbkrContracts(client, options);
        var reading = new IbkrOrderReading(contracts, ids);
        live = new IbkrLiveOrders(client, session, reading, ids, options, time);
        trades = new IbkrTrades(client, contracts, ids, options, time);
        portfolio = new IbkrPortfolio(client, session, contracts, options);
        entry = new IbkrEntry(client, options, time);
        stream = new IbkrStream(options, session, new IbkrUpdates(reading, trades, live), redaction, time);
    }

    public string Name => IbkrAnswers.Name;

    /// <summary>Whole shares only, and no fill-or-kill: the Web API has no word for it.</summary>
    public BrokerCapabilities Capabilities { get; } = new(
        [OrderType.Market, OrderType.Limit, OrderType.Stop, OrderType.StopLimit], [TimeInForce.Day, TimeInForce.Gtc, TimeInForce.Ioc],
        1m, Shorting: true, ExtendedHours: false, Replaces: true, MaxOrderIdLength);

    /// <summary>Also begins to keep the session alive.</summary>
    public Task<BrokerAccount> ConnectAsync(CancellationToken ct) => AccountAsync(ct);

    public async Task<BrokerReply> SubmitAsync(OrderTerms terms, Instrument instrument, CancellationToken ct)
    {
        if (Capabilities.Refuses(terms) is { } why) return new(ReplyKind.Refused, null, why);
        var (conid, missing) = await ContractAsync(instrument, ct);
        if (conid is not { } contract) return new(ReplyKind.Refused, null, missing);
        var body = IbkrBodies.Submission(terms, contract, options.AccountId);
        var said = await entry.SendAsync($"iserver/account/{options.AccountId}/orders", body, ct);
        if (said.Kind == IbkrReplyKind.NotSent) return new(ReplyKind.NotSent, null, await IbkrPreview.TellAsync(client, options, body, ct), said.Request);
        if (said.Kind == IbkrReplyKind.Taken) ids.Learn(terms.OrderId, said.Id);
        // The words are "Local order ID=fund-1 is already registered."
        if (said.Kind == IbkrReplyKind.Refused && said.Text.Contains("already registered", StringComparison.OrdinalIgnoreCase)) return await SettleAsync(terms, instrument, said.Text, ReplyKind.Unknown, ct);
        return said.Kind == IbkrReplyKind.Declined ? await SettleAsync(terms, instrument, said.Text, ReplyKind.Refused, ct) : Told(said);
    }

    public async Task<BrokerReply> CancelAsync(OrderTerms terms, string? brokerOrderId, CancellationToken ct)
    {
        var (id, missing) = await IdAsync(terms, brokerOrderId, ct);
        if (id is null) return missing!;
        var outcome = await client.OrderAsync(HttpMethod.Delete, $"iserver/account/{options.AccountId}/order/{Uri.EscapeDataString(id)}", null, repeats: true, ct);
        var said = IbkrReply.Read(outcome, asked: false, http);
        return Told(said.Kind is IbkrReplyKind.Asked or IbkrReplyKind.Declined ? said with { Kind = IbkrReplyKind.Unknown, Id = null } : said);
    }

    public async Task<BrokerReply> ReplaceAsync(OrderTerms terms, Instrument instrument, string? brokerOrderId, CancellationToken ct)
    {
        if (Capabilities.Refuses(terms) is { } why) return new(ReplyKind.Refused, brokerOrderId, why);
        var (conid, unknown) = await ContractAsync(instrument, ct);
        if (conid is not { } contract) return new(ReplyKind.Refused, brokerOrderId, unknown);
        var (id, missing) = await IdAsync(terms, brokerOrderId, ct);
        if (id is null) return missing!;
        var said = await entry.SendAsync($"iserver/account/{options.AccountId}/order/{Uri.EscapeDataString(id)}", IbkrBodies.Change(terms, contract, options.AccountId), ct);
        if (said.Kind != IbkrReplyKind.Declined) return Told(said);
        var (order, lost) = await LookAsync(terms.OrderId, said.Text, ct);
        if (order is null) return lost ?? new(ReplyKind.Refused, id, said.Text);
        var changed = (order.Quantity, order.LimitPrice, order.StopPrice) == (terms.Quantity, Limit(terms), Stop(terms));
        return new(changed ? ReplyKind.Accepted : ReplyKind.Refused, order.BrokerOrderId, said.Text);
    }

    public async Task<BrokerOrder?> FindAsync(string orderId, CancellationToken ct)
    {
        if (await live.FindAsync(orderId, ct) is { } order) return order;
        var fills = (await trades.SinceAsync(default, ct)).Where(e => e.OrderId == orderId).ToList();
        if (fills.Count == 0) return null;
        // It has traded and is not listed any more: how much it was for, and how it ended, nobody tells.
        var (last, filled) = (fills[^1], fills.Sum(e => e.Quantity));
        return new(orderId, last.BrokerOrderId, last.Instrument, last.Side, filled, filled, fills.Sum(e => e.Quantity * e.Price) / filled, OrderType.Market, null, null, OrderState.InDoubt, "not listed any more", last.At);
    }

    public async Task<IReadOnlyList<BrokerOrder>> OpenOrdersAsync(CancellationToken ct) => [.. (await live.ListAsync(ct)).Where(o => !o.State.IsTerminal())];

    public Task<IReadOnlyList<BrokerPosition>> PositionsAsync(CancellationToken ct) => portfolio.PositionsAsync(ct);

    public Task<BrokerAccount> AccountAsync(CancellationToken ct) => portfolio.AccountAsync(ct);

    public Task<IReadOnlyList<BrokerExecution>> ExecutionsAsync(Timestamp since, CancellationToken ct) => trades.SinceAsync(since, ct);

    public IAsyncEnumerable<BrokerMessage> ListenAsync(CancellationToken ct) => stream.ListenAsync(ct);

    public async ValueTask DisposeAsync()
    {
        await session.DisposeAsync();
        entry.Dispose();
        http.Dispose();
    }

    private static BrokerReply Told(IbkrReply said) => said.Kind switch
    {
        IbkrReplyKind.Taken => new(ReplyKind.Accepted, said.Id, said.Text),
        IbkrReplyKind.Refused => new(ReplyKind.Refused, said.Id, said.Text),
        IbkrReplyKind.NotSent => new(ReplyKind.NotSent, null, said.Text, said.Request),
        _ => new(ReplyKind.Unknown, said.Id, said.Text),
    };

    private static decimal? Limit(OrderTerms terms) => terms.OrderType is OrderType.Limit or OrderType.StopLimit ? terms.LimitPrice : null;

    private static decimal? Stop(OrderTerms terms) => terms.OrderType is OrderType.Stop or OrderType.StopLimit ? terms.StopPrice : null;

    /// <summary>Whether the broker has the order after all. The same id with other terms is another order.</summary>
    /// <param name="absent">What it means that it has none.</param>
    private async Task<BrokerReply> SettleAsync(OrderTerms terms, Instrument instrument, string text, ReplyKind absent, CancellationToken ct)
    {
        var (order, lost) = await LookAsync(terms.OrderId, text, ct);
        if (order is null) return lost ?? new(absent, null, text);
        return order.Side == terms.Side && order.Quantity == terms.Quantity && order.Instrument == instrument.Id
            ? new(order.State == OrderState.Rejected ? ReplyKind.Refused : ReplyKind.Accepted, order.BrokerOrderId, $"the broker has it, {order.Status}: {text}")
            : new(ReplyKind.Refused, null, $"orderId '{terms.OrderId}' is taken by another order, {order.Side} {order.Quantity} {order.Instrument}: {text}");
    }

    private async Task<(BrokerOrder? Order, BrokerReply? Lost)> LookAsync(string orderId, string text, CancellationToken ct)
    {
        try
        {
            return (await FindAsync(orderId, ct), null);
        }
        catch (Exception e) when (e is BrokerException or OperationCanceledException)
        {
            return (null, new(ReplyKind.Unknown, null, $"{text}; whether the broker has it could not be looked up: {(e is BrokerException ? e.Message : "given up by the caller")}"));
        }
    }

    private async Task<(string? Id, BrokerReply? Missing)> IdAsync(OrderTerms terms, string? brokerOrderId, CancellationToken ct)
    {
        if ((brokerOrderId ?? ids.Broker(terms.OrderId)) is { } known) return (known, null);
        if (options.DryRun) return ($"ID-OF-{terms.OrderId}", null);
        try
        {
            return await live.FindAsync(terms.OrderId, ct) is { } order ? (order.BrokerOrderId, null) : (null, new(ReplyKind.Refused, null, $"the broker has no order '{terms.OrderId}'"));
        }
        catch (Exception e) when (e is BrokerException or OperationCanceledException)
        {
            return (null, new(ReplyKind.Refused, null, $"not asked, since the order could not be looked up: {(e is BrokerException ? e.Message : "given up by the caller")}"));
        }
    }

    private async Task<(long? Conid, string Why)> ContractAsync(Instrument instrument, CancellationToken ct)
    {
        try
        {
            return await contracts.FindAsync(instrument, ct);
        }
        catch (Exception e) when (e is BrokerException or OperationCanceledException)
        {
            return (null, $"not asked, since the contract could not be looked up: {(e is BrokerException ? e.Message : "given up by the caller")}");
        }
    }
}
