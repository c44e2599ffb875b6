using EventSourcedTrading.Brokers.Http;

namespace EventSourcedTrading.Brokers.Tests.Http;

public sealed class BrokerStreamTests
{
    [Theory]
    [InlineData(0, 0.0, 0.5)]
    [InlineData(0, 1.0, 1)]
    [InlineData(3, 1.0, 8)]
    [InlineData(10, 0.0, 30)]
    [InlineData(100_000, 1.0, 60)]
    public void Pauses_double_up_to_the_longest_and_are_cut_by_chance(int failures, double draw, double seconds) =>
        Assert.Equal(seconds, BrokerStream.Pause(failures, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(1), draw).TotalSeconds);
}
