using EventSourcedTrading.Domain.Engine;
using EventSourcedTrading.Domain.Signals;

namespace EventSourcedTrading.Bench.Trading;

/// <summary>A quote, then an intent and a watermark of every agent, and again: the inputs of an engine whose agents answer every quote at once.</summary>
public static class InputSource
{
    public static IEnumerable<Input> Orders(IEnumerable<Signal> quotes, int agents = 1)
    {
        var desk = Desk.Agents(agents).Select(a => (Agent: a, Mind: new Turns(a), Addressee: new Addressee(Desk.Portfolio, a))).ToArray();
        foreach (var quote in quotes)
        {
            yield return new SignalInput(quote);
            foreach (var (agent, mind, addressee) in desk)
            {
                yield return new IntentInput(mind.Answer(quote), addressee);
                yield return new ProgressInput(agent, quote.Time, quote.Sequence);
            }
        }
    }
}
