using EventSourcedTrading.Brokers.Http;
using EventSourcedTrading.Domain.Time;

namespace EventSourcedTrading.Brokers.InteractiveBrokers;

/// <summary>Orders and trades as messages. Made for one listener.</summary>
internal sealed class IbkrConnection(IbkrSocket socket, IbkrSession session, IbkrLogin login, IbkrUpdates updates) : IBrokerConnection
{
    public static async Task<IBrokerConnection> OpenAsync(IbkrOptions options, IbkrSession session, IbkrUpdates updates, TimeProvider time, CancellationToken ct)
    {
        var socket = new IbkrSocket(options, time);
        try
        {
            var ticket = await session.TickleAsync(ct);
            await socket.OpenAsync(ticket, message => updates.LearnAsync(message, ct), ct);
            return new IbkrConnection(socket, session, ticket.Login, updates) { Heard = socket.Heard };
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    public DateTimeOffset Heard { get; private set; }

    public async Task<BrokerWord> NextAsync(CancellationToken ct)
    {
        // The message before is taken note of; the next is not before it has been read.
        Heard = socket.Heard;
        var message = await socket.NextAsync(ct);
        if (message.Text("topic") is "sts" or "tic" && (message.Field("args").Flag("authenticated") ?? message.Flag("alive")) == false)
        {
            session.Lose(login);
            throw new StreamException("the brokerage session has ended");
        }

        var (reports, unclear) = await updates.ReadAsync(message, Timestamp.From(socket.Heard), ct);
        return new BrokerWord(reports, unclear);
    }

    public void Dispose() => socket.Dispose();
}
