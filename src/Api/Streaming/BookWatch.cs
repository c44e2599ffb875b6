using System.Data;
using Npgsql;

namespace EventSourcedTrading.Api.Streaming;

/// <summary>
/// Positions and profit for all clients: looks at the read model once for all of them, and only if it has moved. A look is one moment of
/// the read model, so position and values belong together.
/// </summary>
/// <param name="reader">Connects as est_reader.</param>
internal sealed class BookWatch(NpgsqlDataSource reader, TimeProvider time, TimeSpan every, Action<Exception> onInterrupted)
{
    /// <summary>Rows beyond so many are not streamed.</summary>
    private const int MaxRows = 50_000;

    /// <summary>After a look that failed.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(2);

    private const string
        Portfolios = """
            select e.portfolio, e.base_currency, e.cash, e.market_value, e.equity, e.day_equity, p.realised, p.unrealised, p.fees, p.net, p.fills
              from read.equity e join read.profit_by_portfolio p using (portfolio) order by e.portfolio limit 50000
            """,
        Positions = """
            select portfolio, instrument, bucket, currency, quantity, multiplier, cost, average_price, last_price, price_at, market_value, unrealised, realised,
                   fees, base_currency, rate, market_value_base, unrealised_base, realised_base, fees_base, fills, last_fill_at, last_seq
              from read.positions order by portfolio, instrument limit 50000
            """;

    private readonly LiveTable table = new(MaxRows);
    private readonly TaskCompletionSource loaded = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Begins a subscription with all that there is now.</summary>
    public async Task AddAsync(TableSubscription subscription, CancellationToken ct)
    {
        await loaded.Task.WaitAsync(ct);
        table.Add(subscription);
        subscription.Open();
    }

    public void Remove(TableSubscription subscription) => table.Remove(subscription);

    /// <summary>Looks until cancelled. While nobody watches it only looks once.</summary>
    public async Task RunAsync(CancellationToken ct)
    {
        var last = -1L;
        while (true)
        {
            var wait = every;
            try
            {
                if (!loaded.Task.IsCompleted || table.IsWatched) last = await LookAsync(last, ct);
                loaded.TrySetResult();
            }
            catch (Exception e) when (!ct.IsCancellationRequested)
            {
                onInterrupted(e);
                wait = Pause;
            }

            await Task.Delay(wait, time, ct);
        }
    }

    private async Task<long> LookAsync(long last, CancellationToken ct)
    {
        await using var connection = await reader.OpenConnectionAsync(ct);
        await using var moment = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, ct);
        await using var status = new NpgsqlCommand("select position from read.status where name = 'book'", connection, moment);
        var position = (long)(await status.ExecuteScalarAsync(ct))!;
        if (position == last) return last;
        var rows = new List<LiveRow>();
        await ReadAsync(Portfolios, "portfolio");
        await ReadAsync(Positions, "position");
        table.Publish(rows, position);
        return position;

        async Task ReadAsync(string sql, string kind)
        {
            await using var command = new NpgsqlCommand(sql, connection, moment) { CommandTimeout = 10 };
            await using var row = await command.ExecuteReaderAsync(ct);
            while (await row.ReadAsync(ct))
            {
                var portfolio = row.GetString(0);
                var instrument = kind == "position" ? row.GetString(1) : null;
                rows.Add(new LiveRow($"{portfolio} {instrument}", portfolio, instrument, RowJson.Write(row, kind)));
            }
        }
    }
}
