using System.Text;
using EventSourcedTrading.Notary;
using EventSourcedTrading.TransparencyLog;
using EventSourcedTrading.Workers.Configuration;
using EventSourcedTrading.Workers.Hosting;
using Microsoft.Extensions.Logging;
using NATS.Client.JetStream;

namespace EventSourcedTrading.Workers.Notarising;

/// <summary>Who is told of checkpoints: NATS, each witness, the time-stamp authority. That one fails is counted, and keeps nobody else waiting.</summary>
internal sealed class CheckpointReceivers(Platform platform, NotaryOptions options, HttpClient http, ILogger log)
{
    /// <summary>NATS has every checkpoint, also those of some time without it.</summary>
    private const int KeptForNats = 1_024;

    private readonly CheckpointStore store = new(platform.App);

    /// <exception cref="ConfigurationException">The root certificates of the time-stamp authority cannot be read.</exception>
    public IReadOnlyList<Receiver> All()
    {
        var all = new List<Receiver> { new(KeptForNats, PublishAsync) };
        foreach (var witness in options.Witnesses.Select(w => new Witness(http, w.Url, NoteKey.Parse(w.Key), new LogProofs(platform.App))))
            all.Add(new Receiver(1, (signed, ct) => CosignAsync(witness, signed, ct)));
        if (options.TimeStamps is not { } stamps) return all;
        var stamping = new TimeStamping(http, stamps, store, options.Archive);
        all.Add(new Receiver(1, (signed, ct) => StampAsync(stamping, signed, ct)));
        return all;
    }

    private async Task PublishAsync(SignedCheckpoint signed, CancellationToken ct)
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
    }

    private async Task CosignAsync(Witness witness, SignedCheckpoint signed, CancellationToken ct)
    {
        try
        {
            foreach (var line in await witness.CosignAsync(signed, ct)) await store.AddCosignatureAsync(signed.Checkpoint.Size, witness.Key.Name, line, ct);
        }
        catch (Exception e) when (IsTheirs(e, ct))
        {
            platform.Metrics.Audit.WitnessFailed();
            log.LogWarning("witness {Witness} did not cosign checkpoint {Size}: {Reason}", witness.Key.Name, signed.Checkpoint.Size, e.Message);
        }
    }

    private async Task StampAsync(TimeStamping stamping, SignedCheckpoint signed, CancellationToken ct)
    {
        try
        {
            await stamping.StampAsync(signed, ct);
        }
        catch (Exception e) when (IsTheirs(e, ct))
        {
            platform.Metrics.Audit.TimeStampFailed();
            log.LogWarning("checkpoint {Size} got no time-stamp: {Reason}", signed.Checkpoint.Size, e.Message);
        }
    }

    private static bool IsTheirs(Exception e, CancellationToken ct) =>
        e is HttpRequestException or IOException or InvalidProofException || (e is OperationCanceledException && !ct.IsCancellationRequested);
}
