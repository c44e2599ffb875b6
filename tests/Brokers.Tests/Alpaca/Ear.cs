
namespace EventSourcedTrading.Brokers.Tests.Alpaca;

/// <summary>Listens to an adapter, and waits at most twenty seconds for anything.</summary>
public sealed class Ear : IAsyncDisposable
{
    private readonly CancellationTokenSource stop = new();
    private readonly IAsyncEnumerator<BrokerMessage> messages;

    public Ear(IBrokerAdapter adapter) => messages = adapter.ListenAsync(stop.Token).GetAsyncEnumerator();

    public async Task<BrokerMessage> NextAsync()
    {
        Assert.True(await messages.MoveNextAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(20)));
        return messages.Current;
    }

    /// <summary>Reports with nothing else between them.</summary>
    public async Task<IReadOnlyList<ReportReceived>> ReportsAsync(int count)
    {
        var reports = new List<ReportReceived>();
        while (reports.Count < count) reports.Add(Assert.IsType<ReportReceived>(await NextAsync()));
        return reports;
    }

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await messages.DisposeAsync();
        stop.Dispose();
    }
}
