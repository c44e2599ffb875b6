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
        var story = await StoryAsync(orderId, ct);
        var last = story.Keys.Max();

        // Of the checkpoints with a time-stamp one will do: it says that all of this was there by then.
        var stamped = await checkpoints.TimeStampedAsync(last, ct);
        var note = stamped?.Note ?? (await checkpoints.NewestAsync(last, ct))?.ToString()
            ?? throw new NotSignedException($"No checkpoint covers event {last}, the last of order {orderId}, yet. The notary signs every second while it runs: `est run --roles notary`, with 'notary' in est.json.");
        var checkpoint = Checkpoint.Open(SignedNote.Parse(note), key, out _);

        var paths = await proofs.InclusionAsync([.. story.Keys.Select(position => position - 1)], checkpoint.Size, ct);
        var events = story.Values.Zip(paths, (e, path) =>
            new ProvenEvent(e.SeqId.ToString(CultureInfo.InvariantCulture), Encoding.UTF8.GetString(LeafFormat.Json(e)), [.. path.Select(Convert.ToBase64String)])).ToList();

        var bundle = new ProofBundle(ProofBundle.CurrentFormat, $"order {orderId}", note, key.ToString(), stamped is { } s ? Convert.ToBase64String(s.Token) : null, events);
        // What a stranger would refuse must not leave the house.
        bundle.Verify(key);
        return bundle;
    }

    /// <summary>The events by position, and with each the events that caused it, up to inputs from outside.</summary>
    private async Task<SortedDictionary<long, RecordedEvent>> StoryAsync(string orderId, CancellationToken ct)
    {
        var explained = await new ExplainQuery(source).ForOrderAsync(orderId, ct);
        var open = new Queue<long>(explained.Steps.Select(s => s.Seq)
            .Concat(explained.Signals.Select(s => s.TapeSeq).OfType<long>())
            .Concat(explained.Steps.Select(s => s.Input?.TapeSeq).OfType<long>()));
        var story = new SortedDictionary<long, RecordedEvent>();
        while (open.TryDequeue(out var position) && story.Count < ProofBundle.MaxEvents)
        {
            if (story.ContainsKey(position)) continue;
            var e = story[position] = await reader.FindAsync(position, ct) ?? throw new AuditDataException(position, $"event {position} is missing");
            // A kill switch, a command: causes that do not belong to the decision itself.
            if (Guid.TryParse(e.CausationId, out var cause) && await reader.FindCauseAsync(e.StreamId, e.Version, position, cause, ct) is { } earlier) open.Enqueue(earlier);
        }

        return story;
    }
}

/// <summary>The notary has not come that far.</summary>
public sealed class NotSignedException(string message) : Exception(message);
