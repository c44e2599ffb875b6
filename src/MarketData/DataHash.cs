using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace EventSourcedTrading.MarketData;

/// <summary>
/// What a run read, as one SHA-256: the options that change how files are read, then each file's name and bytes in order. Of files
/// rather than of signals, as compressed files are hashed at the speed of the disk; so the same market in another format has another hash.
/// </summary>
internal static class DataHash
{
    private const int BufferLength = 1 << 16;

    /// <param name="description">Of the source and its options, without paths: the same data elsewhere are the same.</param>
    /// <param name="files">Name below the root of the data set, and where it is.</param>
    /// <returns>64 lower-case hexadecimal digits.</returns>
    /// <exception cref="BadMarketDataException">A file cannot be read.</exception>
    public static string Of(string description, IEnumerable<(string Name, string Path)> files)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = new byte[BufferLength];
        Add(hash, description);
        foreach (var (name, path) in files)
        {
            Add(hash, name);
            try
            {
                using var file = File.OpenRead(path);
                AddLength(hash, file.Length);
                for (int read; (read = file.Read(buffer)) > 0;) hash.AppendData(buffer, 0, read);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                throw new BadMarketDataException(new(name, 0, "file", name, $"cannot be read: {e.Message}"));
            }
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <summary>With its length before it, so that no two lists of texts are one text.</summary>
    private static void Add(IncrementalHash hash, string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        AddLength(hash, bytes.Length);
        hash.AppendData(bytes);
    }

    private static void AddLength(IncrementalHash hash, long length)
    {
        Span<byte> bytes = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, length);
        hash.AppendData(bytes);
    }
}
