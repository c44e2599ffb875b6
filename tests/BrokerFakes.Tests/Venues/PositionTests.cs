using EventSourcedTrading.BrokerFakes.Venues;

namespace EventSourcedTrading.BrokerFakes.Tests.Venues;

public sealed class PositionTests
{
    [Fact]
    public void Entering_averages_closing_realises_and_turning_enters_anew()
    {
        var position = new Position("SPY", 0, 0, 0).After(10, 100m).After(10, 110m);
        Assert.Equal((20m, 105m, 0m), (position.Quantity, position.AveragePrice, position.Realized));
        position = position.After(-5, 115m);
        Assert.Equal((15m, 105m, 50m), (position.Quantity, position.AveragePrice, position.Realized));
        position = position.After(-25, 100m);
        Assert.Equal((-10m, 100m, -25m), (position.Quantity, position.AveragePrice, position.Realized));
        position = position.After(10, 90m);
        Assert.Equal((0m, 0m, 75m), (position.Quantity, position.AveragePrice, position.Realized));
    }

    [Fact]
    public void Profit_and_cost_come_to_the_cash_that_went_out()
    {
        const int seed = 20260302;
        var random = new Random(seed);
        var (position, paid) = (new Position("SPY", 0, 0, 0), 0m);
        for (var i = 0; i < 2_000; i++)
        {
            var (signed, price) = (random.Next(-20, 21), random.Next(1, 1_000) / 10m);
            if (signed == 0) continue;
            position = position.After(signed, price);
            paid += signed * price;
            Assert.True(Math.Abs(position.CostBasis - position.Realized - paid) < 0.000001m, $"seed {seed}, trade {i}: {position} after paying {paid}");
        }
    }
}
