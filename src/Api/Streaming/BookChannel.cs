using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using EventSourcedTrading.Api.Live;
using EventSourcedTrading.Domain.Json;
using EventSourcedTrading.Projections.Reading;

namespace EventSourcedTrading.Api.Streaming;

/// <summary>Positions and profit for all clients, as rows that take the place of those before them.</summary>
internal sealed class BookChannel(BookWatch watch, TimeProvider time, Action<Exception> onInterrupted)
{
    /// <summary>After a look that failed.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(2);

    /// <summary>As the log's JSON has numbers and times; null is written, as it is what a value has become.</summary>
    private static readonly JsonSerializerOptions Json = new(EventJson.Options) { DefaultIgnoreCondition = JsonIgnoreCondition.Never, TypeInfoResolver = new DefaultJsonTypeInfoResolver() };

    private readonly LiveTable table = new(2 * ReadModels.MaxBook);
    private readonly TaskCompletionSource loaded = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Begins a subscription with all that there is now.</summary>
    public async Task AddAsync(TableSubscription subscription, CancellationToken ct)
    {
        await loaded.Task.WaitAsync(ct);
        table.Add(subscription);
        subscription.Open();
    }

    public void Remove(TableSubscription subscription) => table.Remove(subscription);

    /// <summary>Looks until cancelled. While nobody watches it only looks once.</summary>
    public async Task RunAsync(CancellationToken ct)
    {
        long? last = null;
        while (true)
        {
            var wait = watch.Every;
            try
            {
                if (!loaded.Task.IsCompleted || table.IsWatched)
                {
                    var book = await watch.NowAsync(ct);
                    if (book.Position != last) table.Publish(Rows(book), book.Position);
                    last = book.Position;
                    loaded.TrySetResult();
                }
            }
            catch (Exception e) when (!ct.IsCancellationRequested)
            {
                onInterrupted(e);
                wait = Pause;
            }

            await Task.Delay(wait, time, ct);
        }
    }

    private static IEnumerable<LiveRow> Rows(BookView book)
    {
        foreach (var (e, p) in book.Equity.Join(book.Profit, e => e.Portfolio, p => p.Portfolio, (e, p) => (e, p)))
            yield return Row("{\"row\":\"portfolio\","u8, e.Portfolio, null, new { e.Portfolio, e.BaseCurrency, e.Cash, e.MarketValue, e.Equity, e.DayEquity, p.Realised, p.Unrealised, p.Fees, p.Net, p.Fills });
        foreach (var p in book.Positions) yield return Row("{\"row\":\"position\","u8, p.Portfolio, p.Instrument, p);
    }

    private static LiveRow Row<T>(ReadOnlySpan<byte> head, string portfolio, string? instrument, T values) =>
        new($"{portfolio} {instrument}", portfolio, instrument, (byte[])[.. head, .. JsonSerializer.SerializeToUtf8Bytes(values, Json).AsSpan(1)]);
}
