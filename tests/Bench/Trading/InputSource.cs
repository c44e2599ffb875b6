using EventSourcedTrading.Domain.Engine;
using EventSourcedTrading.Domain.Signals;

namespace EventSourcedTrading.Bench.Trading;

/// <summary>Quote, intent, watermark, and again: the inputs of an engine whose agent answers every quote at once.</summary>
public static class InputSource
{
    private static readonly Addressee Addressee = new(Desk.Portfolio, Desk.Agent);

    public static IEnumerable<Input> Orders(IEnumerable<Signal> quotes)
    {
        var turns = new Turns();
        foreach (var quote in quotes)
        {
            yield return new SignalInput(quote);
            yield return new IntentInput(turns.Answer(quote), Addressee);
            yield return new ProgressInput(Desk.Agent, quote.Time, quote.Sequence);
        }
    }
}
