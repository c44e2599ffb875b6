using EventSourcedTrading.Backtesting.Statistics;
using EventSourcedTrading.Domain.Time;

namespace EventSourcedTrading.Backtesting.Tests.Statistics;

/// <summary>
/// SPY bought on 2013-10-07 and held to 2013-10-11: the statistics that QuantConnect LEAN publishes for BasicTemplateAlgorithm
/// (Algorithm.CSharp/BasicTemplateAlgorithm.cs, ExpectedStatistics). 688 shares at the ask of the first minute, fee 3.44, prices adjusted
/// for dividends by 0.8646266.
/// </summary>
public sealed class BuyAndHoldTests
{
    private const decimal Factor = 0.8646266m, Shares = 688m, Fee = 3.44m;

    private static readonly string[] Days = ["20131007", "20131008", "20131009", "20131010", "20131011"];

    [Fact]
    public void Money_and_drawdown_are_LEANs()
    {
        var made = Some.Performance(Curve());
        Assert.Equal(101_691.92m, Math.Round(made.LastEquity!.Value, 2));     // End Equity
        Assert.Equal(1_691.92m, Math.Round(made.NetProfit!.Value, 2));
        Assert.Equal(0.01692, made.TotalReturn!.Value, 5e-6);                 // Net Profit 1.692%
        Assert.Equal(0.022, Math.Round(made.Drawdown.Depth, 3));              // Drawdown 2.200%: LEAN rounds to three digits
        // LEAN counts from midnight of the first day, and its year has 365 days.
        Assert.Equal(2.71453, Math.Pow(1 + made.TotalReturn.Value, 365 / (4 + (16 / 24.0))) - 1, 5e-5); // Compounding Annual Return 271.453%
        Assert.Equal(1 + made.AnnualGrowth!.Value, Math.Pow(1 + made.TotalReturn.Value, 365.25 / (4 + (6.5 / 24.0))), 1e-9);
    }

    /// <summary>LEAN leaves out the first day, and lets the mean of a day grow over a year where ours is multiplied.</summary>
    [Fact]
    public void Ratios_are_LEANs_where_the_definitions_meet()
    {
        var curve = Curve();
        var (days, market) = (curve.Days.Skip(1).ToArray(), Market(curve));
        var options = new StatisticsOptions();
        var (own, other) = (DailyReturns.Of(days), DailyReturns.Of(market.Days));
        var (moments, made) = (Moments.Of(own), BenchmarkComparison.Of(days, market.Days, options));
        Assert.Equal(4, made.Count);

        var risk = moments.StandardDeviation!.Value * Math.Sqrt(252);
        Assert.Equal(0.222, risk, 5e-4);                                      // Annual Standard Deviation
        Assert.Equal(0.049, risk * risk, 5e-4);                               // Annual Variance
        Assert.Equal(0.996, made.Beta!.Value, 5e-4);                          // Beta
        Assert.Equal(0.001, made.TrackingError!.Value, 5e-4);                 // Tracking Error
        Assert.Equal(0.67609, Lean.Probability(moments, 252), 5e-6);          // Probabilistic Sharpe Ratio 67.609%

        var (year, index) = (Lean.Year(moments.Mean!.Value), Lean.Year(Moments.Of(other).Mean!.Value));
        Assert.Equal(-0.005, year - (made.Beta.Value * index), 5e-4);         // Alpha
        // Sharpe 8.854 and Treynor 1.97 take a risk-free rate off, which LEAN reads from a file: the two agree on one of 0.75 %.
        var free = year - (8.854 * risk);
        Assert.InRange(free, 0.005, 0.01);
        Assert.Equal(1.97, (year - free) / made.Beta.Value, 0.005);
    }

    /// <summary>LEAN's turnover is a day's, of purchases and sales in full: 19.93 %. Ours is a year's, of half of both.</summary>
    [Fact]
    public void Turnover_is_LEANs_in_other_units()
    {
        var curve = Curve();
        Assert.Equal(0.1993, (double)curve.Traded / 100_000 / Days.Length, 2e-4);
        var made = Some.Performance(curve);
        Assert.Equal((double)curve.Traded / 2 / curve.MeanEquity!.Value / curve.Years, made.Turnover!.Value, 1e-12);
        Assert.InRange(made.Exposure!.Value, 0.995, 1);
        Assert.Equal(1, made.TimeInMarket!.Value, 0.001);
    }

    /// <summary>Minute closes of the session.</summary>
    private static EquityCurve Curve()
    {
        var ask = Cell(Lean.Rows("minute/spy/20131007_quote.zip").First(InSession), 9);
        var curve = new EquityCurve();
        var cash = 100_000m - Fee - (Shares * ask);
        curve.Add(new EquityPoint(At("20131007", 34_200_000), 100_000m));
        var traded = Shares * ask;
        foreach (var day in Days)
        {
            foreach (var bar in Lean.Rows($"minute/spy/{day}_trade.zip").Where(InSession))
            {
                var value = Shares * Cell(bar, 4);
                curve.Add(new EquityPoint(At(day, int.Parse(bar[0]) + 60_000), cash + value, Gross: value, Traded: traded));
                traded = 0m;
            }
        }

        return curve;
    }

    private static EquityCurve Market(EquityCurve curve)
    {
        var market = new EquityCurve();
        foreach (var row in Lean.Rows("daily/spy.zip").Where(r => Days.Contains(r[0][..8])))
            market.Add(new EquityPoint(At(row[0][..8], 57_600_000), decimal.Parse(row[4])));
        Assert.Equal(curve.Days[^1].Day, market.Days[^1].Day);
        return market;
    }

    private static bool InSession(string[] row) => int.Parse(row[0]) is >= 34_200_000 and < 57_600_000;

    private static decimal Cell(string[] row, int column) => decimal.Parse(row[column]) / 10_000m * Factor;

    /// <summary>New York was four hours behind UTC.</summary>
    private static Timestamp At(string day, int milliseconds) =>
        Timestamp.Parse($"{day[..4]}-{day[4..6]}-{day[6..]}T00:00:00Z") + TimeSpan.FromHours(4) + TimeSpan.FromMilliseconds(milliseconds);
}
