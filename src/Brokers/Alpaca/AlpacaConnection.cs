using EventSourcedTrading.Brokers.Http;

namespace EventSourcedTrading.Brokers.Alpaca;

/// <summary><c>trade_updates</c> as messages.</summary>
internal sealed class AlpacaConnection(AlpacaSocket socket, AlpacaUpdates updates) : IBrokerConnection
{
    public static async Task<IBrokerConnection> OpenAsync(AlpacaOptions options, AlpacaUpdates updates, TimeProvider time, CancellationToken ct)
    {
        var socket = new AlpacaSocket(options, time);
        try
        {
            await socket.OpenAsync(ct);
            return new AlpacaConnection(socket, updates);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    public DateTimeOffset Heard => socket.Heard + socket.Ahead;

    public async Task<BrokerWord> NextAsync(CancellationToken ct)
    {
        var (report, unclear) = await updates.ReadAsync(await socket.NextAsync(ct), ct);
        return new BrokerWord(report is null ? [] : [report], unclear);
    }

    public void Dispose() => socket.Dispose();
}
