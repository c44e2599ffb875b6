using System.Text.Json;
using EventSourcedTrading.Domain.Engine;
using EventSourcedTrading.Domain.Instruments;
using EventSourcedTrading.Domain.Json;
using EventSourcedTrading.Domain.Orders;
using EventSourcedTrading.Domain.Portfolios;
using EventSourcedTrading.Domain.Signals;
using EventSourcedTrading.EventStore;

namespace EventSourcedTrading.Projections.Tests;

/// <summary>
/// The book as one would work it out by hand: walk the log input by input, keep every fill, and add up at the end. Shares no code
/// with the projections, and gets its money from quantity × price × multiplier instead of from costs.
/// </summary>
internal sealed class Naive
{
    private readonly List<Execution> fills = [];
    private readonly List<CashMoved> moves = [];
    private readonly List<(string Portfolio, Signal Signal)> signals = [];
    private readonly Dictionary<string, string> days = [];

    public Dictionary<string, PortfolioOpened> Portfolios { get; } = [];
    public Dictionary<(string Portfolio, string Agent, string Day, string Currency), (decimal Realised, decimal Fees, decimal Unrealised)> Days { get; } = [];
    public Dictionary<string, (OrderApproved Order, decimal Leaves)> Open { get; } = [];

    public static Naive Of(IReadOnlyList<RecordedEvent> log)
    {
        var naive = new Naive();
        for (var i = 0; i < log.Count;)
        {
            var tape = (InputsRecorded)EventJson.Deserialize(log[i].Type, log[i].Data.Span);
            i++;
            foreach (var input in tape.Inputs)
            {
                for (var n = input.Events; n > 0; n--, i++) naive.Take(EventJson.Deserialize(log[i].Type, log[i].Data.Span));
                if (input.Kind != "signal") continue;
                var signal = SignalJson.Read(JsonSerializer.SerializeToUtf8Bytes(input.Data)).Signal!;
                naive.signals.Add((tape.Portfolio, signal));
            }
        }

        foreach (var portfolio in naive.Portfolios.Keys) naive.Value(portfolio);
        return naive;
    }

    public IEnumerable<(string Portfolio, string Instrument)> Held => fills.Select(f => (f.Portfolio, f.Instrument)).Distinct();
    public IEnumerable<(string Portfolio, string Agent)> Traders => fills.SelectMany(f => f.Shares.Select(s => (f.Portfolio, s.Agent))).Distinct();

    public decimal Quantity(string p, string i) => Of(p, i).Sum(f => f.Side.Sign() * f.Quantity);
    public decimal Realised(string p, string i) => Of(p, i).Sum(f => f.Realised);
    public decimal Fees(string p, string i) => Of(p, i).Sum(f => f.Fee);

    /// <summary>The last price up to the running day.</summary>
    public decimal? Mark(string p, string i) => signals.LastOrDefault(s =>
        s.Portfolio == p && s.Signal.Instrument == i && string.CompareOrdinal(s.Signal.Time.ToString()[..10], days.GetValueOrDefault(p, "9999")) <= 0).Signal?.Mark;

    public decimal Cost(string p, string i) => Of(p, i).Last().CostAfter;
    public Instrument Instrument(string p, string i) => Portfolios[p].Instruments.Single(x => x.Id == i);

    public decimal? Value(string p, string i) =>
        Quantity(p, i) == 0m ? 0m : Mark(p, i) is { } mark ? Quantity(p, i) * mark * Instrument(p, i).Multiplier : null;

    public decimal Cash(string p, string currency) =>
        moves.Where(m => m.Portfolio == p && m.Currency == currency).Sum(m => m.Amount)
        - fills.Where(f => f.Portfolio == p && f.Currency == currency).Sum(f => (f.Side.Sign() * f.Quantity * f.Price * Instrument(p, f.Instrument).Multiplier) + f.Fee);

    /// <summary>EURUSD is the only pair of the sessions.</summary>
    public decimal? Rate(string p, string currency)
    {
        if (currency == Portfolios[p].BaseCurrency) return 1m;
        var mark = Mark(p, Session.EurUsd.Id);
        return currency == "EUR" ? mark : 1m / mark;
    }

    public decimal? AgentNet(string p, string agent)
    {
        decimal? net = 0m;
        foreach (var instrument in fills.Where(f => f.Portfolio == p && f.Shares.Any(s => s.Agent == agent)).Select(f => f.Instrument).Distinct())
        {
            var mine = Of(p, instrument).SelectMany(f => f.Shares.Where(s => s.Agent == agent)).ToList();
            net += (mine.Sum(s => s.Realised - s.Fee) + Gain(p, instrument, mine[^1].PositionAfter, mine[^1].CostAfter)) * Rate(p, Instrument(p, instrument).Currency);
        }

        return net;
    }

    private IEnumerable<Execution> Of(string p, string i) => fills.Where(f => f.Portfolio == p && f.Instrument == i);

    private decimal? Gain(string p, string instrument, decimal quantity, decimal cost) =>
        quantity == 0m ? 0m : (quantity * Mark(p, instrument) * Instrument(p, instrument).Multiplier) - cost;

    private void Take(DomainEvent @event)
    {
        switch (@event)
        {
            case PortfolioOpened e: Portfolios[e.Portfolio] = e; break;
            case CashMoved e: moves.Add(e); break;
            case TradingDayOpened e:
                Value(e.Portfolio);
                days[e.Portfolio] = e.Day;
                break;
            case OrderApproved e: Open[e.Terms.OrderId] = (e, e.Terms.Quantity); break;
            case OrderCancelled e: Open.Remove(e.OrderId); break;
            case OrderRejected e: Open.Remove(e.OrderId); break;
            case OrderExpired e: Open.Remove(e.OrderId); break;
            case OrderPartiallyFilled { Execution: var e }:
                Fill(e);
                Open[e.OrderId] = (Open[e.OrderId].Order, e.LeavesQuantity);
                break;
            case OrderFilled { Execution: var e }:
                Fill(e);
                Open.Remove(e.OrderId);
                break;
        }
    }

    private void Fill(Execution e)
    {
        fills.Add(e);
        Book("*", e.Realised, e.Fee);
        foreach (var s in e.Shares) Book(s.Agent, s.Realised, s.Fee);

        void Book(string agent, decimal realised, decimal fee)
        {
            var key = (e.Portfolio, agent, days[e.Portfolio], e.Currency);
            var day = Days.GetValueOrDefault(key);
            Days[key] = (day.Realised + realised, day.Fees + fee, day.Unrealised);
        }
    }

    /// <summary>Unrealised profit of everyone in the running day, at the prices of this moment.</summary>
    private void Value(string p)
    {
        if (!days.TryGetValue(p, out var day)) return;
        var now = new Dictionary<(string Agent, string Currency), decimal>();
        foreach (var instrument in fills.Where(f => f.Portfolio == p).Select(f => f.Instrument).Distinct())
        {
            var currency = Instrument(p, instrument).Currency;
            Add(("*", currency), Gain(p, instrument, Quantity(p, instrument), Cost(p, instrument)) ?? 0m);
            foreach (var last in Of(p, instrument).SelectMany(f => f.Shares).GroupBy(s => s.Agent).Select(g => g.Last()))
                Add((last.Agent, currency), Gain(p, instrument, last.PositionAfter, last.CostAfter) ?? 0m);
        }

        foreach (var ((agent, currency), unrealised) in now)
        {
            var row = Days.GetValueOrDefault((p, agent, day, currency));
            Days[(p, agent, day, currency)] = (row.Realised, row.Fees, unrealised);
        }

        void Add((string, string) key, decimal gain) => now[key] = now.GetValueOrDefault(key) + gain;
    }
}
