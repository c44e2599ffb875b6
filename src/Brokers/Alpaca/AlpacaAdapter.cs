using EventSourcedTrading.Brokers.Http;
using EventSourcedTrading.Domain.Instruments;
using EventSourcedTrading.Domain.Orders;
using EventSourcedTrading.Domain.Time;

namespace EventSourcedTrading.Brokers.Alpaca;

/// <summary>
/// An account at Alpaca, trading API v2. Fees are zero in executions: Alpaca tells them a day later, as activities of type <c>FEE</c> and
/// <c>CFEE</c> that name no order.
/// </summary>
/// <remarks>
/// A replacement is another order at Alpaca; here the two are one, with the client order id of the first (<see cref="AlpacaClientId"/>). What
/// fills between our look at an order and its replacement comes on top of what the replacement is for: then the report of the replacement says
/// more than was asked for.
/// </remarks>
public sealed class AlpacaAdapter : IBrokerAdapter
{
    private readonly AlpacaOptions options;
    private readonly BrokerHttp http;
    private readonly AlpacaClient client;
    private readonly AlpacaSymbols symbols;
    private readonly AlpacaChain chain;
    private readonly AlpacaExecutions executions;
    private readonly AlpacaStream stream;
    private volatile BrokerCapabilities capabilities = new(
        [OrderType.Market, OrderType.Limit, OrderType.Stop, OrderType.StopLimit], [TimeInForce.Day, TimeInForce.Gtc, TimeInForce.Ioc, TimeInForce.Fok],
        0.000000001m, Shorting: true, ExtendedHours: false, Replaces: true, AlpacaClientId.MaxOrderIdLength);

    public AlpacaAdapter(AlpacaOptions options, TimeProvider time)
    {
        var redaction = new Redaction(options.KeyId, options.SecretKey);
        this.options = options;
        http = new BrokerHttp(Name, options.Address, options.Limits, new BrokerRateLimit(options.Limits, time), redaction, time, options.DryRun);
        client = new AlpacaClient(http, options);
        symbols = new AlpacaSymbols(options.Instruments);
        chain = new AlpacaChain(client, symbols);
        executions = new AlpacaExecutions(client, symbols);
        stream = new AlpacaStream(options, new AlpacaUpdates(client, chain, executions), redaction, time);
    }

    public string Name => AlpacaClient.Name;

    /// <summary>Until the account is known, all that Alpaca lets any account do. Fractions of a share are for orders of the day alone.</summary>
    public BrokerCapabilities Capabilities => capabilities;

    public Task<BrokerAccount> ConnectAsync(CancellationToken ct) => AccountAsync(ct);

    public async Task<BrokerReply> SubmitAsync(OrderTerms terms, Instrument instrument, CancellationToken ct)
    {
        if (capabilities.Refuses(terms) is { } why) return new(ReplyKind.Refused, null, why);
        using var request = AlpacaRequests.Submit(terms, instrument, options);
        var outcome = await http.OrderAsync(request, ct);
        var reply = AlpacaReplies.IsDuplicate(outcome) ? await TakenAsync(terms, instrument, ct) : AlpacaReplies.Of(outcome, null, http.Words);
        executions.Learn(reply.BrokerOrderId, terms.OrderId);
        return reply;
    }

    public async Task<BrokerReply> CancelAsync(OrderTerms terms, string? brokerOrderId, CancellationToken ct)
    {
        if (options.DryRun) return await CancelAsync(brokerOrderId ?? Placeholder(terms), ct);
        BrokerReply? refused = null;
        if (brokerOrderId is not null)
        {
            refused = await CancelAsync(brokerOrderId, ct);
            if (refused.Kind != ReplyKind.Refused) return refused;
        }

        // It is not known, or it is not open under that id any more; its replacement may be.
        var (latest, missing) = await LatestAsync(terms, null, ct);
        if (latest is null) return refused ?? missing!;
        return latest.Id == brokerOrderId ? refused! : await CancelAsync(latest.Id!, ct);
    }

    public async Task<BrokerReply> ReplaceAsync(OrderTerms terms, Instrument instrument, string? brokerOrderId, CancellationToken ct)
    {
        if (capabilities.Refuses(terms) is { } why) return new(ReplyKind.Refused, brokerOrderId, why);
        if (options.DryRun) return (await ReplaceAsync(terms, terms.Quantity, 1, brokerOrderId ?? Placeholder(terms), ct)).Reply;
        var (latest, missing) = await LatestAsync(terms, brokerOrderId, ct);
        if (latest is null) return missing!;
        var (_, revision) = AlpacaClientId.Read(latest.ClientOrderId);
        decimal filled;
        try
        {
            filled = (await chain.EarlierAsync(latest, ct)).Filled + latest.Filled;
        }
        catch (Exception e) when (e is BrokerException or OperationCanceledException)
        {
            return NotAsked(e);
        }

        // The answer to an earlier attempt may have been lost.
        if (revision > 0 && IsSame(latest, terms, filled)) return new(ReplyKind.Accepted, latest.Id, "replaced already");
        if (terms.Quantity <= filled) return new(ReplyKind.Refused, latest.Id, $"quantity {terms.Quantity} must be above the {filled} that have filled");
        while (++revision <= AlpacaClientId.MaxRevision)
        {
            var (reply, duplicate) = await ReplaceAsync(terms, terms.Quantity - filled, revision, latest.Id!, ct);
            if (!duplicate) return reply;
            // A replacement that the venue refused keeps its id for ever, and the next one needs another.
            var (taken, lost) = await LookAsync(() => client.OrderByClientIdAsync(AlpacaClientId.Of(terms.OrderId, revision), ct), terms.OrderId);
            if (taken is null) return lost!;
            if (!AlpacaWords.State(taken.Status, taken.Filled, taken.Qty).IsTerminal()) return new(ReplyKind.Refused, latest.Id, $"another replacement, {taken.Id}, is on its way");
        }

        return new(ReplyKind.Refused, latest.Id, $"order was replaced {AlpacaClientId.MaxRevision} times, which is the most; cancel it and send it anew");
    }

    public async Task<BrokerOrder?> FindAsync(string orderId, CancellationToken ct)
    {
        if (await client.OrderByClientIdAsync(orderId, ct) is not { } first) return null;
        executions.Learn(first.Id, first.ClientOrderId);
        return await chain.WholeAsync(await chain.LatestAsync(first, ct), ct);
    }

    public Task<IReadOnlyList<BrokerOrder>> OpenOrdersAsync(CancellationToken ct) => AlpacaOpenOrders.ListAsync(client, chain, ct);

    public async Task<IReadOnlyList<BrokerPosition>> PositionsAsync(CancellationToken ct)
    {
        var positions = await client.ListAsync("v2/positions", AlpacaJson.Default.ListAlpacaPosition, ct);
        // The sign of a short position is told twice, by the quantity and by the side.
        return [.. positions.Where(p => p.Qty is not (null or 0m)).Select(p => new BrokerPosition(symbols.Id(p.Symbol), p.Side == "short" ? -Math.Abs(p.Qty!.Value) : p.Qty!.Value, p.AvgEntryPrice ?? 0m))];
    }

    public async Task<BrokerAccount> AccountAsync(CancellationToken ct)
    {
        var (account, serverTime) = await client.AccountAsync(ct);
        capabilities = capabilities with { Shorting = account.ShortingEnabled ?? capabilities.Shorting };
        var currency = account.Currency is { Length: 3 } code ? code : "USD";
        return new(account.AccountNumber ?? account.Id ?? "", currency, new Dictionary<string, decimal> { [currency] = account.Cash ?? 0m }, account.Equity ?? 0m, Restrictions(account), serverTime);
    }

    public Task<IReadOnlyList<BrokerExecution>> ExecutionsAsync(Timestamp since, CancellationToken ct) => executions.SinceAsync(since, ct);

    public IAsyncEnumerable<BrokerMessage> ListenAsync(CancellationToken ct) => stream.ListenAsync(ct);

    public ValueTask DisposeAsync()
    {
        http.Dispose();
        return ValueTask.CompletedTask;
    }

    private static List<string> Restrictions(AlpacaAccount account)
    {
        var found = new List<string>();
        if (account.Status is { } status && status != "ACTIVE") found.Add($"status {status}");
        if (account.AccountBlocked == true) found.Add("account_blocked");
        if (account.TradingBlocked == true) found.Add("trading_blocked");
        if (account.TradeSuspendedByUser == true) found.Add("trade_suspended_by_user");
        if (account.TransfersBlocked == true) found.Add("transfers_blocked");
        if (account.PatternDayTrader == true) found.Add("pattern_day_trader");
        if (account.ShortingEnabled == false) found.Add("shorting_enabled false");
        return found;
    }

    private static string Placeholder(OrderTerms terms) => $"ID-OF-{terms.OrderId}";

    private static BrokerReply NotAsked(Exception e) => new(ReplyKind.Refused, null, $"not asked, since the order could not be looked up: {e.Message}");

    private static bool IsSame(AlpacaOrder order, OrderTerms terms, decimal filled) =>
        order.Qty == terms.Quantity - filled + order.Filled
        && (terms.OrderType is not (OrderType.Limit or OrderType.StopLimit) || order.LimitPrice == terms.LimitPrice)
        && (terms.OrderType is not (OrderType.Stop or OrderType.StopLimit) || order.StopPrice == terms.StopPrice);

    /// <summary>The broker has an order with this id: ours, from an attempt whose answer was lost, if it is what we ask for.</summary>
    private async Task<BrokerReply> TakenAsync(OrderTerms terms, Instrument instrument, CancellationToken ct)
    {
        try
        {
            if (await client.OrderByClientIdAsync(terms.OrderId, ct) is not { } first) return new(ReplyKind.Unknown, null, "the broker says that it has this order, and does not find it");
            if (!AlpacaSymbols.Is(instrument, first.Symbol) || AlpacaWords.ReadSide(first.Side) != terms.Side || first.Qty != terms.Quantity)
                return new(ReplyKind.Refused, null, $"orderId '{terms.OrderId}' is taken by another order, {first.Side} {first.Qty} {first.Symbol}");
            var latest = await chain.LatestAsync(first, ct);
            return new(ReplyKind.Accepted, latest.Id, $"accepted before, {latest.Status}");
        }
        catch (BrokerException e)
        {
            return new(ReplyKind.Unknown, null, $"the broker has an order with this id; {e.Message}");
        }
        catch (OperationCanceledException)
        {
            return new(ReplyKind.Unknown, null, "the broker has an order with this id; given up by the caller");
        }
    }

    private async Task<(AlpacaOrder? Order, BrokerReply? Missing)> LatestAsync(OrderTerms terms, string? brokerOrderId, CancellationToken ct)
    {
        var (order, missing) = brokerOrderId is null
            ? await LookAsync(() => client.OrderByClientIdAsync(terms.OrderId, ct), terms.OrderId) : await LookAsync(() => client.OrderAsync(brokerOrderId, ct), brokerOrderId);
        return order is null ? (null, missing) : await LookAsync(async () => await chain.LatestAsync(order, ct), order.Id!);
    }

    private static async Task<(AlpacaOrder? Order, BrokerReply? Missing)> LookAsync(Func<Task<AlpacaOrder?>> look, string what)
    {
        try
        {
            var order = await look();
            return (order, order is null ? new(ReplyKind.Refused, null, $"the broker has no order '{what}'") : null);
        }
        catch (BrokerException e)
        {
            return (null, NotAsked(e));
        }
        catch (OperationCanceledException)
        {
            return (null, new(ReplyKind.Refused, null, "not asked: given up by the caller"));
        }
    }

    private async Task<BrokerReply> CancelAsync(string brokerOrderId, CancellationToken ct)
    {
        using var request = AlpacaRequests.Cancel(brokerOrderId, options);
        return AlpacaReplies.Of(await http.OrderAsync(request, ct), brokerOrderId, http.Words);
    }

    private async Task<(BrokerReply Reply, bool Duplicate)> ReplaceAsync(OrderTerms terms, decimal leaves, int revision, string brokerOrderId, CancellationToken ct)
    {
        using var request = AlpacaRequests.Replace(terms, leaves, revision, brokerOrderId, options);
        var outcome = await http.OrderAsync(request, ct);
        var reply = AlpacaReplies.Of(outcome, null, http.Words);
        if (reply.Kind == ReplyKind.Accepted) executions.Learn(reply.BrokerOrderId, AlpacaClientId.Of(terms.OrderId, revision));
        return (reply, AlpacaReplies.IsDuplicate(outcome));
    }
}
