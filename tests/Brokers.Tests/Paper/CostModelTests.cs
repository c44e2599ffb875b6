using EventSourcedTrading.Brokers.Paper;
using EventSourcedTrading.Domain.Orders;
using static EventSourcedTrading.Brokers.Tests.Paper.PaperDesk;

namespace EventSourcedTrading.Brokers.Tests.Paper;

public sealed class CostModelTests
{
    /// <summary>0.5 × 2 % × √(quantity / 1,000,000) of the price.</summary>
    private static PaperSettings Square => new()
    {
        Impact = 0.5m, DailyVolatility = PerInstrument.Zero.With(null, 0.02m), DailyVolume = PerInstrument.Zero.With(null, 1_000_000m),
    };

    [Theory]
    [InlineData(10_000, "Fill 10000 @ 100.1")]      // √0.01 = 0.1; 0.5 × 0.02 × 0.1 × 100 = 0.10
    [InlineData(40_000, "Fill 40000 @ 100.2")]      // four times the size is twice the impact
    public void Impact_grows_with_the_square_root_of_the_size(int quantity, string fill) =>
        Given(Terms(Side.Buy, quantity), Square).Knowing(Quote(100m, 100m, 0)).Submitted().Then("Acknowledged", fill);

    [Fact]
    public void An_instrument_has_its_own_volume_and_a_sell_gets_less() =>
        Given(Terms(Side.Sell, 10_000m), Square with { DailyVolume = Square.DailyVolume.With("SPY.ARCX", 250_000m) })
            .Knowing(Quote(100m, 100m, 0)).Submitted().Then("Acknowledged", "Fill 10000 @ 99.8");   // √0.04 = 0.2

    [Fact]
    public void Impact_of_the_pieces_is_the_impact_of_the_whole()
    {
        var random = new Random(11);
        for (var run = 0; run < 200; run++)
        {
            decimal whole = random.Next(1, 100_000), filled = 0m, sum = 0m;
            while (filled < whole)
            {
                var piece = Math.Min(whole - filled, random.Next(1, 50_000));
                sum += piece * Impact.PerUnit(Square, Spy, filled, piece, 100m);
                filled += piece;
            }

            var expected = whole * Impact.PerUnit(Square, Spy, 0m, whole, 100m);
            Assert.True(Math.Abs(sum - expected) < expected * 1e-6m, $"run {run} of seed 11: {sum} for {expected}");
        }
    }

    [Fact]
    public void Impact_never_takes_a_limit_order_beyond_its_limit() =>
        Given(Terms(Side.Buy, 40_000m, limit: 100.05m), Square).Knowing(Quote(100m, 100m, 0)).Submitted().Then("Acknowledged", "Fill 40000 @ 100.05");

    [Fact]
    public void A_limit_at_the_touch_waits_for_what_was_displayed_before_it() =>
        Given(Terms(Side.Buy, 100m, limit: 10m), new PaperSettings { Queue = QueueModel.Behind }).Knowing(Quote(10m, 10.02m, 0, size: 300m)).Submitted().Then("Acknowledged")
            .When(Trade(10m, 1, size: 200m), Trade(10m, 2, size: 100m)).Then()              // the 300 before us
            .When(Trade(10m, 3, size: 40m)).Then("PartialFill 40 @ 10")
            .When(Trade(10m, 4, size: 500m)).Then("Fill 60 @ 10");

    [Fact]
    public void One_trade_may_work_off_the_queue_and_reach_us() =>
        Given(Terms(Side.Sell, 100m, limit: 10.02m), new PaperSettings { Queue = QueueModel.Behind }).Knowing(Quote(10m, 10.02m, 0, size: 300m)).Submitted()
            .When(Trade(10.02m, 1, size: 350m)).Then("PartialFill 50 @ 10.02");

    [Fact]
    public void Less_on_display_than_stood_before_us_brings_us_forward() =>
        Given(Terms(Side.Buy, 100m, limit: 10m), new PaperSettings { Queue = QueueModel.Behind }).Knowing(Quote(10m, 10.02m, 0, size: 300m)).Submitted()
            .When(Quote(10m, 10.02m, 1, size: 50m), Quote(10m, 10.02m, 2, size: 900m), Trade(10m, 3, size: 60m)).Then("PartialFill 10 @ 10");

    [Fact]
    public void Better_than_the_touch_stands_first_and_worse_is_not_seen() =>
        Given(Terms(Side.Buy, 100m, limit: 9.99m), new PaperSettings { Queue = QueueModel.Behind }).Knowing(Quote(10m, 10.02m, 0, size: 300m)).Submitted()
            .When(Trade(9.99m, 1, size: 1_000m)).Then()
            .When(Quote(9.98m, 10.02m, 2, size: 300m), Trade(9.99m, 3, size: 30m)).Then("PartialFill 30 @ 9.99");

    [Fact]
    public void Without_the_model_a_touch_does_not_fill() =>
        Given(Terms(Side.Buy, 100m, limit: 10m)).Knowing(Quote(10m, 10.02m, 0, size: 300m)).Submitted()
            .When(Trade(10m, 1, size: 1_000_000m)).Then()
            .When(Trade(9.99m, 2, size: 10m)).Then("Fill 100 @ 10");

    [Fact]
    public void A_seeded_queue_is_a_share_of_what_is_displayed_and_the_same_each_time()
    {
        decimal? Ahead(long seed)
        {
            var desk = Given(Terms(Side.Buy, 100m, limit: 10m), new PaperSettings(Seed: seed) { Queue = QueueModel.Seeded }).Knowing(Quote(10m, 10.02m, 0, size: 300m)).Submitted();
            return desk.Order.QueueAhead;
        }

        Assert.Equal(Ahead(1), Ahead(1));
        Assert.All(Enumerable.Range(0, 50), seed => Assert.InRange(Ahead(seed)!.Value, 0m, 300m));
        Assert.True(Enumerable.Range(0, 50).Select(s => Ahead(s)).Distinct().Count() > 40);
    }

    [Fact]
    public void A_limit_that_rested_pays_the_makers_fee_and_may_get_a_rebate()
    {
        var settings = new PaperSettings(FeeBps: 5m) { MakerFeeBps = -1m };
        Given(Terms(Side.Buy, 100m, limit: 10m), settings).Submitted().When(Trade(9.99m, 1)).Then("Fill 100 @ 10 fee -0.1");
        Given(Terms(Side.Buy, 100m, limit: 10m), settings).Knowing(Quote(9.98m, 10m, 0)).Submitted().Then("Acknowledged", "Fill 100 @ 10 fee 0.5");
        Given(Terms(Side.Buy, 100m, limit: 10m), settings with { MakerFeePerShare = 0.002m }).Submitted().When(Trade(9.99m, 1)).Then("Fill 100 @ 10 fee 0.1");
    }

    [Theory]
    [InlineData("fill", "soon", "must be now, next-quote, next-open, next-close")]
    [InlineData("queue", "Behind", "must be through, behind, seeded")]
    [InlineData("borrowRate.spy", "0.1", "'spy' must be an instrument")]
    [InlineData("borrowRate.SPY.ARCX", "-1", "must be a number from 0 to 10,")]
    [InlineData("seed.SPY.ARCX", "1", "is not a setting")]
    [InlineData("dailyVolume", "0", "must be above zero")]
    [InlineData("makerFeeBps", "-1001", "must be a number from -1000 to 1000,")]
    [InlineData("impact", "1", "needs dailyVolume")]
    public void A_wrong_setting_is_named(string name, string value, string rule)
    {
        var error = Assert.Throws<VenueSettingException>(() => PaperSettings.Read(new Dictionary<string, string> { [name] = value }));
        Assert.Contains($"venueSettings.{name} '{value}' of venue paper: {rule}", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("spreadTicks", "1", "spreadBps", "1", "spreadBps '1' of venue paper: must not be given beside spreadTicks")]
    [InlineData("feeMinimum", "1", "makerFeeBps", "0", "feeMinimum '1' of venue paper: must not be given beside maker fees")]
    [InlineData("impact", "1", "dailyVolume", "100", "impact '1' of venue paper: needs dailyVolatility")]
    public void Settings_that_contradict_each_other_are_named(string one, string value, string other, string otherValue, string rule)
    {
        var error = Assert.Throws<VenueSettingException>(() => PaperSettings.Read(new Dictionary<string, string> { [one] = value, [other] = otherValue }));
        Assert.Contains(rule, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void All_settings_are_read()
    {
        var read = PaperSettings.Read(new Dictionary<string, string>
        {
            ["fill"] = "next-open", ["queue"] = "behind", ["spreadTicks"] = "2", ["impact"] = "0.7", ["dailyVolatility"] = "0.02", ["dailyVolume"] = "100",
            ["dailyVolume.SPY.ARCX"] = "200", ["makerFeePerShare"] = "-0.002", ["makerFeeBps"] = "1", ["borrowRate"] = "0.03", ["borrowRate.SPY.ARCX"] = "0.3",
        });
        Assert.Equal((FillModel.NextOpen, QueueModel.Behind, 2m, 0.7m, -0.002m, 1m), (read.Fill, read.Queue, read.SpreadTicks, read.Impact, read.MakerFeePerShare, read.MakerFeeBps));
        Assert.Equal((200m, 0.3m, 0.02m), (read.DailyVolume.Of(Spy), read.BorrowRate.Of(Spy), read.DailyVolatility.Of(Spy)));
        Assert.Equal((100m, 0.03m), (read.DailyVolume.Common, read.BorrowRate.Common));
    }
}
