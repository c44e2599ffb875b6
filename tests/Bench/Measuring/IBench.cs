namespace EventSourcedTrading.Bench.Measuring;

/// <summary>A part of the bench that can be run alone.</summary>
public interface IBench
{
    /// <summary>What it measures; a name may be the beginning of several.</summary>
    IReadOnlyList<string> Names { get; }

    Task RunAsync(Results results, CancellationToken ct);
}
