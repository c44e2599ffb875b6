using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace EventSourcedTrading.Integration;

/// <summary>Keeps what the platform warns of, so that a test can say that a role has never started again.</summary>
public sealed class Complaints : ILoggerProvider
{
    private readonly ConcurrentQueue<string> lines = new();

    public IReadOnlyCollection<string> Lines => lines;
    public IEnumerable<string> Restarts => lines.Where(l => l.Contains("starts again", StringComparison.Ordinal));

    public ILogger CreateLogger(string categoryName) => new Pen(categoryName, lines);

    public void Dispose()
    {
        // Nothing is held.
    }

    private sealed class Pen(string category, ConcurrentQueue<string> lines) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel)) lines.Enqueue(exception is null ? $"{category}: {formatter(state, exception)}" : $"{category}: {formatter(state, exception)}: {exception}");
        }
    }
}
