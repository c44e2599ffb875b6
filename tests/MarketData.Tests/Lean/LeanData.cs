using System.IO.Compression;

namespace EventSourcedTrading.MarketData.Tests.Lean;

/// <summary>Where LEAN files are: the shared sample beside the repository (or EST_DATA), and folders that a test builds itself.</summary>
internal static class LeanData
{
    private static readonly string? Sample = Find();

    public static string Folder
    {
        get
        {
            Assert.SkipWhen(Sample is null, "No LEAN sample: neither EST_DATA nor a folder shared/data/lean above the test binary.");
            return Sample!;
        }
    }

    private static string? Find()
    {
        if (Environment.GetEnvironmentVariable("EST_DATA") is { Length: > 0 } named) return named;
        for (var at = new DirectoryInfo(AppContext.BaseDirectory); at is not null; at = at.Parent)
            if (Path.Combine(at.FullName, "shared", "data", "lean") is var path && Directory.Exists(path)) return path;
        return null;
    }
}

/// <summary>A LEAN folder of a test's own, gone when the test is.</summary>
internal sealed class OwnLeanFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("est-lean-").FullName;

    public string Zip(string path, params string[] lines)
    {
        var full = System.IO.Path.Combine(Path, path);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(full)!);
        using var archive = ZipFile.Open(full, ZipArchiveMode.Create);
        using var writer = new StreamWriter(archive.CreateEntry("rows.csv").Open());
        writer.Write(string.Join('\n', lines));
        return full;
    }

    public string Text(string path, params string[] lines)
    {
        var full = System.IO.Path.Combine(Path, path);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(full)!);
        File.WriteAllLines(full, lines);
        return full;
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
