using System.Data;
using EventSourcedTrading.Projections.Storage;
using Npgsql;

namespace EventSourcedTrading.Projections.Reading;

/// <summary>What all portfolios hold and have earned, after the event at this place of the log.</summary>
/// <param name="Positions">Also those that were closed; by portfolio and instrument.</param>
public sealed record BookView(long Position, IReadOnlyList<PositionView> Positions, IReadOnlyList<EquityView> Equity, IReadOnlyList<PortfolioProfitView> Profit);

public sealed partial class ReadModels
{
    /// <summary>Positions, and portfolios, beyond so many are not in a book.</summary>
    public const int MaxBook = 50_000;

    /// <summary>In one transaction, so that the place in the log and the values belong together.</summary>
    /// <param name="known">A place that is known already; null for none.</param>
    /// <returns>Null if the read model still stands there.</returns>
    public async Task<BookView?> BookAsync(long? known = null, CancellationToken ct = default)
    {
        await using var connection = await source.OpenConnectionAsync(ct);
        await using var moment = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, ct);
        await using var status = new NpgsqlCommand("select position from read.status where name = 'book'", connection, moment);
        var position = (long)(await status.ExecuteScalarAsync(ct))!;
        return position == known ? null
            : new BookView(position, await AllAsync<PositionView>("positions", "portfolio, instrument"), await AllAsync<EquityView>("equity", "portfolio"), await AllAsync<PortfolioProfitView>("profit_by_portfolio", "portfolio"));

        async Task<List<T>> AllAsync<T>(string view, string order) where T : class
        {
            await using var command = new NpgsqlCommand(FormattableString.Invariant($"select {RowMap<T>.ColumnList} from read.{view} order by {order} limit {MaxBook}"), connection, moment) { CommandTimeout = 10 };
            return await ReadAsync<T>(command, ct);
        }
    }
}
