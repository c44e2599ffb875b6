using EventSourcedTrading.Domain.Orders;
using EventSourcedTrading.Domain.Portfolios;
using EventSourcedTrading.Domain.Time;
using EventSourcedTrading.Projections.Storage;

namespace EventSourcedTrading.Projections.Book;

/// <param name="Agent"><c>name@semver</c>, or <see cref="DailyProfit.Whole"/> for the portfolio itself.</param>
/// <param name="Realised">In this day, before fees.</param>
/// <param name="Unrealised">At the day's last price, or now if the day is still open.</param>
/// <param name="UnrealisedBefore">The same as the day began.</param>
/// <param name="Rate">What one unit of the currency was worth in base currency at the day's last price; null where unknown.</param>
internal sealed record DailyProfitRow(
    string Portfolio, string Agent, DateOnly Day, string Currency,
    decimal Realised, decimal Fees, decimal Unrealised, decimal UnrealisedBefore, decimal? Rate);

/// <summary>Profit by trading day, portfolio and agent. A day's net is realised − fees + what unrealised grew by.</summary>
internal sealed class DailyProfit(Portfolios portfolios, Prices prices, Positions positions)
{
    public const string Whole = "*";

    private readonly Dictionary<(string Portfolio, string Agent, string Currency), DailyProfitRow> latest = [];
    private readonly HashSet<string> touched = [];

    public Rows<(string, string, DateOnly, string), DailyProfitRow> Rows { get; } =
        new("daily_profit_rows", 4, r => (r.Portfolio, r.Agent, r.Day, r.Currency));

    public void Loaded()
    {
        latest.Clear();
        touched.Clear();
        foreach (var row in Rows.Values)
            if (!latest.TryGetValue((row.Portfolio, row.Agent, row.Currency), out var known) || known.Day < row.Day)
                latest[(row.Portfolio, row.Agent, row.Currency)] = row;
    }

    public void Apply(Execution e) => Earn(e.Portfolio, e.Currency, e.Realised, e.Fee, e.Shares, e.AsOf);

    public void Apply(HoldingChange e, Timestamp asOf) => Earn(e.Portfolio, e.Currency, e.Realised, e.Fee, e.Shares, asOf);

    private void Earn(string portfolio, string currency, decimal realised, decimal fee, IReadOnlyList<ExecutionShare> shares, Timestamp asOf)
    {
        var day = portfolios.Rows.Find(portfolio)?.Day ?? DateOnly.FromDateTime(asOf.ToDateTime());
        var row = On(day, portfolio, Whole, currency);
        Set(row with { Realised = row.Realised + realised, Fees = row.Fees + fee });
        foreach (var share in shares)
        {
            row = On(day, portfolio, share.Agent, currency);
            Set(row with { Realised = row.Realised + share.Realised, Fees = row.Fees + share.Fee });
        }

        touched.Add(portfolio);
    }

    public void Touch(string portfolio) => touched.Add(portfolio);

    public void CloseTouched()
    {
        foreach (var portfolio in touched) Close(portfolio);
        touched.Clear();
    }

    /// <summary>Values the running day at the prices of this moment.</summary>
    public void Close(string portfolio)
    {
        if (portfolios.Rows.Find(portfolio) is not { } settings) return;
        var unrealised = new Dictionary<(string Agent, string Currency), (decimal Value, bool Held)>();
        foreach (var p in positions.Whole.Values)
            if (p.Portfolio == portfolio) Add(Whole, p.Instrument, p.Currency, p.Quantity, p.Cost);
        foreach (var p in positions.ByAgent.Values)
            if (p.Portfolio == portfolio) Add(p.Agent, p.Instrument, p.Currency, p.Quantity, p.Cost);

        foreach (var ((agent, currency), (value, held)) in unrealised)
        {
            var last = latest.GetValueOrDefault((portfolio, agent, currency));
            var day = settings.Day ?? last?.Day;
            if (day is null) continue;
            var known = last?.Day == day;
            var row = On(day.Value, portfolio, agent, currency) with { Unrealised = value, Rate = Rate(portfolio, currency, settings.BaseCurrency) };
            // A day on which an agent neither holds nor trades anything needs no row. What it holds counts, not its gain: that may pass
            // through zero, and whether a batch ends just there is chance.
            if (!known && !held && row is { Unrealised: 0m, UnrealisedBefore: 0m }) continue;
            Set(row);
        }

        void Add(string agent, string instrument, string currency, decimal quantity, decimal cost)
        {
            // Without a price the position counts at cost: no profit is invented.
            var mark = prices.Find(portfolio, instrument);
            var multiplier = portfolios.Instruments.Find((portfolio, instrument))?.Multiplier ?? 1m;
            var gain = mark is null || quantity == 0m ? 0m : (quantity * mark.Value * multiplier) - cost;
            var sum = unrealised.GetValueOrDefault((agent, currency));
            unrealised[(agent, currency)] = (sum.Value + gain, sum.Held || quantity != 0m);
        }
    }

    /// <summary>Base currency per unit: by a pair that quotes it in base, else by the inverse of a pair that quotes base in it.</summary>
    private decimal? Rate(string portfolio, string currency, string baseCurrency)
    {
        if (currency == baseCurrency) return 1m;
        decimal? inverse = null;
        foreach (var pair in portfolios.Instruments.Values.Where(i => i.Portfolio == portfolio && i.ConvertsFrom is not null).OrderBy(i => i.Instrument, StringComparer.Ordinal))
        {
            if (prices.Find(portfolio, pair.Instrument) is not { } price || price == 0m) continue;
            if (pair.ConvertsFrom == currency && pair.Currency == baseCurrency) return price;
            if (pair.ConvertsFrom == baseCurrency && pair.Currency == currency) inverse ??= 1m / price;
        }

        return inverse;
    }

    private DailyProfitRow On(DateOnly day, string portfolio, string agent, string currency)
    {
        var last = latest.GetValueOrDefault((portfolio, agent, currency));
        if (last?.Day == day) return last;
        return new DailyProfitRow(portfolio, agent, day, currency, 0m, 0m, last?.Unrealised ?? 0m, last?.Unrealised ?? 0m, null);
    }

    private void Set(DailyProfitRow row)
    {
        latest[(row.Portfolio, row.Agent, row.Currency)] = row;
        Rows.Set(row);
    }
}
