namespace EventSourcedTrading.Backtesting.Tests.Running;

/// <summary>A folder of a test's own, gone when the test is.</summary>
internal sealed class OwnFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("est-backtest-").FullName;

    public string this[string name] => System.IO.Path.Combine(Path, name);

    public void Dispose() => Directory.Delete(Path, recursive: true);

    /// <summary>Two runs left the same files, to the last byte.</summary>
    public static void Same(string expected, string actual)
    {
        Assert.Equal(Names(expected), Names(actual));
        foreach (var name in Names(expected))
            Assert.True(File.ReadAllBytes(System.IO.Path.Combine(expected, name)).AsSpan().SequenceEqual(File.ReadAllBytes(System.IO.Path.Combine(actual, name))), $"{name} differs");
    }

    private static string[] Names(string folder) => [.. Directory.GetFiles(folder).Select(f => System.IO.Path.GetFileName(f)!).Order(StringComparer.Ordinal)];
}
