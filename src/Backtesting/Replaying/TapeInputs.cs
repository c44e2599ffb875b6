using System.Globalization;
using System.Text.Json;
using EventSourcedTrading.Domain.Engine;

namespace EventSourcedTrading.Backtesting.Replaying;

/// <summary>The inputs of a batch, each with what the log says that it caused.</summary>
internal static class TapeInputs
{
    /// <exception cref="TapeException">An input cannot be read.</exception>
    public static IEnumerable<(Input Input, Queue<Logged> Log)> Of(TapeBatch batch)
    {
        var next = 0;
        for (var i = 0; i < batch.Recorded.Inputs.Count; i++)
        {
            var entry = batch.Recorded.Inputs[i];
            var log = new Queue<Logged>(entry.Events);
            for (var n = 0; n < entry.Events; n++) log.Enqueue(ReplayCheck.LoggedOf(batch.Events[next++]));
            yield return (Read(batch, entry, i), log);
        }
    }

    public static Input Read(TapeBatch batch, TapeEntry entry, int index)
    {
        try
        {
            return InputJson.Read(entry.Kind, entry.Data);
        }
        catch (JsonException e)
        {
            throw new TapeException(string.Create(CultureInfo.InvariantCulture, $"{TapeReader.Name(batch.Tape)}, input {index} ({entry.Kind}) cannot be read: {e.Message}"));
        }
    }
}
