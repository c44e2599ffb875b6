using EventSourcedTrading.Brokers.Http;
using EventSourcedTrading.Domain.Brokers;
using EventSourcedTrading.Domain.Instruments;
using EventSourcedTrading.Domain.Orders;
using EventSourcedTrading.Domain.Time;

namespace EventSourcedTrading.Brokers.Alpaca;

/// <summary>
/// An account at Alpaca, trading API v2. Fees are zero in executions: Alpaca tells them a day later, as activities of type <c>FEE</c> and
/// <c>CFEE</c> that name no order.
/// </summary>
public sealed class AlpacaAdapter : IBrokerAdapter
{
    private readonly BrokerHttp http;
    private readonly AlpacaClient client;
    private readonly AlpacaSymbols symbols;
    private readonly AlpacaChain chain;
    private readonly AlpacaExecutions executions;
    private readonly AlpacaSubmission submission;
    private readonly AlpacaCancel cancel;
    private readonly AlpacaReplacement replacement;
    private readonly BrokerStream stream;
    private volatile BrokerCapabilities capabilities = new(
        [OrderType.Market, OrderType.Limit, OrderType.Stop, OrderType.StopLimit], [TimeInForce.Day, TimeInForce.Gtc, TimeInForce.Ioc, TimeInForce.Fok],
        0.000000001m, Shorting: true, ExtendedHours: false, Replaces: true, AlpacaClientId.MaxOrderIdLength, ThroughZero: false);

    /// <exception cref="ArgumentException">The options cannot be kept, or two instruments have one symbol at Alpaca.</exception>
    public AlpacaAdapter(AlpacaOptions options, TimeProvider time)
    {
        if (options.Validate() is { } wrong) throw new ArgumentException($"alpaca: {wrong}", nameof(options));
        var redaction = new Redaction(options.KeyId, options.SecretKey);
        http = new BrokerHttp(Name, options.Address, options.Limits, new BrokerRateLimit(options.Limits, time), redaction, time, options.DryRun);
        client = new AlpacaClient(http, options);
        symbols = new AlpacaSymbols(options.Instruments);
        chain = new AlpacaChain(client, symbols);
        executions = new AlpacaExecutions(client, symbols);
        var lookup = new AlpacaLookup(client, chain);
        submission = new AlpacaSubmission(options, http, client, chain, executions);
        cancel = new AlpacaCancel(options, http, lookup);
        replacement = new AlpacaReplacement(options, http, client, chain, lookup, executions);
        var updates = new AlpacaUpdates(client, chain, executions);
        stream = new BrokerStream(ct => AlpacaConnection.OpenAsync(options, updates, time, ct), options.FirstPause, options.LongestPause, redaction, time);
    }

    public string Name => AlpacaClient.Name;

    /// <summary>Until the account is known, all that Alpaca lets any account do. Fractions of a share are for orders of the day alone.</summary>
    public BrokerCapabilities Capabilities => capabilities;

    public Task<BrokerAccount> ConnectAsync(CancellationToken ct) => AccountAsync(ct);

    public async Task<BrokerReply> SubmitAsync(OrderTerms terms, Instrument instrument, CancellationToken ct) =>
        capabilities.Refuses(terms) is { } why ? new(ReplyKind.Refused, null, why) : await submission.SubmitAsync(terms, instrument, ct);

    public Task<BrokerReply> CancelAsync(OrderTerms terms, string? brokerOrderId, CancellationToken ct) => cancel.CancelAsync(terms, brokerOrderId, ct);

    public async Task<BrokerReply> ReplaceAsync(OrderTerms terms, Instrument instrument, string? brokerOrderId, CancellationToken ct) =>
        capabilities.Refuses(terms) is { } why ? new(ReplyKind.Refused, brokerOrderId, why) : await replacement.ReplaceAsync(terms, brokerOrderId, ct);

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
}
