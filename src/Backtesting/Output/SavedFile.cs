namespace EventSourcedTrading.Backtesting.Output;

/// <summary>A file that is there whole or not at all: it gets its name when it is complete.</summary>
internal static class SavedFile
{
    public static void Write(string path, Action<Stream> write)
    {
        var begun = $"{path}.part";
        using (var to = new FileStream(begun, FileMode.Create, FileAccess.Write, FileShare.None, 1 << 16)) write(to);
        File.Move(begun, path, overwrite: true);
    }

    public static async Task WriteAsync(string path, Func<Stream, Task> write)
    {
        var begun = $"{path}.part";
        await using (var to = new FileStream(begun, FileMode.Create, FileAccess.Write, FileShare.None, 1 << 16)) await write(to);
        File.Move(begun, path, overwrite: true);
    }
}
