namespace EventSourcedTrading.Chaos;

/// <summary>The servers of all trials, and what an undisturbed run decides.</summary>
public sealed class Servers : IAsyncLifetime
{
    public PostgresCluster Postgres { get; private set; } = null!;
    public NatsServer Nats { get; private set; } = null!;
    public Result Undisturbed { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Postgres = await PostgresCluster.StartAsync();
        Nats = await NatsServer.StartAsync();
        await using var trial = await Trial.StartAsync(this, "undisturbed");
        await trial.UntilFedAsync();
        Undisturbed = await trial.UntilQuietAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await Nats.DisposeAsync();
        await Postgres.DisposeAsync();
    }
}
