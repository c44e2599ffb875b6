using EventSourcedTrading.Brokers.Paper;
using EventSourcedTrading.Domain.Engine;
using EventSourcedTrading.Domain.Instruments;
using EventSourcedTrading.Domain.Json;
using EventSourcedTrading.Domain.Orders;
using EventSourcedTrading.Domain.Signals;
using EventSourcedTrading.Domain.Time;

namespace EventSourcedTrading.Brokers.Tests.Paper;

/// <summary>Given an order and a market, when signals come, then reports: one order at the paper venue, and nothing else.</summary>
internal sealed class PaperDesk
{
    public static readonly Instrument Spy = new("SPY.ARCX", "USD");
    private readonly List<ExecutionReport> reports = [];
    private readonly PaperVenue venue;

    private PaperDesk(Order order, PaperSettings settings)
    {
        Order = order;
        venue = new PaperVenue(settings);
    }

    public Order Order { get; }
    public MarketView Market { get; } = new();
    public IReadOnlyList<ExecutionReport> Reports => reports;

    /// <summary>Market time in milliseconds after 14:30 UTC.</summary>
    public static Timestamp Ms(int ms) => Timestamp.Parse("2026-11-20T14:30:00Z") + TimeSpan.FromMilliseconds(ms);

    public static PaperDesk Given(OrderTerms terms, PaperSettings? settings = null) => new(
        new Order("o1") { Terms = terms, Allocation = [], State = OrderState.Submitted, SubmittedAt = Ms(0) }, settings ?? new PaperSettings());

    public static OrderTerms Terms(
        Side side, decimal quantity, decimal? limit = null, decimal? stop = null, TimeInForce tif = TimeInForce.Day, string id = "o1") =>
        new(id, "alpha", "d1", "SPY.ARCX", side, quantity,
            (limit, stop) switch { (null, null) => OrderType.Market, (_, null) => OrderType.Limit, (null, _) => OrderType.Stop, _ => OrderType.StopLimit }, limit, stop, tif);

    /// <summary>What is known of the market before the order arrives.</summary>
    public PaperDesk Knowing(params Signal[] signals)
    {
        foreach (var signal in signals) Market.Observe(signal);
        return this;
    }

    public PaperDesk Submitted()
    {
        reports.Clear();
        venue.OnOrder(Order, Spy, Market, Order.SubmittedAt, reports);
        Apply();
        return this;
    }

    public PaperDesk When(params Signal[] signals)
    {
        reports.Clear();
        foreach (var signal in signals)
        {
            var from = reports.Count;
            if (Order.Live) venue.OnSignal(Order, Spy, signal, Market, reports);
            Market.Observe(signal);
            Apply(from);
        }

        return this;
    }

    /// <summary>Exactly these reports, written as in <c>Fill 100 @ 10.02</c>, the fee behind it unless there is none.</summary>
    public PaperDesk Then(params string[] expected)
    {
        Assert.Equal(expected, reports.Select(Text));
        return this;
    }

    public static Signal Quote(decimal bid, decimal ask, int ms, decimal size = 1_000m) => new()
    {
        Kind = SignalKind.Quote, Instrument = "SPY.ARCX", Time = Ms(ms), Feed = "sim", Sequence = 1, Bid = bid, BidSize = size, Ask = ask, AskSize = size,
    };

    public static Signal Trade(decimal price, int ms, decimal size = 1_000m) => new()
    {
        Kind = SignalKind.Trade, Instrument = "SPY.ARCX", Time = Ms(ms), Feed = "sim", Sequence = 1, Price = price, Size = size,
    };

    public static Signal Bar(decimal open, decimal high, decimal low, decimal close, int startMs, int endMs, decimal volume = 1_000m) => new()
    {
        Kind = SignalKind.Bar, Instrument = "SPY.ARCX", Start = Ms(startMs), Time = Ms(endMs), Feed = "sim", Sequence = 1,
        Open = open, High = high, Low = low, Price = close, Size = volume,
    };

    private static string Text(ExecutionReport r) => r.Kind switch
    {
        ReportKind.Fill or ReportKind.PartialFill =>
            $"{r.Kind} {DecimalText.Format(r.Quantity)} @ {DecimalText.Format(r.Price)}{(r.Fee == 0m ? "" : $" fee {DecimalText.Format(r.Fee)}")}",
        _ => r.Text.Length == 0 ? $"{r.Kind}" : $"{r.Kind}: {r.Text}",
    };

    /// <summary>Takes the reports up as the engine would: an illegal one fails the test.</summary>
    private void Apply(int from = 0)
    {
        foreach (var report in reports.Skip(from))
        {
            var next = OrderTransitions.Next(Order.State, report.Kind, Order.Filled > 0m);
            Assert.True(next is not null, $"{report.Kind} while {Order.State}");
            if (report.Kind is ReportKind.Fill or ReportKind.PartialFill)
            {
                Assert.True(report.Quantity > 0m && report.Quantity <= Order.Leaves, $"{report.Quantity} of {Order.Leaves}");
                Assert.Equal(Order.KindOfFill(report.Quantity), report.Kind);
                Assert.Equal($"{Order.Terms.OrderId}-{Order.Executions.Count + 1}", report.ExecutionId);
                Order.Filled += report.Quantity;
                Order.Executions.Add(report.ExecutionId);
            }

            Order.State = next.Value;
        }
    }
}
