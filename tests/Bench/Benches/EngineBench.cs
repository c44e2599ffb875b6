using System.Diagnostics;
using System.Security.Cryptography;
using EventSourcedTrading.Bench.Measuring;
using EventSourcedTrading.Bench.Trading;
using EventSourcedTrading.Brokers.Paper;
using EventSourcedTrading.Domain.Engine;
using EventSourcedTrading.Domain.Orders;
using EventSourcedTrading.Domain.Time;

namespace EventSourcedTrading.Bench.Benches;

/// <summary>Decisions alone, on one core: quotes, intents and watermarks in; votes, checks, orders and fills out, in memory.</summary>
public sealed class EngineBench : IBench
{
    private const int Orders = 50_000;

    public IReadOnlyList<string> Names => ["engine.intents_per_s"];

    public async Task RunAsync(Results results, CancellationToken ct)
    {
        var inputs = InputSource.Orders(Desk.Quotes().Take(Orders)).ToArray();
        var hashed = new byte[512];
        var rates = await Interleaved.RatesAsync(
            5, TimeSpan.FromSeconds(0.5), _ => Task.FromResult(Decide(inputs)), time => Task.FromResult(Hash(hashed, time)));
        results.Add("engine.intents_per_s", rates[0], "intents/s", "SHA-256 of 512 B", rates[1]);
    }

    private static long Decide(Input[] inputs)
    {
        var engine = new PortfolioEngine(new PortfolioState(Desk.Portfolio), PaperVenue.Factory);
        var now = Timestamp.From(DateTimeOffset.UtcNow);
        foreach (var input in Desk.Opening()) engine.Step(input, now);
        var fills = 0L;
        foreach (var input in inputs)
        {
            engine.Record.Clear();
            engine.Step(input, now);
            foreach (var recorded in engine.Record.Events)
                if (recorded.Event is OrderFilled) fills++;
        }

        return fills == Orders ? fills : throw new InvalidOperationException($"{Orders} intents gave {fills} fills");
    }

    private static long Hash(byte[] text, TimeSpan time)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        var count = 0L;
        for (var started = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(started) < time; count++) SHA256.HashData(text, hash);
        return count;
    }
}
