using EventSourcedTrading.Domain.Brokers;
using EventSourcedTrading.Domain.Engine;
using EventSourcedTrading.Domain.Orders;
using EventSourcedTrading.Domain.Portfolios;
using EventSourcedTrading.Domain.Risk;
using EventSourcedTrading.Domain.Time;
using EventSourcedTrading.Projections.Storage;

namespace EventSourcedTrading.Projections.Book;

/// <summary>
/// What each portfolio holds and what it is worth. Prices, positions, cash and reservations move under one checkpoint, so every
/// figure that is computed from them (the views of 0101_book.sql) belongs to one place in the log. How they came to be so is kept beside
/// them, so that any past place in the log can be asked for (0107).
/// </summary>
internal sealed class BookProjection : Projection
{
    private readonly Portfolios portfolios = new();
    private readonly Prices prices = new();
    private readonly Positions positions = new();
    private readonly Cash cash = new();
    private readonly Reservations reservations = new();
    private readonly Fills fills = new();
    private readonly DailyProfit profit;

    public BookProjection()
    {
        profit = new DailyProfit(portfolios, prices, positions);
        Tables =
        [
            portfolios.Rows, portfolios.Instruments, prices.Rows, prices.Coming, positions.Whole, positions.ByAgent,
            cash.Rows, reservations.Rows, profit.Rows, fills.Rows,
            portfolios.History, prices.History, positions.WholeHistory, positions.ByAgentHistory, cash.History,
        ];
    }

    public override string Name => "book";
    public override IReadOnlyList<Rows> Tables { get; }

    public override IReadOnlyList<string> EventTypes { get; } =
    [
        Alias<InputsRecorded>(), Alias<PortfolioOpened>(), Alias<CashMoved>(), Alias<RiskLimitsSet>(), Alias<VotingPolicySet>(),
        Alias<TradingDayOpened>(), Alias<TradingHalted>(), Alias<TradingResumed>(), Alias<KillSwitchEngaged>(), Alias<KillSwitchReleased>(),
        Alias<OrderApproved>(), Alias<OrderReplaced>(), Alias<OrderPartiallyFilled>(), Alias<OrderFilled>(),
        Alias<OrderCancelled>(), Alias<OrderRejected>(), Alias<OrderExpired>(),
        Alias<PositionSplit>(), Alias<DividendPaid>(), Alias<BorrowFeeCharged>(), Alias<HoldingAdopted>(), Alias<VenueOpened>(), Alias<VenueClosed>(),
    ];

    public override void Loaded() => profit.Loaded();

    public override void Apply(Fact fact)
    {
        switch (fact.Event)
        {
            case null:
                var portfolio = fact.Recorded.StreamId["tape-".Length..];
                if (prices.Record(portfolio, fact.Recorded, portfolios.Rows.Find(portfolio)?.Day)) profit.Touch(portfolio);
                break;
            case TradingDayOpened e:
                profit.Close(e.Portfolio);
                prices.Open(e.Portfolio, portfolios.OpenDay(e, fact.Recorded.SeqId), fact.Recorded.SeqId);
                profit.Touch(e.Portfolio);
                break;
            case CashMoved e:
                cash.Apply(e, fact.Recorded.SeqId);
                break;
            case OrderPartiallyFilled e:
                Fill(e.Execution, fact);
                break;
            case OrderFilled e:
                Fill(e.Execution, fact);
                break;
            case PositionSplit e:
                prices.GoEx(e.Holding, e.AsOf, price => price * e.OldShares / e.NewShares, fact.Recorded.SeqId);
                Change(e.Holding, e.AsOf, fact);
                break;
            case DividendPaid e:
                prices.GoEx(e.Holding, e.AsOf, price => Math.Max(0m, price - e.PerShare), fact.Recorded.SeqId);
                Change(e.Holding, e.AsOf, fact);
                break;
            case BorrowFeeCharged e:
                Change(e.Holding, e.AsOf, fact);
                break;
            case HoldingAdopted e:
                Change(e.Holding, e.AsOf, fact);
                break;
            case { } e:
                portfolios.Apply(e, fact.Recorded);
                reservations.Apply(e);
                break;
        }
    }

    public override void Finish() => profit.CloseTouched();

    private void Change(HoldingChange holding, Timestamp asOf, Fact fact)
    {
        var costBefore = positions.Apply(holding, asOf, fact.Recorded.SeqId);
        cash.Apply(holding, costBefore, fact.Recorded.SeqId);
        profit.Apply(holding, asOf);
    }

    private void Fill(Execution execution, Fact fact)
    {
        var costBefore = positions.Apply(execution, fact.Recorded.SeqId);
        cash.Apply(execution, costBefore, fact.Recorded.SeqId);
        reservations.Apply(execution);
        fills.Apply(execution, fact.Recorded);
        profit.Apply(execution);
    }
}
