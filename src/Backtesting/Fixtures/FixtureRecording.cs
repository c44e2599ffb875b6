using System.Text.Json;
using EventSourcedTrading.Backtesting.Replaying;
using EventSourcedTrading.Brokers.Paper;
using EventSourcedTrading.Domain.Engine;
using EventSourcedTrading.Domain.Time;
using EventSourcedTrading.EventStore;

namespace EventSourcedTrading.Backtesting.Fixtures;

/// <summary>Makes a fixture of a part of a portfolio's tape: its inputs, and the events that the log has of them.</summary>
public static class FixtureRecording
{
    /// <param name="from">First log position: the batch that holds it is the first one. The state before it goes into the fixture.</param>
    /// <param name="to">Last log position, likewise.</param>
    /// <exception cref="TapeException">There is no such tape, or nothing on it between the positions.</exception>
    /// <exception cref="FixtureException">The part is too long for a fixture.</exception>
    public static async Task<Fixture> RecordAsync(
        EventReader reader, string portfolio, long from, long to, IProgress<(long Done, long Of)>? progress = null, CancellationToken ct = default)
    {
        var engine = new PortfolioEngine(new PortfolioState(portfolio), PaperVenue.Factory);
        FixtureState? state = null;
        var steps = new List<FixtureStep>();
        await foreach (var batch in new TapeReader(reader, portfolio).ReadAsync(progress: progress, ct: ct))
        {
            if (batch.Tape.SeqId > to) break;
            if (batch.Last < from)
            {
                foreach (var (input, log) in TapeInputs.Of(batch)) engine.Replay(input, batch.Recorded.At, log);
                continue;
            }

            if (steps.Count == 0 && engine.State.Opened) state = new FixtureState(StateSnapshot.Format, JsonSerializer.SerializeToElement(StateSnapshot.Of(engine.State), StateSnapshot.Json));
            Add(batch, steps);
            if (steps.Count > Fixture.MaxSteps) throw new FixtureException($"there are more than {Fixture.MaxSteps} inputs between {from} and {to}; choose a shorter part");
        }

        return steps.Count > 0 ? new Fixture($"Recorded from portfolio {portfolio}, log positions {from} to {to}.", portfolio, steps, state)
            : throw new TapeException($"portfolio '{portfolio}': its tape has no batch between the log positions {from} and {to}; `est replay check` says how far it goes");
    }

    private static void Add(TapeBatch batch, List<FixtureStep> steps)
    {
        Timestamp? at = batch.Recorded.At;
        var next = 0;
        foreach (var entry in batch.Recorded.Inputs)
        {
            var then = new List<JsonElement>(entry.Events);
            for (var i = 0; i < entry.Events; i++)
            {
                if (batch.Events[next++] is not { } e) throw new TapeException($"{TapeReader.Name(batch.Tape)}: the log lacks an event of its batch; `est audit verify` says more");
                then.Add(FixtureRun.Describe(e.Type, e.StreamId, e.Version, e.CorrelationId, e.CausationId, e.Data.Span));
            }

            steps.Add(new FixtureStep(entry.Kind, entry.Data.Clone(), at, then));
            at = null;
        }
    }
}
