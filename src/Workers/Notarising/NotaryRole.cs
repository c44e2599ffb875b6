using System.Security.Cryptography;
using EventSourcedTrading.Domain.Engine;
using EventSourcedTrading.Domain.Json;
using EventSourcedTrading.Domain.Time;
using EventSourcedTrading.EventStore;
using EventSourcedTrading.Notary;
using EventSourcedTrading.TransparencyLog;
using EventSourcedTrading.Workers.Configuration;
using EventSourcedTrading.Workers.Hosting;
using EventSourcedTrading.Workers.Messaging;
using Microsoft.Extensions.Logging;

namespace EventSourcedTrading.Workers.Notarising;

/// <summary>
/// Signs checkpoints, sends them out, and verifies what is new. Where the log is not what it was, it raises the alarm and signs nothing
/// more; it goes on looking.
/// </summary>
public sealed class NotaryRole(Platform platform, NotaryOptions options) : IRole
{
    private readonly ILogger log = platform.Logs.CreateLogger("notary");

    public string Name => "notary";
    public string Status { get; private set; } = "starting";

    public async Task RunAsync(CancellationToken ct)
    {
        using var key = NotaryOptions.Open(options.Key, options.Passphrase);
        using var archive = CheckpointArchive.Open(options.Archive);
        await using var reader = StoreConnection.Open(platform.Options.Postgres, StoreRole.Reader);
        using var http = new HttpClient { Timeout = TimeSpan.FromSeconds(10) };
        await StreamSetup.EventsAsync(platform.JetStream, platform.Subjects, ct);
        var keys = await OwnKeysAsync(key, ct);
        var signer = new CheckpointSigner(platform.App, options.Origin, key, keys, archive, platform.Time);
        var receivers = new CheckpointReceivers(platform, options, http, log).All();
        Status = "running";
        // Whatever ends by itself has failed, and takes the others with it: the supervisor starts all anew.
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(ct);
        Task[] all = [SignAsync(signer, receivers, stopping.Token), VerifyAsync(keys, reader, stopping.Token), .. receivers.Select(r => r.RunAsync(stopping.Token))];
        await Task.WhenAny(all);
        await stopping.CancelAsync();
        await Task.WhenAll(all);
    }

    private async Task SignAsync(CheckpointSigner signer, IReadOnlyList<Receiver> receivers, CancellationToken ct)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(options.EverySeconds), platform.Time);
        do
        {
            try
            {
                var signed = await signer.SignAsync(ct);
                (Status, var now) = ("running", platform.Time.GetUtcNow());
                if (signed is not null)
                {
                    platform.Metrics.Audit.Signed(signed.Checkpoint.Size, signed.At);
                    foreach (var receiver in receivers) receiver.Offer(signed);
                }

                platform.Metrics.Audit.UpToDate(now);
            }
            catch (NotaryAlarmException e)
            {
                Status = "alarm";
                platform.Metrics.Audit.Alarm();
                log.LogCritical("{Alarm}", e.Message);
            }
        }
        while (await timer.WaitForNextTickAsync(ct));
    }

    /// <summary>The keys so far; the first time, ours becomes the first.</summary>
    private async Task<IReadOnlyList<NoteKey>> OwnKeysAsync(ECDsa key, CancellationToken ct)
    {
        var own = NoteKey.Of(options.Origin, key);
        var keys = await NotaryKeys.ReadAsync(platform.Reader, ct);
        if (keys.Count == 0)
        {
            var introduced = NotaryKeys.Introduce(options.Origin, key, "notary", Timestamp.From(platform.Time.GetUtcNow()));
            await new OptimisticAppender(platform.Reader, platform.Appender, platform.Time).TransactAsync(
                "notary:start", [NotaryKeys.Stream], () => Task.FromResult<IReadOnlyList<DecidedEvent>>([new DecidedEvent(NotaryKeys.Stream, EventJson.AliasOf(introduced), EventJson.Serialize(introduced))]), ct);
            return [own];
        }

        return keys[^1].ToString() == own.ToString() ? keys
            : throw new ConfigurationException($"The log's notary signs with {keys[^1]}, but EST_NOTARY_KEY is {own}. Give it the right key, or hand over to the new one with 'est audit rotate'.");
    }

    /// <summary>Verifies what is new, rows and all, beside the signing: the first time that is everything.</summary>
    private async Task VerifyAsync(IReadOnlyList<NoteKey> keys, Npgsql.NpgsqlDataSource reader, CancellationToken ct)
    {
        if (options.VerifyEverySeconds == 0)
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, ct);
            return;
        }

        SignedNote? verified = null;
        while (true)
        {
            var newest = await new CheckpointStore(reader).NewestAsync(ct: ct);
            // Before the first checkpoint there is nothing that it would say.
            if (newest is not null)
            {
                var now = platform.Time.GetUtcNow();
                var faults = await FaultsAsync(reader, new AuditOptions(keys) { Archive = options.Archive, Since = verified }, ct);
                platform.Metrics.Audit.Verified(now, faults.Count);
                await new CheckpointStore(platform.App).VerifiedAsync(new LastVerification(now, Checkpoint.Parse(newest.Text).Size, faults.Count), ct);
                foreach (var fault in faults.Take(10)) log.LogCritical("verification: {Fault}", fault);
                if (faults.Count == 0) verified = newest;
            }

            await Task.Delay(TimeSpan.FromSeconds(newest is null ? options.EverySeconds : options.VerifyEverySeconds), platform.Time, ct);
        }
    }

    private static async Task<IReadOnlyList<string>> FaultsAsync(Npgsql.NpgsqlDataSource reader, AuditOptions against, CancellationToken ct)
    {
        try
        {
            return [.. (await LogAudit.RunAsync(reader, against, ct: ct)).Faults.Select(f => f.What)];
        }
        catch (EventStore.Audit.AuditDataException e)
        {
            return [e.Message];
        }
    }
}
