using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

namespace EventSourcedTrading.Projections.Verifying;

/// <summary>
/// A set of keys of which only a hash is kept, some 20 bytes each however long they are. The hash is the first 64 bits of SHA-256 behind
/// a salt that nobody knows beforehand, so two keys that are taken for one come by chance only: one time in ten million for a million keys.
/// </summary>
internal sealed class KeySet
{
    private const int SaltSize = 16;

    private readonly HashSet<long> hashes = [];
    private byte[] text = RandomNumberGenerator.GetBytes(SaltSize);

    public int Count => hashes.Count;

    public void Add(string key) => hashes.Add(Hash(key));

    public bool Remove(string key) => hashes.Remove(Hash(key));

    public bool Contains(string key) => hashes.Contains(Hash(key));

    private long Hash(string key)
    {
        var length = SaltSize + Encoding.UTF8.GetMaxByteCount(key.Length);
        if (text.Length < length) Array.Resize(ref text, length);
        var used = SaltSize + Encoding.UTF8.GetBytes(key, text.AsSpan(SaltSize));
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(text.AsSpan(0, used), hash);
        return MemoryMarshal.Read<long>(hash);
    }
}
