using System.IO.Compression;
using EventSourcedTrading.Backtesting.Statistics;

namespace EventSourcedTrading.Backtesting.Tests.Statistics;

/// <summary>What QuantConnect LEAN defines otherwise, and its sample of data: the shared one beside the repository, or EST_DATA.</summary>
internal static class Lean
{
    private static readonly string? Sample = Find();

    /// <summary>The folder; without it the test is skipped, and says so.</summary>
    public static string Folder
    {
        get
        {
            Assert.SkipWhen(Sample is null, "No LEAN sample: neither EST_DATA nor a folder shared/data/lean above the test binary.");
            return Sample!;
        }
    }

    /// <summary>LEAN's own call of the formula: moments corrected for small samples, and the kurtosis that exceeds 3 where the paper has all of it.</summary>
    public static double Probability(Moments returns, int periods) => ProbabilisticSharpe.Probability(
        returns.Mean!.Value / returns.StandardDeviation!.Value, 1 / Math.Sqrt(periods), returns.Count, Skewness(returns), ExcessKurtosis(returns))!.Value;

    /// <summary>LEAN's year of a mean daily return: (1 + mean)^252 − 1.</summary>
    public static double Year(double mean) => Math.Pow(1 + mean, 252) - 1;

    /// <summary>Rows of a LEAN file in <c>equity/usa</c>, their cells as text.</summary>
    public static string[][] Rows(string path)
    {
        using var archive = ZipFile.OpenRead(Path.Combine(Folder, "equity", "usa", path));
        using var reader = new StreamReader(archive.Entries[0].Open());
        return [.. reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.TrimEnd('\r').Split(','))];
    }

    private static double Skewness(Moments m) => m.Skewness!.Value * Math.Sqrt((double)m.Count * (m.Count - 1)) / (m.Count - 2);

    private static double ExcessKurtosis(Moments m) =>
        (m.Count - 1.0) / ((m.Count - 2.0) * (m.Count - 3.0)) * (((m.Count + 1) * (m.Kurtosis!.Value - 3)) + 6);

    private static string? Find()
    {
        if (Environment.GetEnvironmentVariable("EST_DATA") is { Length: > 0 } named) return named;
        for (var at = new DirectoryInfo(AppContext.BaseDirectory); at is not null; at = at.Parent)
            if (Path.Combine(at.FullName, "shared", "data", "lean") is var path && Directory.Exists(path)) return path;
        return null;
    }
}
