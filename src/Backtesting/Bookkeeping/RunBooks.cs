using EventSourcedTrading.Backtesting.Output;
using EventSourcedTrading.Backtesting.Statistics;
using EventSourcedTrading.Domain.Engine;
using EventSourcedTrading.Domain.MetaAgent;
using EventSourcedTrading.Domain.Orders;
using EventSourcedTrading.Domain.Portfolios;
using EventSourcedTrading.Domain.Risk;
using EventSourcedTrading.Domain.Time;

namespace EventSourcedTrading.Backtesting.Bookkeeping;

/// <summary>
/// Watches an engine and writes down what it did: every event, the tables, the equity curve, the round trips. It decides nothing; what it
/// keeps in memory is what is open, and a point a day.
/// </summary>
/// <param name="tradeFrom">The curve begins here: before it the strategies only watch.</param>
/// <param name="benchmark">Instrument whose mark is the benchmark's curve; null for none.</param>
public sealed class RunBooks(RunFiles files, Timestamp tradeFrom, string? benchmark) : IDisposable
{
    private readonly TradeBook trades = new(files);
    private readonly OrderBook orders = new(files);
    private decimal startEquity, flow, traded;
    private string method = "";

    /// <summary>The market time that was valued last.</summary>
    public Timestamp AsOf { get; private set; } = Timestamp.MinValue;

    public long Events { get; private set; }

    /// <summary>That risk let through.</summary>
    public long OrderCount { get; private set; }

    /// <summary>Of all fills, in the portfolio's currency at the rate of each.</summary>
    public decimal Fees { get; private set; }
    public EquityCurve Curve { get; } = new();
    public EquityCurve Benchmark { get; } = new();
    public DecisionDigest Digest { get; } = new();

    /// <summary>Agents that had a share of a fill.</summary>
    public IReadOnlyCollection<string> Agents => trades.Agents;

    /// <summary>Policies by which an order was decided and filled.</summary>
    public IReadOnlyCollection<string> Policies => trades.Policies;

    /// <summary>After each step of the engine, before its record is cleared.</summary>
    public void Observe(PortfolioEngine engine)
    {
        foreach (var recorded in engine.Record.Events)
        {
            Events++;
            Digest.AddCanonical(recorded.Stream, files.Events.Add(recorded), files.Events.Data);
            Take(recorded.Event, engine.State);
        }

        if (engine.State.Frontier > AsOf) Value(engine.State);
    }

    /// <summary>Orders that are still open become rows. Nothing can be observed after it.</summary>
    public void End() => orders.End();

    public BooksState Capture() => new(AsOf, Events, OrderCount, Fees, startEquity, flow, traded, method, Curve.Capture(), Benchmark.Capture(), trades.Capture(), orders.Capture());

    /// <summary>Takes up what <see cref="Capture"/> gave. The digest is made again from the events that were written.</summary>
    public void Restore(BooksState s)
    {
        (AsOf, Events, OrderCount, Fees, startEquity, flow, traded, method) = (s.AsOf, s.Events, s.OrderCount, s.Fees, s.StartEquity, s.Flow, s.Traded, s.Method);
        Curve.Restore(s.Curve);
        Benchmark.Restore(s.Benchmark);
        trades.Restore(s.Trades);
        orders.Restore(s.Orders);
        files.Events.Read(Digest.AddCanonical);
    }

    public void Dispose() => Digest.Dispose();

    private void Take(DomainEvent recorded, PortfolioState state)
    {
        switch (recorded)
        {
            case DecisionMade e:
                method = e.Method;
                Write(e);
                break;
            case OrderApproved e:
                OrderCount++;
                orders.Opened(e, method);
                break;
            case OrderBlocked e: orders.Blocked(e, method); break;
            case OrderPartiallyFilled e: Fill(e.Execution, state); break;
            case OrderFilled e: Fill(e.Execution, state); break;
            case OrderCancelled e: orders.Ended(e.OrderId, "cancelled", e.Reason, e.AsOf); break;
            case OrderExpired e: orders.Ended(e.OrderId, "expired", e.Reason, e.AsOf); break;
            case OrderRejected e: orders.Ended(e.OrderId, "rejected", e.Reason, e.AsOf); break;
            case RiskViolationDetected e: Write(e); break;
            case TradingDayOpened e when Curve.Count == 0: startEquity = e.Equity; break;
            case CashMoved e: flow += e.Amount * state.RateOf(e.Currency); break;
        }
    }

    private void Fill(Execution e, PortfolioState state)
    {
        var (rate, multiplier) = (state.RateOf(e.Currency), state.Books[e.Instrument].Instrument.Multiplier);
        traded += e.Quantity * e.Price * multiplier * rate;
        Fees += e.Fee * rate;
        trades.Fill(e, orders.PolicyOf(e.OrderId), rate, multiplier);
        orders.Filled(e);
    }

    /// <summary>The market time has ended: nothing more of it will come.</summary>
    private void Value(PortfolioState state)
    {
        AsOf = state.Frontier;
        orders.Forget();
        if (AsOf < tradeFrom)
        {
            startEquity = state.Equity();
            return;
        }

        var exposure = state.TotalExposure();
        // What the portfolio began with is where the first return starts from: fills of the first market time come after it.
        if (Curve.Count == 0)
        {
            Curve.Add(new EquityPoint(AsOf, startEquity));
            flow = 0m;
        }

        var point = new EquityPoint(AsOf, state.Equity(), flow, exposure.Gross, traded);
        Curve.Add(point);
        (flow, traded) = (0m, 0m);
        files[RunTables.Equity].Cell(AsOf).Cell(point.Equity).Cell(point.Flow).Cell(point.Gross).Cell(exposure.Net).Cell(point.Traded).End();
        if (benchmark is not null && state.Books.TryGetValue(benchmark, out var other) && other.Market.Mark > 0m) Benchmark.Add(new EquityPoint(AsOf, other.Market.Mark));
        foreach (var book in state.Books.Span) Hold(book, state);
    }

    private void Hold(InstrumentBook book, PortfolioState state)
    {
        var held = book.Position.Quantity;
        var mark = book.Market.Mark;
        if (mark > 0m) trades.Mark(book.Instrument.Id, mark * state.RateOf(book.Instrument.Currency));
        if (held == 0m) return;
        files[RunTables.Positions].Cell(AsOf).Cell(book.Instrument.Id).Cell(held).Cell(mark).Cell(book.MarketValue)
            .Cell(book.Position.Unrealised(mark, book.Instrument.Multiplier)).End();
    }

    private void Write(DecisionMade e) => files[RunTables.Decisions].Cell(e.DecisionId).Cell(e.AsOf).Cell(e.Instrument).Cell(Word.Of(e.Action)).Cell(e.Quantity)
        .Cell(e.Method).Cell(e.Votes.Count).Cell(e.Conflict ? "true" : "false").Cell(e.OrderId).Cell(e.Reason.ToString()).End();

    private void Write(RiskViolationDetected e) => files[RunTables.Violations].Cell(e.AsOf).Cell(e.Rule).Cell(Word.Of(e.Kind)).Cell(e.Value).Cell(e.Limit).Cell(e.Unit)
        .Cell(e.Instrument).Cell(e.OrderId).Cell(e.Detail).End();
}

/// <summary>Books between two market times.</summary>
public sealed record BooksState(
    Timestamp AsOf, long Events, long OrderCount, decimal Fees, decimal StartEquity, decimal Flow, decimal Traded, string Method,
    EquityCurveState Curve, EquityCurveState Benchmark, TradeBookState Trades, IReadOnlyList<OpenOrder> Orders);
