namespace GreenDonut;

/// <summary>Keys that a data loader will ask for at once.</summary>
public abstract class Batch
{
    /// <summary>Asks for the values. No key comes to the batch any more. Does not throw; what went wrong is told by <see cref="Complete"/>.</summary>
    public abstract Task FetchAsync(CancellationToken cancellationToken);

    /// <summary>Hands the values to those who wait for them, who go on at once, one after the other, on this thread.</summary>
    public abstract void Complete();
}

/// <summary>Decides when a batch goes out.</summary>
public interface IBatchScheduler
{
    void Schedule(Batch batch);
}

/// <summary>For loads outside of a request, where nobody knows when all keys are there: a batch goes out as soon as a thread takes it, with the keys that have come by then.</summary>
public sealed class AutoBatchScheduler : IBatchScheduler
{
    public static AutoBatchScheduler Default { get; } = new();

    public void Schedule(Batch batch) => _ = Task.Run(async () =>
    {
        await batch.FetchAsync(CancellationToken.None);
        batch.Complete();
    });
}
