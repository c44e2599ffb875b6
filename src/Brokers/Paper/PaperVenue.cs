using EventSourcedTrading.Domain.Engine;
using EventSourcedTrading.Domain.Instruments;
using EventSourcedTrading.Domain.Orders;
using EventSourcedTrading.Domain.Signals;
using EventSourcedTrading.Domain.Time;

namespace EventSourcedTrading.Brokers.Paper;

/// <summary>
/// Simulated fills. An order that takes liquidity (market, triggered stop, immediate-or-cancel, a limit that the quote has reached)
/// pays the far side and slippage. A limit that rests is filled at its limit when a trade or bar goes <em>through</em> it: a mere
/// touch would have to reach us in a queue that nobody knows (<see cref="QueuePosition"/> can follow it); a bar that opens beyond it
/// fills at the open.
/// Every order sees the whole size that a signal shows; what our own orders take does not move the market.
/// </summary>
public sealed partial class PaperVenue(PaperSettings settings) : ISimulatedVenue
{
    public const string VenueName = "paper";

    public string Name => VenueName;

    /// <summary>The venue of a portfolio that trades on paper, else null.</summary>
    /// <exception cref="VenueSettingException">The portfolio's venue settings are not those of a paper venue.</exception>
    public static ISimulatedVenue? Factory(PortfolioState state) =>
        state.Venue == VenueName ? new PaperVenue(PaperSettings.Read(state.VenueSettings)) : null;

    public void OnOrder(Order order, Instrument instrument, MarketView market, Timestamp at, ICollection<ExecutionReport> reports)
    {
        var terms = order.Terms;
        if (Fault(terms, instrument) is { } fault)
        {
            reports.Add(new ExecutionReport(terms.OrderId, ReportKind.Rejected, "", 0m, 0m, 0m, fault, at));
            return;
        }

        reports.Add(new ExecutionReport(terms.OrderId, ReportKind.Acknowledged, $"{VenueName}-{terms.OrderId}", 0m, 0m, 0m, "", at));
        if (order.AuctionAt is not null) return;
        var price = market.PriceFor(terms.Side);
        // Without a price it rests until one comes, whatever its type: the first price is its first opportunity.
        if (price <= 0m || Latency(order) > TimeSpan.Zero) return;
        if (Rests(terms) && terms.StopPrice is null) QueuePosition.Observe(settings, order, market.Bid, market.BidSize, market.Ask, market.AskSize);
        if (terms.Trail is { } trail) order.StopAt = TrailingStop.Behind(price, trail, terms.Side, instrument);
        if (settings.Fill != FillModel.Now || terms.Trail is not null) return;
        var quoted = terms.Side == Side.Buy ? market.Ask > 0m : market.Bid > 0m;
        // The last trade does not show a size that we could take a share of: so the next signal decides.
        if (!quoted && settings.Participation > 0m) return;
        var size = terms.Side == Side.Buy ? market.AskSize : market.BidSize;
        if (Stopped(order, price)) return;
        if (!quoted) price += terms.Side.Sign() * Prints.Assumed(settings, instrument, price);
        Take(order, instrument, price, size, at, reports);
    }

    public void OnSignal(Order order, Instrument instrument, Signal signal, MarketView market, ICollection<ExecutionReport> reports)
    {
        if (order.AuctionAt is not null)
        {
            if (Auction.Of(order, signal, market) is { } held) Cross(order, instrument, held, signal.Time, reports);
            return;
        }

        var eligible = ArrivalOf(order);
        if (signal.Time < eligible) return;
        var side = order.Terms.Side;
        var prints = Prints.Of(signal, side, market, eligible, settings, instrument);
        if (order.Terms.Trail is not null && !order.Triggered)
        {
            if (TrailingStop.SetOff(order, instrument, signal, prints, eligible) is not { } at) return;
            order.Triggered = true;
            if (settings.Fill == FillModel.Now) Take(order, instrument, prints.FarSide(side, at), prints.Size, signal.Time, reports);
        }
        else if (order.Terms.StopPrice is { } stop && !order.Triggered)
        {
            if (Stopped(order, prints.Worst) || settings.Fill != FillModel.Now) return;
            Take(order, instrument, prints.FarSide(side, side.Worse(prints.First, stop)), prints.Size, signal.Time, reports);
        }
        else if (Rests(order.Terms) && signal.Kind != SignalKind.Quote)
        {
            Wait(order, instrument, signal, prints, eligible, reports);
        }
        else
        {
            if (Rests(order.Terms)) QueuePosition.Observe(settings, order, signal.Bid, signal.BidSize, signal.Ask, signal.AskSize);
            if (settings.Fill.Takes(signal, eligible)) Take(order, instrument, prints.FarSide(side, prints.First), prints.Size, signal.Time, reports);
        }
    }

    public Timestamp ArrivalOf(Order order) => order.SubmittedAt + Latency(order);

    public decimal BorrowRate(Instrument instrument) => settings.BorrowRate.Of(instrument);

    private static bool Rests(OrderTerms terms) => terms is { LimitPrice: not null, TimeInForce: TimeInForce.Day or TimeInForce.Gtc };

    /// <summary>A limit in the book, while others trade.</summary>
    private void Wait(Order order, Instrument instrument, Signal signal, in Prints prints, Timestamp eligible, ICollection<ExecutionReport> reports)
    {
        var (side, limit) = (order.Terms.Side, order.Terms.LimitPrice!.Value);
        if (side.Beats(prints.Best, limit))
        {
            var gap = signal.Kind == SignalKind.Bar && signal.Start >= eligible && side.Beats(signal.Open, limit);
            Fill(order, instrument, Available(order, instrument, prints.Size), gap ? side.ToTick(signal.Open, instrument) : limit, signal.Time, reports, rested: true);
        }
        else if (settings.Queue != QueueModel.Through && signal.Kind == SignalKind.Trade && signal.Price == limit)
        {
            var past = instrument.FloorToLot(QueuePosition.Trade(order, signal));
            Fill(order, instrument, Math.Min(past, Available(order, instrument, past)), limit, signal.Time, reports, rested: true);
        }
    }

    /// <summary>Does the order still wait for its stop? Sets it off if the price has reached it.</summary>
    private static bool Stopped(Order order, decimal price)
    {
        if (order.Terms.StopPrice is not { } stop || order.Triggered) return false;
        order.Triggered = !order.Terms.Side.Beats(price, stop);
        return !order.Triggered;
    }

    private void Take(Order order, Instrument instrument, decimal price, decimal size, Timestamp at, ICollection<ExecutionReport> reports)
    {
        var (side, terms) = (order.Terms.Side, order.Terms);
        var reachable = terms.LimitPrice is not { } limit || !side.Beats(limit, price);
        var available = reachable ? Available(order, instrument, size) : 0m;
        if (terms.TimeInForce == TimeInForce.Fok && available < order.Leaves) available = 0m;
        if (available > 0m)
        {
            var slippage = settings.SlippageBps == 0m ? 0m
                : price * (settings.SlippageBps / 10_000m) * SeededDraw.Fraction(settings.Seed, terms.OrderId, order.Executions.Count);
            var impact = Impact.PerUnit(settings, instrument, order.Filled, available, price);
            var paid = side.ToTick(price + (side.Sign() * (slippage + impact)), instrument);
            if (terms.LimitPrice is { } bound) paid = side.Better(paid, bound);
            Fill(order, instrument, available, paid, at, reports);
        }

        if (available == order.Leaves || terms.TimeInForce is TimeInForce.Day or TimeInForce.Gtc) return;
        var word = terms.TimeInForce == TimeInForce.Fok ? "fill or kill" : "immediate or cancel";
        var why = reachable ? "the market does not show enough" : $"{price} is beyond the limit of {terms.LimitPrice}";
        reports.Add(new ExecutionReport(terms.OrderId, ReportKind.Cancelled, "", 0m, 0m, 0m, $"{word}: {why}", at));
    }

    private void Fill(Order order, Instrument instrument, decimal quantity, decimal price, Timestamp at, ICollection<ExecutionReport> reports, bool rested = false)
    {
        if (quantity <= 0m || price <= 0m) return;
        reports.Add(new ExecutionReport(
            order.Terms.OrderId, order.KindOfFill(quantity), $"{order.Terms.OrderId}-{order.Executions.Count + 1}",
            quantity, price, Fees.Of(settings, order, instrument, quantity, price, rested), "", at));
    }

    private decimal Available(Order order, Instrument instrument, decimal size) => settings.Participation == 0m ? order.Leaves
        : Math.Min(order.Leaves, instrument.FloorToLot(size * settings.Participation));

    private TimeSpan Latency(Order order)
    {
        if (settings.LatencyJitterMs == 0) return TimeSpan.FromMilliseconds(settings.LatencyMs);
        // Drawn once an order, apart from its executions, which count from 0.
        var jitter = settings.LatencyJitterMs * 1_000m * SeededDraw.Fraction(settings.Seed, order.Terms.OrderId, -1);
        return TimeSpan.FromMicroseconds((long)((settings.LatencyMs * 1_000m) + jitter));
    }

    private static string? Fault(OrderTerms terms, Instrument instrument) => terms switch
    {
        { Quantity: <= 0m } => $"quantity {terms.Quantity} must be above zero",
        { OrderType: OrderType.Limit or OrderType.StopLimit, LimitPrice: not > 0m } => $"orderType {terms.OrderType} needs a limitPrice above zero",
        { OrderType: OrderType.Stop or OrderType.StopLimit, StopPrice: not > 0m } => $"orderType {terms.OrderType} needs a stopPrice above zero",
        { OrderType: OrderType.TrailingStop, Trail: not ({ Amount: > 0m, Percent: null } or { Amount: null, Percent: > 0m and < 100m }) } => $"orderType {terms.OrderType} needs a trail: an amount above zero, or a percent above 0 and below 100",
        { OrderType: not (OrderType.Market or OrderType.Limit) } when terms.TimeInForce.IsAuction() => $"timeInForce {terms.TimeInForce} is for market and limit orders, not for {terms.OrderType}",
        { LimitPrice: { } limit } when !instrument.IsWholeTicks(limit) => $"limitPrice {limit} must be a multiple of the tick size {instrument.TickSize}",
        _ => null,
    };
}
