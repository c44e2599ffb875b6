namespace EventSourcedTrading.Chaos;

/// <summary>The servers of all trials, and what an undisturbed run decides.</summary>
public sealed class Servers : IAsyncLifetime
{
    public PostgresCluster Postgres { get; private set; } = null!;
    public NatsServer Nats { get; private set; } = null!;
    public Result Undisturbed { get; private set; } = null!;

    /// <summary>Programs to start servers of our own with; they are missing where the servers run in containers alone.</summary>
    private static bool HasPrograms =>
        new[] { "EST_POSTGRES_BIN", "EST_NATS_SERVER_BINARY" }.All(name => Environment.GetEnvironmentVariable(name) is { Length: > 0 });

    public static void SkipWithoutPrograms() =>
        Assert.SkipUnless(HasPrograms, "EST_POSTGRES_BIN and EST_NATS_SERVER_BINARY name no programs: install PostgreSQL and nats-server to run this.");

    public async ValueTask InitializeAsync()
    {
        if (!HasPrograms) return;
        Postgres = await PostgresCluster.StartAsync();
        Nats = await NatsServer.StartAsync();
        await using var trial = await Trial.StartAsync(this, "undisturbed");
        await trial.UntilFedAsync();
        Undisturbed = await trial.UntilQuietAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (!HasPrograms) return;
        await Nats.DisposeAsync();
        await Postgres.DisposeAsync();
    }
}
