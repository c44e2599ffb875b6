namespace EventSourcedTrading.Backtesting.Running;

/// <summary>Reports on the caller's thread, unlike <see cref="Progress{T}"/>: the order of reports is the order of events.</summary>
public sealed class InlineProgress<T>(Action<T> report) : IProgress<T>
{
    public void Report(T value) => report(value);
}
