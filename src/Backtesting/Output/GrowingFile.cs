using EventSourcedTrading.EventStore;

namespace EventSourcedTrading.Backtesting.Output;

/// <summary>A file that is only added to, and that a run which broke off can go on with.</summary>
internal sealed class GrowingFile : IDisposable
{
    private const int Block = 1 << 16;

    private readonly FileStream file;

    /// <param name="length">Of what is kept; what is behind it is cut away.</param>
    /// <exception cref="IOException">The file is shorter than that, or cannot be written.</exception>
    public GrowingFile(string path, long length)
    {
        // Nothing between us and the system but our own block: so what was flushed is what the length says.
        file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read, bufferSize: 0);
        if (file.Length < length)
        {
            file.Dispose();
            throw new IOException($"{path} has {new FileInfo(path).Length} bytes; the checkpoint speaks of {length}. Delete the folder to begin anew.");
        }

        file.SetLength(length);
        file.Position = length;
    }

    /// <summary>What comes next; call <see cref="Spill"/> now and then.</summary>
    public ByteWriter Text { get; } = new(2 * Block);

    /// <summary>Writes down what has gathered, if it is enough to be worth it.</summary>
    public void Spill()
    {
        if (Text.Length >= Block) Write();
    }

    public long Flush()
    {
        Write();
        return file.Position;
    }

    public void Dispose()
    {
        Text.Dispose();
        file.Dispose();
    }

    private void Write()
    {
        file.Write(Text.Written);
        Text.Clear();
    }
}
