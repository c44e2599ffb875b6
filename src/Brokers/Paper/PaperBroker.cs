using System.Runtime.CompilerServices;
using System.Threading.Channels;
using EventSourcedTrading.Domain.Brokers;
using EventSourcedTrading.Domain.Instruments;
using EventSourcedTrading.Domain.Orders;
using EventSourcedTrading.Domain.Portfolios;
using EventSourcedTrading.Domain.Risk;
using EventSourcedTrading.Domain.Signals;
using EventSourcedTrading.Domain.Time;

namespace EventSourcedTrading.Brokers.Paper;

/// <summary>
/// The paper venue as a broker of its own: an account in memory, behind the same interface as a real one, so that the way through the broker
/// role can be walked without a server. Its trading days are those of UTC. A portfolio whose venue is <c>paper</c> has the venue inside its engine instead (ADR 0005).
/// </summary>
/// <param name="currency">Of the account and of all its instruments.</param>
/// <param name="time">Stamps what happens between two signals.</param>
public sealed class PaperBroker(PaperSettings settings, IReadOnlyList<Instrument> instruments, string currency, decimal cash, TimeProvider time) : IBrokerAdapter
{
    private const int MaxOrders = 1_000_000;

    private readonly Lock gate = new();
    private readonly PaperVenue venue = new(settings);
    private readonly Dictionary<string, Instrument> listed = instruments.ToDictionary(i => i.Id, StringComparer.Ordinal);
    private readonly Dictionary<string, MarketView> markets = instruments.ToDictionary(i => i.Id, _ => new MarketView(), StringComparer.Ordinal);
    private readonly Dictionary<string, Position> positions = instruments.ToDictionary(i => i.Id, _ => new Position(), StringComparer.Ordinal);
    private readonly Dictionary<string, Order> orders = new(StringComparer.Ordinal);
    private readonly Dictionary<string, decimal> paid = new(StringComparer.Ordinal);
    private readonly List<Order> open = [];
    private readonly List<BrokerExecution> executions = [];
    private readonly List<ExecutionReport> said = [];
    private readonly Channel<BrokerMessage> messages = Channel.CreateUnbounded<BrokerMessage>();
    private decimal balance = cash;

    public string Name => PaperVenue.VenueName;

    public BrokerCapabilities Capabilities { get; } = new(
        [OrderType.Market, OrderType.Limit, OrderType.Stop, OrderType.StopLimit, OrderType.TrailingStop],
        [TimeInForce.Day, TimeInForce.Gtc, TimeInForce.Ioc, TimeInForce.Fok, TimeInForce.AtTheOpening, TimeInForce.AtTheClose], instruments.Min(i => i.LotSize), Shorting: true, ExtendedHours: true, Replaces: true, MaxOrderIdLength: 128);

    public Task<BrokerAccount> ConnectAsync(CancellationToken ct) => AccountAsync(ct);

    /// <summary>The market moves: what rests may fill.</summary>
    public void OnSignal(Signal signal)
    {
        lock (gate)
        {
            if (!markets.TryGetValue(signal.Instrument, out var market)) return;
            for (var i = 0; i < open.Count; i++)
                if (open[i].Terms.Instrument == signal.Instrument) venue.OnSignal(open[i], listed[signal.Instrument], signal, market, said);
            market.Observe(signal);
            Deliver();
        }
    }

    public Task<BrokerReply> SubmitAsync(OrderTerms terms, Instrument instrument, CancellationToken ct)
    {
        lock (gate)
        {
            if (orders.ContainsKey(terms.OrderId)) return Reply(ReplyKind.Accepted, IdOf(orders[terms.OrderId]), "the order is known: it came before");
            if (orders.Count >= MaxOrders) return Reply(ReplyKind.Refused, null, $"the account has {MaxOrders} orders, and takes no more");
            if (Capabilities.Refuses(terms) is { } wrong) return Reply(ReplyKind.Refused, null, wrong);
            if (!listed.ContainsKey(terms.Instrument)) return Reply(ReplyKind.Refused, null, $"instrument '{terms.Instrument}' is not traded here");
            var order = orders[terms.OrderId] = new Order(terms.OrderId) { Terms = terms, Allocation = [], State = OrderState.Submitted, SubmittedAt = Now };
            order.AuctionAt = TradingCalendar.Utc.AuctionOf(terms.TimeInForce, null, venue.ArrivalOf(order));
            open.Add(order);
            venue.OnOrder(order, instrument, markets[terms.Instrument], Now, said);
            Deliver();
            return Reply(ReplyKind.Accepted, IdOf(order), "");
        }
    }

    public Task<BrokerReply> CancelAsync(OrderTerms terms, string? brokerOrderId, CancellationToken ct)
    {
        lock (gate)
        {
            if (!orders.TryGetValue(terms.OrderId, out var order)) return Reply(ReplyKind.Refused, null, $"there is no order '{terms.OrderId}'");
            if (!order.Live) return Reply(ReplyKind.Refused, IdOf(order), $"the order is {order.State} already");
            said.Add(new ExecutionReport(terms.OrderId, ReportKind.Cancelled, "", 0m, 0m, 0m, "as asked", Now));
            Deliver();
            return Reply(ReplyKind.Accepted, IdOf(order), "");
        }
    }

    public Task<BrokerReply> ReplaceAsync(OrderTerms terms, Instrument instrument, string? brokerOrderId, CancellationToken ct)
    {
        lock (gate)
        {
            if (!orders.TryGetValue(terms.OrderId, out var order)) return Reply(ReplyKind.Refused, null, $"there is no order '{terms.OrderId}'");
            if (!order.Live) return Reply(ReplyKind.Refused, IdOf(order), $"the order is {order.State} already");
            if (terms.Quantity <= order.Filled) return Reply(ReplyKind.Refused, IdOf(order), $"quantity {terms.Quantity} must be above the {order.Filled} that are filled");
            if (Capabilities.Refuses(terms) is { } wrong) return Reply(ReplyKind.Refused, IdOf(order), wrong);
            order.Terms = terms;
            said.Add(new ExecutionReport(terms.OrderId, ReportKind.Replaced, "", terms.Quantity, terms.LimitPrice ?? 0m, 0m, "", Now));
            Deliver();
            return Reply(ReplyKind.Accepted, IdOf(order), "");
        }
    }

    public Task<BrokerOrder?> FindAsync(string orderId, CancellationToken ct)
    {
        lock (gate) return Task.FromResult(orders.TryGetValue(orderId, out var order) ? Tell(order) : null);
    }

    public Task<IReadOnlyList<BrokerOrder>> OpenOrdersAsync(CancellationToken ct)
    {
        lock (gate) return Task.FromResult<IReadOnlyList<BrokerOrder>>(open.ConvertAll(Tell));
    }

    public Task<IReadOnlyList<BrokerPosition>> PositionsAsync(CancellationToken ct)
    {
        lock (gate)
        {
            return Task.FromResult<IReadOnlyList<BrokerPosition>>(
                [.. positions.Where(p => p.Value.Quantity != 0m).Select(p => new BrokerPosition(p.Key, p.Value.Quantity, p.Value.AveragePrice(listed[p.Key].Multiplier)))]);
        }
    }

    public Task<BrokerAccount> AccountAsync(CancellationToken ct)
    {
        lock (gate)
        {
            var equity = balance + positions.Sum(p => p.Value.Quantity * markets[p.Key].Mark * listed[p.Key].Multiplier);
            return Task.FromResult(new BrokerAccount("paper", currency, new Dictionary<string, decimal> { [currency] = balance }, equity, [], Now));
        }
    }

    public Task<IReadOnlyList<BrokerExecution>> ExecutionsAsync(Timestamp since, CancellationToken ct)
    {
        lock (gate) return Task.FromResult<IReadOnlyList<BrokerExecution>>(executions.FindAll(e => e.At >= since));
    }

    public async IAsyncEnumerable<BrokerMessage> ListenAsync([EnumeratorCancellation] CancellationToken ct)
    {
        yield return new ConnectionRestored(null);
        await foreach (var message in messages.Reader.ReadAllAsync(ct)) yield return message;
    }

    public ValueTask DisposeAsync()
    {
        messages.Writer.TryComplete();
        return ValueTask.CompletedTask;
    }

    private Timestamp Now => Timestamp.From(time.GetUtcNow());

    private static string IdOf(Order order) => $"{PaperVenue.VenueName}-{order.Terms.OrderId}";

    private static Task<BrokerReply> Reply(ReplyKind kind, string? brokerOrderId, string text) => Task.FromResult(new BrokerReply(kind, brokerOrderId, text));

    private BrokerOrder Tell(Order o) => new(
        o.Terms.OrderId, IdOf(o), o.Terms.Instrument, o.Terms.Side, o.Terms.Quantity, o.Filled, o.Filled == 0m ? 0m : paid[o.Terms.OrderId] / o.Filled, o.Terms.OrderType, o.Terms.LimitPrice, o.Terms.StopPrice,
        o.State, o.State.ToString(), o.SubmittedAt);

    /// <summary>Books what the venue said and passes it on, stamped with the clock: at a broker it is always now.</summary>
    private void Deliver()
    {
        for (var i = 0; i < said.Count; i++)
        {
            var report = said[i] with { At = Now };
            var order = orders[report.OrderId];
            if (report.Kind is ReportKind.Fill or ReportKind.PartialFill) report = Book(report, order);
            order.State = OrderTransitions.Next(order.State, report.Kind, order.Filled > 0m) ?? order.State;
            if (!order.Live) open.Remove(order);
            messages.Writer.TryWrite(new ReportReceived(report, Tell(order)));
        }

        said.Clear();
    }

    private ExecutionReport Book(in ExecutionReport report, Order order)
    {
        var (terms, multiplier) = (order.Terms, listed[order.Terms.Instrument].Multiplier);
        var kind = order.KindOfFill(report.Quantity);
        order.Filled += report.Quantity;
        paid[terms.OrderId] = paid.GetValueOrDefault(terms.OrderId) + (report.Quantity * report.Price);
        order.Executions.Add(report.ExecutionId);
        positions[terms.Instrument].Book(terms.Side.Sign() * report.Quantity, report.Price, multiplier, report.Fee);
        balance -= (terms.Side.Sign() * report.Quantity * report.Price * multiplier) + report.Fee;
        executions.Add(new BrokerExecution(report.ExecutionId, terms.OrderId, IdOf(order), terms.Instrument, terms.Side, report.Quantity, report.Price, report.Fee, report.At));
        return report with { Kind = kind };
    }
}
