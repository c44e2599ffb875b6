using EventSourcedTrading.Domain.Time;
using EventSourcedTrading.Projections.Storage;
using Npgsql;

namespace EventSourcedTrading.Projections.Reading;

/// <content>How the book stood at a past place in the log: what the live read model would have shown, had the log ended there.</content>
public sealed partial class ReadModels
{
    /// <param name="position">A place in the log; 0 is before its first event.</param>
    /// <exception cref="MomentNotReachedException">The read model has not come so far.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The position is below 0.</exception>
    public Task<IReadOnlyList<PositionView>> PositionsAsOfAsync(string? portfolio, long position, CancellationToken ct = default) =>
        AsOfAsync<PositionView>("positions", "portfolio, instrument", portfolio, position, ct);

    /// <inheritdoc cref="PositionsAsOfAsync"/>
    public Task<IReadOnlyList<AgentPositionView>> AgentPositionsAsOfAsync(string? portfolio, long position, CancellationToken ct = default) =>
        AsOfAsync<AgentPositionView>("agent_positions", "portfolio, agent, instrument", portfolio, position, ct);

    /// <inheritdoc cref="PositionsAsOfAsync"/>
    public Task<IReadOnlyList<CashView>> CashAsOfAsync(string? portfolio, long position, CancellationToken ct = default) =>
        AsOfAsync<CashView>("cash", "portfolio, currency", portfolio, position, ct);

    /// <inheritdoc cref="PositionsAsOfAsync"/>
    public Task<IReadOnlyList<EquityView>> EquityAsOfAsync(string? portfolio, long position, CancellationToken ct = default) =>
        AsOfAsync<EquityView>("equity", "portfolio", portfolio, position, ct);

    /// <summary>The last place in the log that was recorded at this time or before; 0 if there is none. For a time to come it is the end of the log.</summary>
    public async Task<long> PositionAtAsync(Timestamp time, CancellationToken ct = default)
    {
        await using var command = source.CreateCommand("select est.position_at_time($1)");
        command.Parameters.Add(new NpgsqlParameter { Value = time.ToDateTime() });
        return (long)(await command.ExecuteScalarAsync(ct))!;
    }

    private async Task<IReadOnlyList<T>> AsOfAsync<T>(string what, string order, string? portfolio, long position, CancellationToken ct) where T : class
    {
        ArgumentOutOfRangeException.ThrowIfNegative(position);
        // Before the question: a read model only goes on, so what it had reached then is there to be found.
        await using (var status = source.CreateCommand("select position from read.status where name = 'book'"))
            if (await status.ExecuteScalarAsync(ct) is var reached && position > (reached as long? ?? 0)) throw new MomentNotReachedException(position, reached as long? ?? 0);
        await using var command = source.CreateCommand($"select {RowMap<T>.ColumnList} from est.{what}_as_of($1, $2) order by {order}");
        command.Parameters.Add(new NpgsqlParameter { Value = (object?)portfolio ?? DBNull.Value, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Text });
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = position });
        return await ReadAsync<T>(command, ct);
    }
}

/// <summary>A moment was asked for that the read model has not reached, or that is still to come.</summary>
/// <param name="asked">A place in the log.</param>
/// <param name="reached">How far the read model has come.</param>
public sealed class MomentNotReachedException(long asked, long reached)
    : Exception($"position {asked} was asked for, and the read model book has come to {reached}; ask again in a moment, or for a position up to {reached}")
{
    public long Asked { get; } = asked;
    public long Reached { get; } = reached;
}
