using EventSourcedTrading.Domain.Time;

namespace EventSourcedTrading.Brokers.Reconciling;

/// <summary>What the broker's book says at one moment, as far as it was asked.</summary>
/// <param name="Orders">Those that can still be filled.</param>
/// <param name="Executions">Since some time before the last comparison, the oldest first.</param>
public sealed record BrokerBook(
    BrokerAccount Account, IReadOnlyList<BrokerOrder> Orders, IReadOnlyList<BrokerExecution> Executions, IReadOnlyList<BrokerPosition> Positions)
{
    /// <summary>Executions first: one that comes in between is then in the positions and missing here, which the next comparison sees, never the other way round.</summary>
    /// <exception cref="BrokerException">The broker did not answer.</exception>
    public static async Task<BrokerBook> ReadAsync(IBrokerAdapter broker, Timestamp since, CancellationToken ct)
    {
        var executions = await broker.ExecutionsAsync(since, ct);
        var orders = await broker.OpenOrdersAsync(ct);
        return new BrokerBook(await broker.AccountAsync(ct), orders, executions, await broker.PositionsAsync(ct));
    }
}
