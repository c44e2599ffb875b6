using EventSourcedTrading.Testing;

namespace EventSourcedTrading.EventStore.Tests;

/// <summary>
/// A database that the tests of one class share, for tests that only read or are refused: a database of its own
/// for each would cost far more than the test.
/// </summary>
public abstract class SharedDatabase : IAsyncLifetime
{
    public TestDatabase Database { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Database = await TestDatabase.CreateAsync();
        await using var appender = new EventAppender(Database.App);
        foreach (var batch in Content()) await appender.AppendAsync(batch);
    }

    public ValueTask DisposeAsync() => Database.DisposeAsync();

    private protected abstract IEnumerable<AppendBatch> Content();
}
