namespace EventSourcedTrading.Workers.Hosting;

/// <summary>A part of the platform that runs until it is stopped, and is started again when it fails.</summary>
public interface IRole
{
    string Name { get; }

    /// <summary>One word for people and for health checks, such as running or standby.</summary>
    string Status { get; }

    Task RunAsync(CancellationToken ct);
}
