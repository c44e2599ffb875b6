using System.Security.Cryptography;
using System.Text;
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
using NATS.Client.JetStream;

namespace EventSourcedTrading.Workers.Notarising;

/// <summary>
/// Signs checkpoints, sends them out, and verifies what is new. Where the log is not what it was, it raises the alarm and signs nothing
/// more; it goes on looking.
/// </summary>
public sealed class NotaryRole(Platform platform, NotaryOptions options) : IRole
{
    private readonly ILogger log = platform.Logs.CreateLogger("notary");
    private SignedNote? verified;

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
        var store = new CheckpointStore(platform.App);
        var witnesses = options.Witnesses.Select(w => new Witness(http, w.Url, NoteKey.Parse(w.Key), new LogProofs(platform.App))).ToArray();
        var stamping = options.TimeStamps is { } stamps ? new TimeStamping(http, stamps, store, options.Archive) : null;
        Status = "running";
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(options.EverySeconds), platform.Time);
        var verifyAt = platform.Time.GetUtcNow();
        do
        {
            try
            {
                var signed = await signer.SignAsync(ct);
                (Status, var now) = ("running", platform.Time.GetUtcNow());
                if (signed is not null)
                {
                    platform.Metrics.Audit.Signed(signed.Checkpoint.Size, signed.At);
                    await SendAsync(signed, store, witnesses, stamping, ct);
                }

                platform.Metrics.Audit.UpToDate(now);
                if (options.VerifyEverySeconds == 0 || now < verifyAt) continue;
                await VerifyAsync(keys, now, reader, ct);
                verifyAt = platform.Time.GetUtcNow().AddSeconds(options.VerifyEverySeconds);
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

    private async Task SendAsync(SignedCheckpoint signed, CheckpointStore store, Witness[] witnesses, TimeStamping? stamping, CancellationToken ct)
    {
        var size = signed.Checkpoint.Size;
        try
        {
            (await platform.JetStream.PublishAsync(platform.Subjects.Checkpoints(), Encoding.UTF8.GetBytes(signed.Note.ToString()), opts: new NatsJSPubOpts { MsgId = $"checkpoint-{signed.Checkpoint.Origin}-{size}" }, cancellationToken: ct)).EnsureStored();
        }
        catch (NATS.Client.Core.NatsException e)
        {
            log.LogWarning("checkpoint {Size} could not be told to NATS: {Reason}", size, e.Message);
        }

        // Side by side: a slow one must not keep the next checkpoint from being signed for longer than its time-out.
        await Task.WhenAll([.. witnesses.Select(CosignAsync), StampAsync()]);

        async Task CosignAsync(Witness witness)
        {
            try
            {
                foreach (var line in await witness.CosignAsync(signed, ct)) await store.AddCosignatureAsync(size, witness.Key.Name, line, ct);
            }
            catch (Exception e) when (e is HttpRequestException or InvalidProofException || (e is OperationCanceledException && !ct.IsCancellationRequested))
            {
                platform.Metrics.Audit.WitnessFailed();
                log.LogWarning("witness {Witness} did not cosign checkpoint {Size}: {Reason}", witness.Key.Name, size, e.Message);
            }
        }

        async Task StampAsync()
        {
            if (stamping is null) return;
            try
            {
                await stamping.StampAsync(signed, ct);
            }
            catch (Exception e) when (e is HttpRequestException or InvalidProofException || (e is OperationCanceledException && !ct.IsCancellationRequested))
            {
                platform.Metrics.Audit.TimeStampFailed();
                log.LogWarning("checkpoint {Size} got no time-stamp: {Reason}", size, e.Message);
            }
        }
    }

    private async Task VerifyAsync(IReadOnlyList<NoteKey> keys, DateTimeOffset now, Npgsql.NpgsqlDataSource reader, CancellationToken ct)
    {
        var newest = await new CheckpointStore(reader).NewestAsync(ct: ct);
        var result = await LogAudit.RunAsync(reader, new AuditOptions(keys) { Archive = options.Archive, Since = verified }, ct: ct);
        platform.Metrics.Audit.Verified(now, result.Faults.Count);
        foreach (var fault in result.Faults.Take(10)) log.LogCritical("verification: {Fault}", fault.What);
        if (result.Intact) verified = newest;
    }
}
