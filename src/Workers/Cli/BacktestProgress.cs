using System.Diagnostics;
using System.Globalization;
using EventSourcedTrading.Backtesting.Running;
using EventSourcedTrading.Backtesting.Sweeping;
using Spectre.Console;

namespace EventSourcedTrading.Workers.Cli;

/// <summary>How far a backtest or a sweep is: a bar with signals a second, where there is a terminal to draw it on.</summary>
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

    public static Task<T> ShowAsync<T>(string what, Func<IProgress<RunProgress>?, Task<T>> run) => ShowAsync(
        what, p => (p.Signals, p.Of, string.Create(CultureInfo.InvariantCulture, $"{(p.AsOf.UnixMicros > 0 ? p.AsOf.ToDateTime() : DateTime.UnixEpoch):yyyy-MM-dd HH:mm}")), run);

    public static Task<T> ShowAsync<T>(Func<IProgress<SweepProgress>?, Task<T>> run) => ShowAsync(
        "sweep", p => (p.Signals, p.Of, string.Create(CultureInfo.InvariantCulture, $"{p.Done:#,0} of {p.Runs:#,0} runs")), run);

    private static async Task<T> ShowAsync<TStep, T>(string what, Func<TStep, (long Signals, long Of, string Text)> read, Func<IProgress<TStep>?, Task<T>> run)
    {
        if (!Terminal.Errors.Profile.Capabilities.Interactive) return await run(null);
        T? result = default;
        await Terminal.Errors.Progress().Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn()).StartAsync(async drawing =>
        {
            var bar = drawing.AddTask(what);
            var (started, first) = (Stopwatch.GetTimestamp(), -1L);
            result = await run(new InlineProgress<TStep>(step =>
            {
                var (signals, of, text) = read(step);
                if (first < 0) first = signals;
                (bar.MaxValue, bar.Value) = (Math.Max(1, of), signals);
                var rate = (signals - first) / Math.Max(0.001, Stopwatch.GetElapsedTime(started).TotalSeconds);
                bar.Description = string.Create(CultureInfo.InvariantCulture, $"{what}   {text}   {rate:#,0}/s");
            }));
            bar.Value = bar.MaxValue;
        });
        return result!;
    }
}
