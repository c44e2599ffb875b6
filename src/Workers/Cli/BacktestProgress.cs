using System.Diagnostics;
using System.Globalization;
using EventSourcedTrading.Backtesting.Running;
using Spectre.Console;

namespace EventSourcedTrading.Workers.Cli;

/// <summary>How far a backtest is: a bar with signals a second and the market's time, where there is a terminal to draw it on.</summary>
internal static class BacktestProgress
{
    /// <summary>Reads the data once, to know it before it is run.</summary>
    public static async Task<DataFingerprint> CountAsync(BacktestSetup setup, CancellationToken ct)
    {
        if (!Terminal.Errors.Profile.Capabilities.Interactive) return DataFingerprint.Of(setup.Signals(), ct);
        DataFingerprint? print = null;
        await Terminal.Errors.Status().StartAsync("reading the data", _ => Task.Run(() => print = DataFingerprint.Of(setup.Signals(), ct), ct));
        return print!;
    }

    public static async Task<T> ShowAsync<T>(string what, Func<IProgress<RunProgress>?, Task<T>> run)
    {
        if (!Terminal.Errors.Profile.Capabilities.Interactive) return await run(null);
        T? result = default;
        await Terminal.Errors.Progress().Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn()).StartAsync(async drawing =>
        {
            var bar = drawing.AddTask(what);
            var (started, first) = (Stopwatch.GetTimestamp(), -1L);
            result = await run(new Inline(p =>
            {
                if (first < 0) first = p.Signals;
                (bar.MaxValue, bar.Value) = (Math.Max(1, p.Of), p.Signals);
                var rate = (p.Signals - first) / Math.Max(0.001, Stopwatch.GetElapsedTime(started).TotalSeconds);
                bar.Description = string.Create(CultureInfo.InvariantCulture, $"{what}   {(p.AsOf.UnixMicros > 0 ? p.AsOf.ToDateTime() : DateTime.UnixEpoch):yyyy-MM-dd HH:mm}   {rate:#,0}/s");
            }));
            bar.Value = bar.MaxValue;
        });
        return result!;
    }

    private sealed class Inline(Action<RunProgress> report) : IProgress<RunProgress>
    {
        public void Report(RunProgress value) => report(value);
    }
}
