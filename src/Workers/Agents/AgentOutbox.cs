using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using EventSourcedTrading.Domain.Json;
using EventSourcedTrading.Domain.MetaAgent;
using EventSourcedTrading.Domain.Signals;
using EventSourcedTrading.Domain.Strategies;
using EventSourcedTrading.Domain.Time;
using EventSourcedTrading.Workers.Engines;
using EventSourcedTrading.Workers.Hosting;
using Microsoft.Extensions.Logging;

namespace EventSourcedTrading.Workers.Agents;

/// <summary>
/// Sends an agent's intents until each one is answered. Delivery is not trusted: an intent without an answer is sent again with the
/// same id, and the count that goes with each watermark lets the engine see that one is missing.
/// </summary>
public sealed class AgentOutbox(
    Platform platform, string portfolio, string agent, AgentSnapshot saved, ILogger log) : IDisposable
{
    private const int MaxUnanswered = 20_000;
    private const int ResentAtOnce = 1_000;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan LongestPatience = TimeSpan.FromSeconds(30);

    private readonly ConcurrentDictionary<string, Waiting> waiting = new(
        saved.Unanswered.Select(u => KeyValuePair.Create(u.IntentId, new Waiting(u.Sequence, Encoding.UTF8.GetBytes(u.Json), 0, TimeSpan.Zero))));
    private readonly string subject = platform.Subjects.Intent(portfolio, agent);
    private readonly SemaphoreSlim passed = new(0, 1);
    private long count = saved.Sent;

    // Said again after a restart too: it may have been lost, and no new signal may come to say more.
    private ProgressMessage? progress = saved.Passed is { } asOf ? new ProgressMessage(agent, asOf, saved.Sent) : null;

    public long Sent => Interlocked.Read(ref count);
    public int Unanswered => waiting.Count;

    /// <summary>What a snapshot must keep, since nothing will make it again.</summary>
    public IReadOnlyList<UnansweredIntent> Pending() =>
        [.. waiting.OrderBy(w => w.Value.Sequence).Select(w => new UnansweredIntent(w.Key, w.Value.Sequence, Encoding.UTF8.GetString(w.Value.Body)))];

    public async ValueTask SendAsync(Proposal proposal, Signal signal, CancellationToken ct)
    {
        while (waiting.Count >= MaxUnanswered) await Task.Delay(10, ct);
        var sequence = Interlocked.Increment(ref count);
        var intent = Intent.From(proposal, signal, portfolio, agent, sequence);
        var body = JsonSerializer.SerializeToUtf8Bytes(intent, EventJson.Options.GetTypeInfo(typeof(Intent)));
        waiting[intent.IntentId] = new Waiting(sequence, body, platform.Time.GetTimestamp(), Patience);
        await platform.Nats.PublishAsync(subject, body, cancellationToken: ct);
    }

    /// <summary>Everything up to this market time has been said.</summary>
    public void Pass(Timestamp asOf)
    {
        lock (passed)
        {
            progress = new ProgressMessage(agent, asOf, Sent);
            if (passed.CurrentCount == 0) passed.Release();
        }
    }

    public async ValueTask FailAsync(string reason, CancellationToken ct) =>
        (await platform.JetStream.PublishAsync(platform.Subjects.Failed(portfolio, agent), Encoding.UTF8.GetBytes($"{agent}\n{reason}"), cancellationToken: ct)).EnsureStored();

    /// <summary>Announces progress, takes answers, and sends again what nobody answered.</summary>
    public async Task RunAsync(CancellationToken ct)
    {
        await using var answers = await platform.Nats.SubscribeCoreAsync(platform.Subjects.Outcome(portfolio, agent), cancellationToken: ct);
        await await Task.WhenAny(AnnounceAsync(ct), TakeAnswersAsync(answers.Msgs, ct), SendAgainAsync(ct));
    }

    public void Dispose() => passed.Dispose();

    private async Task AnnounceAsync(CancellationToken ct)
    {
        while (true)
        {
            await passed.WaitAsync(TimeSpan.FromSeconds(1), ct);
            ProgressMessage? latest;
            lock (passed) latest = progress;
            // Said again every second while nothing new happens: the last word may have been lost.
            if (latest is { } message) await platform.Nats.PublishAsync(platform.Subjects.Progress(portfolio, agent), message.ToJson(), cancellationToken: ct);
        }
    }

    private async Task TakeAnswersAsync(System.Threading.Channels.ChannelReader<NATS.Client.Core.NatsMsg> answers, CancellationToken ct)
    {
        await foreach (var message in answers.ReadAllAsync(ct))
        {
            using (message)
            {
                if (AnswerMessage.IdOf(message.Memory.Span) is { } id) waiting.TryRemove(id, out _);
            }
        }
    }

    private async Task SendAgainAsync(CancellationToken ct)
    {
        while (true)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(500), platform.Time, ct);
            var again = waiting.Where(w => platform.Time.GetElapsedTime(w.Value.SentAt) > w.Value.Patience)
                .OrderBy(w => w.Value.Sequence).Take(ResentAtOnce).ToList();
            if (again.Count > 0) log.LogDebug("{Agent}: {Count} intents without an answer are sent again", agent, again.Count);
            foreach (var (id, late) in again)
            {
                await platform.Nats.PublishAsync(subject, late.Body, cancellationToken: ct);
                var patience = late.Patience * 2 < Patience ? Patience : late.Patience * 2 > LongestPatience ? LongestPatience : late.Patience * 2;
                waiting.TryUpdate(id, late with { SentAt = platform.Time.GetTimestamp(), Patience = patience }, late);
            }
        }
    }

    private sealed record Waiting(long Sequence, byte[] Body, long SentAt, TimeSpan Patience);
}

/// <summary>An intent whose fate is not known yet.</summary>
public sealed record UnansweredIntent(string IntentId, long Sequence, string Json);
