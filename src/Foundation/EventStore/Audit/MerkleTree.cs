using System.Security.Cryptography;

namespace EventSourcedTrading.EventStore.Audit;

/// <summary>
/// The hashes of RFC 6962 §2.1: leaves are prefixed with 0x00 and nodes with 0x01, so that neither can be passed
/// off as the other. All hashes are SHA-256, 32 bytes.
/// </summary>
public static class MerkleTree
{
    public const int HashSize = SHA256.HashSizeInBytes;

    [ThreadStatic]
    private static IncrementalHash? _context;

    /// <summary>The root of the tree without leaves: SHA-256 of nothing.</summary>
    public static ReadOnlySpan<byte> EmptyRoot =>
    [
        0xe3, 0xb0, 0xc4, 0x42, 0x98, 0xfc, 0x1c, 0x14, 0x9a, 0xfb, 0xf4, 0xc8, 0x99, 0x6f, 0xb9, 0x24,
        0x27, 0xae, 0x41, 0xe4, 0x64, 0x9b, 0x93, 0x4c, 0xa4, 0x95, 0x99, 0x1b, 0x78, 0x52, 0xb8, 0x55,
    ];

    /// <summary>SHA-256(0x00 ‖ entry).</summary>
    public static byte[] HashLeaf(ReadOnlySpan<byte> entry)
    {
        using var input = new ByteWriter(entry.Length + 1);
        input.Write(0);
        input.Write(entry);
        var hash = new byte[HashSize];
        Hash(input.Written, hash);
        return hash;
    }

    /// <summary>SHA-256(0x01 ‖ left ‖ right). <paramref name="hash"/> may be one of the inputs.</summary>
    public static void HashNode(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right, Span<byte> hash)
    {
        Span<byte> input = stackalloc byte[1 + 2 * HashSize];
        input[0] = 1;
        left.CopyTo(input[1..]);
        right.CopyTo(input[(1 + HashSize)..]);
        Hash(input, hash);
    }

    /// <summary>SHA-256. With a context that is kept a short input takes a quarter less time than SHA256.HashData, which looks for the algorithm at each call.</summary>
    internal static void Hash(ReadOnlySpan<byte> input, Span<byte> hash)
    {
        var context = _context ??= IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        context.AppendData(input);
        context.GetHashAndReset(hash);
    }
}
