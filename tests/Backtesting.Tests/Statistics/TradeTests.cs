using EventSourcedTrading.Backtesting.Statistics;

namespace EventSourcedTrading.Backtesting.Tests.Statistics;

public sealed class TradeTests
{
    private static TradeFill Fill(int minute, decimal quantity, decimal price, decimal fee = 0m, string instrument = "SPY.ARCX") =>
        new(Some.Start + TimeSpan.FromMinutes(minute), instrument, quantity, price, fee);

    [Fact]
    public void A_flip_closes_the_oldest_first_and_opens_the_rest()
    {
        List<RoundTrip> trips = [];
        var matching = new TradeMatching();
        foreach (var fill in new[] { Fill(0, 10m, 100m, 1m), Fill(1, 10m, 110m, 2m), Fill(2, -25m, 120m, 5m), Fill(3, 5m, 130m, 1m) }) matching.Add(fill, trips);
        Assert.Equal(
            [(10m, 100m, 120m, 3m, 197m), (10m, 110m, 120m, 4m, 96m), (-5m, 120m, 130m, 2m, -52m)],
            trips.Select(t => (t.Quantity, t.EntryPrice, t.ExitPrice, t.Fees, t.NetProfit)));
        Assert.Equal(0m, matching.OpenQuantity("SPY.ARCX"));
    }

    [Fact]
    public void Excursions_are_of_the_prices_while_it_was_open()
    {
        List<RoundTrip> trips = [];
        var matching = new TradeMatching();
        matching.Mark("SPY.ARCX", 500m, 1m);
        matching.Add(Fill(0, 2m, 100m), trips);
        matching.Mark("SPY.ARCX", 108m, 97m);
        matching.Mark("QQQ.XNAS", 900m, 1m);
        matching.Add(Fill(1, -2m, 101m), trips);
        matching.Mark("SPY.ARCX", 500m, 1m);
        matching.Add(Fill(2, -1m, 50m), trips);
        matching.Add(Fill(9, 1m, 60m), trips);
        Assert.Equal([(6m, 16m, 1.0), (10m, 0m, 7.0)], trips.Select(t => (t.AdverseExcursion, t.FavourableExcursion, t.Duration.TotalMinutes)));
    }

    /// <summary>Whatever is filled: profit of the trips and of what is open = cash + value − fees, to the last digit.</summary>
    [Fact]
    public void Trips_and_what_is_open_add_up_to_the_money() => Some.Property(300, random =>
    {
        List<RoundTrip> trips = [];
        var matching = new TradeMatching();
        var (cash, held, last) = (0m, 0m, 100m);
        for (var i = 0; i < random.Next(1, 60); i++)
        {
            last = Math.Round(last + ((decimal)random.NextDouble() * 4m) - 2m, 2);
            var fill = Fill(i, random.Next(1, 50) * (random.Next(2) == 0 ? 0.1m : -0.1m), last, Math.Round((decimal)random.NextDouble(), 3) - 0.2m);
            matching.Add(fill, trips);
            cash -= (fill.Quantity * fill.Price) + fill.Fee;
            held += fill.Quantity;
        }

        Assert.Equal(cash + (held * last), trips.Sum(t => t.NetProfit) + matching.OpenProfit("SPY.ARCX", last));
        Assert.Equal(held, matching.OpenQuantity("SPY.ARCX"));
        Assert.All(trips, t => Assert.True(t.AdverseExcursion >= 0m && t.FavourableExcursion >= 0m && t.Low <= t.EntryPrice && t.High >= t.ExitPrice));
        Assert.All(trips, t => Assert.InRange(t.GrossProfit, -t.AdverseExcursion, t.FavourableExcursion));
        var made = TradeStatistics.Of(trips);
        Assert.Equal(trips.Sum(t => t.GrossProfit) - made.Fees, made.NetProfit);
        Assert.Equal(made.GrossProfit - made.GrossLoss, made.NetProfit);
    });

    [Fact]
    public void Streaks_and_extremes()
    {
        var made = TradeStatistics.Of(new[] { 5m, -1m, -2m, 0m, -4m, -1m, -1m, 3m }.Select(Some.Trip));
        Assert.Equal((8, 2, 5, 3), (made.Count, made.Wins, made.Losses, made.LongestLosingStreak));
        Assert.Equal((5m, 4m, 0.25m, 8m / 9m), (made.LargestWin, made.LargestLoss, made.WinRate, Math.Round(made.ProfitFactor!.Value, 10) + (8m / 9m) - 0.8888888889m));
    }

    /// <summary>A thousand fills of the largest size and one of the smallest: no sum overflows, and a ratio beyond a decimal is null.</summary>
    [Fact]
    public void The_largest_amounts_have_statistics()
    {
        List<TradeFill> fills = [Fill(0, 1m, 1e-20m), Fill(0, -1m, 0m)];
        for (var i = 1; i < 1000; i++) fills.AddRange([Fill(i, 1e9m, -1e9m), Fill(i, -1e9m, 1e9m)]);
        var made = TradeStatistics.Of(TradeMatching.Match(fills));
        Assert.Equal((1000, 999 * 2e18m, null), (made.Count, made.GrossProfit, made.ProfitFactor));
    }

    [Fact]
    public void Wrong_fills_are_named()
    {
        List<RoundTrip> trips = [];
        var matching = new TradeMatching();
        matching.Add(Fill(5, 1m, 100m), trips);
        Assert.Contains("Quantity", Assert.Throws<ArgumentException>(() => matching.Add(Fill(6, 0m, 1m), trips)).Message);
        Assert.Contains("before", Assert.Throws<ArgumentException>(() => matching.Add(Fill(4, -1m, 1m), trips)).Message);
        Assert.Contains("at most 1e18", Assert.Throws<ArgumentException>(() => matching.Add(Fill(6, 1e15m, 1e4m), trips)).Message);
        Assert.Contains("high 1 and low 2", Assert.Throws<ArgumentException>(() => matching.Mark("SPY.ARCX", 1m, 2m)).Message);
        Assert.Contains("Multiplier 50", Assert.Throws<ArgumentException>(() => matching.Add(Fill(6, -1m, 1m) with { Multiplier = 50m }, trips)).Message);
    }
}
