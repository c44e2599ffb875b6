using System.Globalization;
using System.Text;
using EventSourcedTrading.EventStore;
using EventSourcedTrading.EventStore.Audit;
using EventSourcedTrading.Notary;
using EventSourcedTrading.TransparencyLog;
using EventSourcedTrading.Workers.Explaining;
using Npgsql;

namespace EventSourcedTrading.Workers.Proving;

/// <summary>
/// The whole story of an order as a file that proves itself: its own events, the decision and the intents behind it, the tapes that
/// have the market data, each with its proof of inclusion under one signed checkpoint.
/// </summary>
/// <param name="source">Connects as est_reader.</param>
public sealed class OrderProof(NpgsqlDataSource source)
{
    private readonly EventReader reader = new(source);
    private readonly LogProofs proofs = new(source);
    private readonly CheckpointStore checkpoints = new(source);

    /// <param name="key">The notary's present key, for the bundle's reader to compare with the one that he has.</param>
    /// <exception cref="UnknownIdException">No order has this id.</exception>
    /// <exception cref="NotSignedException">No checkpoint covers all of it yet.</exception>
    public async Task<ProofBundle> BuildAsync(string orderId, NoteKey key, CancellationToken ct = default)
    {
        var story = await new ExplainQuery(source).ForOrderAsync(orderId, ct);
        var positions = new SortedSet<long>(story.Steps.Select(s => s.Seq));
        positions.UnionWith(story.Signals.Select(s => s.TapeSeq).OfType<long>());
        positions.UnionWith(story.Steps.Select(s => s.Input?.TapeSeq).OfType<long>());

        // Of the checkpoints with a time-stamp one will do: it says that all of this was there by then.
        var stamped = await checkpoints.TimeStampedAsync(positions.Max, ct);
        var note = stamped?.Note ?? (await checkpoints.NewestAsync(positions.Max, ct))?.ToString()
            ?? throw new NotSignedException($"No checkpoint covers event {positions.Max}, the last of order {orderId}, yet. The notary signs every second while it runs: `est run --roles notary`, with 'notary' in est.json.");
        var checkpoint = Checkpoint.Open(SignedNote.Parse(note), key, out _);

        var events = new List<ProvenEvent>(positions.Count);
        foreach (var position in positions)
        {
            var proof = await proofs.InclusionAsync(position - 1, checkpoint.Size, ct);
            events.Add(new ProvenEvent(position.ToString(CultureInfo.InvariantCulture), Encoding.UTF8.GetString(LeafFormat.Json(await EventAsync(position, ct))), [.. proof.Select(Convert.ToBase64String)]));
        }

        var bundle = new ProofBundle(ProofBundle.CurrentFormat, $"order {orderId}", note, key.ToString(), stamped is { } s ? Convert.ToBase64String(s.Token) : null, events);
        // What a stranger would refuse must not leave the house.
        bundle.Verify(key);
        return bundle;
    }

    private async Task<RecordedEvent> EventAsync(long position, CancellationToken ct)
    {
        await foreach (var e in reader.ReadAllAsync(position, pageSize: 1, ct: ct)) return e;
        throw new AuditDataException(position, $"event {position} is missing");
    }
}

/// <summary>The notary has not come that far.</summary>
public sealed class NotSignedException(string message) : Exception(message);
