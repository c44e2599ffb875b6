using EventSourcedTrading.Domain.Engine;
using EventSourcedTrading.Domain.Orders;
using EventSourcedTrading.Domain.Portfolios;

namespace EventSourcedTrading.Projections.Tests;

/// <content>What changes holdings without a trade: splits, dividends, what borrowing costs, and what was taken over from a broker.</content>
internal sealed partial class Session
{
    /// <summary>Whether there is any of it.</summary>
    public bool Corporate { get; init; }

    private void Corporation(string p)
    {
        var instrument = instruments.Values.ElementAt(random.Next(instruments.Count));
        var held = whole.TryGetValue((p, instrument.Id), out var known) ? known : null;
        // On the ex-date: later than the last price, or not.
        var asOf = Now + TimeSpan.FromSeconds(random.Next(0, 2));
        var kind = held is null || held.Quantity == 0m ? 3 : random.Next(4);
        var (old, now) = random.Next(2) == 0 ? (1m, 2m) : (2m, 3m);
        var perShare = random.Next(1, 9) * 0.25m;
        DomainEvent @event = kind switch
        {
            0 => new PositionSplit(Change((quantity, cost) => (quantity * now / old, cost, 0m, 0m)), now, old, 0m, marks[instrument.Id] * old / now, asOf),
            1 => new DividendPaid(Change((quantity, cost) => (quantity, cost, quantity * perShare, 0m)), perShare, held!.Quantity * perShare, asOf),
            2 => new BorrowFeeCharged(Change((quantity, cost) => (quantity, cost, 0m, Math.Abs(quantity) * 0.01m)), 0.05m, 1_000m, 1, asOf),
            _ => Adopt(),
        };
        Input("signal-of-an-event", "\"corporate\"", [Event($"portfolio-{p}", @event)]);

        HoldingChange Change(Func<decimal, decimal, (decimal Quantity, decimal Cost, decimal Realised, decimal Fee)> change)
        {
            var parts = new List<ExecutionShare>();
            foreach (var ((portfolio, agent, of), own) in shares.Where(s => s.Key.Item1 == p && s.Key.Item3 == instrument.Id && s.Value.Quantity != 0m).OrderBy(s => s.Key.Item2, StringComparer.Ordinal))
            {
                var before = own.Quantity;
                var part = change(own.Quantity, own.Cost);
                own.Become(part.Quantity, part.Cost);
                parts.Add(new ExecutionShare(agent, part.Quantity - before, part.Fee, part.Realised, part.Quantity, part.Cost));
            }

            var all = change(held!.Quantity, held.Cost);
            held.Become(all.Quantity, all.Cost);
            return new HoldingChange(p, instrument.Id, instrument.Currency, all.Realised, all.Fee, all.Quantity, all.Cost, parts);
        }

        HoldingAdopted Adopt()
        {
            var (quantity, price) = (random.Next(1, 20) * (random.Next(2) == 0 ? 1m : -1m), marks[instrument.Id]);
            var all = held ?? (whole[(p, instrument.Id)] = new Held());
            var key = (p, HoldingAdopted.External, instrument.Id);
            var own = shares.TryGetValue(key, out var share) ? share : shares[key] = new Held();
            var (realised, gain) = (all.Book(quantity, price, instrument.Multiplier), own.Book(quantity, price, instrument.Multiplier));
            return new HoldingAdopted(
                new HoldingChange(p, instrument.Id, instrument.Currency, realised, 0.5m, all.Quantity, all.Cost, [new ExecutionShare(HoldingAdopted.External, quantity, 0.5m, gain, own.Quantity, own.Cost)]),
                quantity, price, $"x{++signal}", "ops", "telephone", asOf);
        }
    }
}
