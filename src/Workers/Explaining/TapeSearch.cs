using System.Text;
using System.Text.Json;
using EventSourcedTrading.Domain.Engine;
using EventSourcedTrading.Domain.Json;
using EventSourcedTrading.Domain.Signals;
using EventSourcedTrading.EventStore;
using EventSourcedTrading.Projections.Audit;
using Npgsql;

namespace EventSourcedTrading.Workers.Explaining;

/// <summary>Finds on a portfolio's tape what events and signals came from. Every search has a bound: a log may be long.</summary>
internal sealed class TapeSearch(NpgsqlDataSource source, EventReader reader, string stream)
{
    /// <summary>How many batches of the tape a search for signals goes back.</summary>
    private const int Batches = 500;

    /// <summary>How many different batches of one explanation are paired with their inputs.</summary>
    private const int MaxPaired = 64;

    private readonly List<(long Seq, long Last, InputsRecorded Tape)> known = [];

    /// <summary>Gives each step the input in whose course it was recorded, where the tape is found.</summary>
    public async Task<IReadOnlyList<Step>> PairAsync(IReadOnlyList<Step> steps, CancellationToken ct)
    {
        var paired = new List<Step>(steps.Count);
        foreach (var step in steps) paired.Add(step with { Input = await InputOfAsync(step.Seq, ct) });
        return paired;
    }

    /// <summary>Looks for signals from the tape before <paramref name="upTo"/> backwards.</summary>
    public async Task<IReadOnlyList<SeenSignal>> FindAsync(IReadOnlyList<string> signalIds, long upTo, CancellationToken ct)
    {
        var found = new Dictionary<string, SeenSignal>();
        long? first = null, last = null;
        var batches = 0;
        var version = await VersionBeforeAsync(upTo, ct);
        if (version > 0 && signalIds.Count > 0)
        {
            await foreach (var e in reader.ReadStreamAsync(stream, version, ReadDirection.Backwards, Batches, ct))
            {
                last ??= e.SeqId;
                first = e.SeqId;
                batches++;
                Look(e, signalIds, found);
                if (found.Count == signalIds.Count) break;
            }
        }

        var where = first is null ? "there is no tape before the decision" : $"not in the last {batches} batches of the tape, log positions {first} to {last}";
        return [.. signalIds.Select(id => found.GetValueOrDefault(id) ?? new SeenSignal(id, null, null, where))];
    }

    private static void Look(RecordedEvent tape, IReadOnlyList<string> signalIds, Dictionary<string, SeenSignal> found)
    {
        foreach (var id in signalIds)
        {
            var colon = id.LastIndexOf(':');
            if (found.ContainsKey(id) || colon < 0) continue;
            // Most tapes do not have it: a look at the bytes spares reading them all.
            if (tape.Data.Span.IndexOf(Encoding.UTF8.GetBytes($"\"{id[(colon + 1)..]}\"")) < 0) continue;
            foreach (var input in ((InputsRecorded)EventJson.Deserialize(tape.Type, tape.Data.Span)).Inputs)
            {
                if (input.Kind != "signal") continue;
                if (SignalJson.Read(JsonSerializer.SerializeToUtf8Bytes(input.Data)).Signal is not { } signal) continue;
                if ($"{signal.Feed}:{signal.Sequence}" == id) found[id] = new SeenSignal(id, signal, tape.SeqId, null);
            }
        }
    }

    private async Task<TapeInput?> InputOfAsync(long seq, CancellationToken ct)
    {
        var batch = known.Find(b => b.Seq < seq && seq <= b.Last);
        if (batch.Tape is null)
        {
            if (known.Count >= MaxPaired || await VersionBeforeAsync(seq, ct) is not (> 0 and var version)) return null;
            await foreach (var e in reader.ReadStreamAsync(stream, version, maxCount: 1, ct: ct))
            {
                var tape = (InputsRecorded)EventJson.Deserialize(e.Type, e.Data.Span);
                known.Add(batch = (e.SeqId, e.SeqId + tape.Inputs.Sum(i => i.Events), tape));
            }
        }

        return batch.Tape is null ? null : TapeInput.Of(batch.Seq, batch.Tape, seq);
    }

    /// <summary>The version of the last tape at or before a place in the log; 0 if there is none near.</summary>
    private async Task<long> VersionBeforeAsync(long seq, CancellationToken ct)
    {
        await using var command = source.CreateCommand(
            "select version from events.mt_events where seq_id between $1 and $2 and stream_id = $3 order by seq_id desc limit 1");
        command.Parameters.Add(new NpgsqlParameter { Value = seq - EventReader.BatchReach });
        command.Parameters.Add(new NpgsqlParameter { Value = seq });
        command.Parameters.Add(new NpgsqlParameter { Value = stream });
        return await command.ExecuteScalarAsync(ct) is long version ? version : 0;
    }
}
