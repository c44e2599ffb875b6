using System.Security.Cryptography;
using System.Text;

namespace EventSourcedTrading.Privacy;

/// <summary>
/// The key over all persons' keys. It is outside the database, so that a copy of the database alone names nobody. What it is used for
/// has a key of its own, derived by HKDF-SHA256 (RFC 5869).
/// </summary>
public sealed class MasterKey
{
    public const int Length = 32;

    private readonly byte[] wrapping, lookups, addresses;

    /// <param name="secret">32 random bytes.</param>
    public MasterKey(ReadOnlySpan<byte> secret)
    {
        if (secret.Length != Length) throw new ArgumentException($"secret has {secret.Length} bytes; it must have {Length}", nameof(secret));
        (wrapping, lookups, addresses) = (Derive(secret, "wrap"), Derive(secret, "lookup"), Derive(secret, "address"));
        Id = Convert.ToHexStringLower(Derive(secret, "id").AsSpan(0, 8));
    }

    /// <summary>Tells one master key from another, and nothing else about it: 16 hexadecimal digits.</summary>
    public string Id { get; }

    /// <summary>By which a name is found again: nobody without the key can try names.</summary>
    /// <param name="name">See <see cref="PersonName"/>.</param>
    public byte[] Lookup(string name) => HMACSHA256.HashData(lookups, Encoding.UTF8.GetBytes(name));

    public byte[] Wrap(ReadOnlySpan<byte> personKey, string reference) => Sealing.Seal(wrapping, personKey, reference);

    /// <exception cref="CryptographicException">Wrapped under another master key, or another person's.</exception>
    public byte[] Unwrap(ReadOnlySpan<byte> wrapped, string reference) => Sealing.Open(wrapping, wrapped, reference);

    /// <summary>
    /// The address of a caller who is nobody that is known: the same on one day (UTC), another on the next. Who has this key can find out
    /// whether it was a given address; nobody can once the key is destroyed.
    /// </summary>
    public string Pseudonym(string address, DateOnly day) =>
        "address-" + Convert.ToHexStringLower(HMACSHA256.HashData(addresses, Encoding.UTF8.GetBytes($"{day:O}\n{address}")).AsSpan(0, 10));

    private static byte[] Derive(ReadOnlySpan<byte> secret, string purpose)
    {
        var key = new byte[Length];
        HKDF.DeriveKey(HashAlgorithmName.SHA256, secret, key, [], Encoding.ASCII.GetBytes($"est privacy {purpose}"));
        return key;
    }
}
