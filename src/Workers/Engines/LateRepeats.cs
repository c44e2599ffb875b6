using System.Threading.Channels;
using EventSourcedTrading.Domain.Engine;
using EventSourcedTrading.Domain.Json;
using EventSourcedTrading.Domain.MetaAgent;
using EventSourcedTrading.Domain.Orders;
using EventSourcedTrading.EventStore;
using EventSourcedTrading.Workers.Hosting;
using Npgsql;

namespace EventSourcedTrading.Workers.Engines;

/// <summary>
/// An intent for a time that is decided long ago may be a repeat whose answer the engine no longer has in mind. The log has it: the
/// sender gets the first answer again. What the log does not know goes back to the engine, which turns it away as too late.
/// </summary>
public sealed class LateRepeats(Platform platform, string portfolio, Answering answering, ChannelWriter<Arrival> back)
{
    private const int MaxWaiting = 10_000;

    private readonly Channel<Arrival> waiting = Channel.CreateBounded<Arrival>(
        new BoundedChannelOptions(MaxWaiting) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true });

    /// <summary>Where more wait than are kept, the newest is dropped: without an answer its sender asks again.</summary>
    public void LookUp(in Arrival arrival) => waiting.Writer.TryWrite(arrival);

    public async Task RunAsync(CancellationToken ct)
    {
        await foreach (var arrival in waiting.Reader.ReadAllAsync(ct))
        {
            var intent = ((IntentInput)arrival.Input).Intent;
            if (await AnswerOfAsync(intent, ct) is { } known) await answering.SendAsync(known.Answer, arrival.ReplyTo, known.Position, ct);
            else await back.WriteAsync(arrival with { Source = null, IsLookedUp = true }, ct);
        }
    }

    private async Task<(Answer Answer, long Position)?> AnswerOfAsync(Intent intent, CancellationToken ct)
    {
        var received = false;
        var round = $"round-{Round.IdOf(portfolio, intent.Instrument, intent.AsOf)}";
        await foreach (var e in platform.Reader.ReadStreamAsync(round, ct: ct))
        {
            switch (EventJson.Deserialize(e.Type, e.Data.Span))
            {
                case IntentReceived r when r.Intent.IntentId == intent.IntentId && r.Intent.Agent == intent.Agent:
                    received = true;
                    break;
                case DecisionMade decision when received:
                    var outcome = decision.OrderId is null ? null : await FirstOfAsync($"order-{decision.OrderId}", ct);
                    return (new Answer(intent.IntentId, intent.Agent, Result.Of(decision, outcome)), e.SeqId);
            }
        }

        return await RefusalAsync(intent, ct);
    }

    private async Task<DomainEvent?> FirstOfAsync(string stream, CancellationToken ct)
    {
        await foreach (var e in platform.Reader.ReadStreamAsync(stream, maxCount: 1, ct: ct)) return EventJson.Deserialize(e.Type, e.Data.Span);
        return null;
    }

    private async Task<(Answer Answer, long Position)?> RefusalAsync(Intent intent, CancellationToken ct)
    {
        await using var command = platform.App.CreateCommand("""
            select data ->> 'code', data ->> 'reason', seq_id from events.mt_events
            where type = 'intent_refused' and data ->> 'agent' = $1 and data ->> 'intentId' = $2 and stream_id = $3
            order by seq_id limit 1
            """);
        foreach (var value in (string[])[intent.Agent, intent.IntentId, $"refusals-{portfolio}"]) command.Parameters.Add(new NpgsqlParameter { Value = value });
        await using var rows = await command.ExecuteReaderAsync(ct);
        return await rows.ReadAsync(ct)
            ? (new Answer(intent.IntentId, intent.Agent, new Result("refused", rows.GetString(0), rows.GetString(1))), rows.GetInt64(2)) : null;
    }
}
