using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace EventSourcedTrading.TransparencyLog;

/// <summary>The types of C2SP signed-note that are checked here.</summary>
public enum NoteKeyType : byte
{
    Ed25519 = 0x01,

    /// <summary>P-256, SHA-256, ASN.1 DER. The public key is a SubjectPublicKeyInfo, and the key id is the start of its SHA-256 alone.</summary>
    Ecdsa = 0x02,

    /// <summary>A witness's time-stamped Ed25519 signature, c2sp.org/tlog-cosignature.</summary>
    Cosignature = 0x04,
}

/// <summary>
/// A verifier key of signed notes, as text <c>name+id+base64(type ‖ public key)</c> with the id in eight hexadecimal digits. For ECDSA the
/// specification points at transparency-dev's implementation, whose spelling this is.
/// </summary>
public sealed record NoteKey
{
    private const int MaxNameLength = 1000;

    private NoteKey(string name, NoteKeyType type, byte[] publicKey)
    {
        CheckName(name);
        Check(type, publicKey);
        (Name, Type, PublicKey) = (name, type, publicKey);
        byte[] hashed = type == NoteKeyType.Ecdsa ? publicKey : [.. Encoding.UTF8.GetBytes(name), (byte)'\n', (byte)type, .. publicKey];
        Id = BinaryPrimitives.ReadUInt32BigEndian(SHA256.HashData(hashed));
    }

    public string Name { get; }
    public NoteKeyType Type { get; }

    /// <summary>32 bytes of RFC 8032 for Ed25519, DER of a SubjectPublicKeyInfo for ECDSA.</summary>
    public byte[] PublicKey { get; }

    public uint Id { get; }

    /// <param name="name">By convention the origin of the log: a URL without its scheme.</param>
    /// <param name="key">On the curve P-256; the private part is not needed.</param>
    public static NoteKey Of(string name, ECDsa key) => new(name, NoteKeyType.Ecdsa, key.ExportSubjectPublicKeyInfo());

    /// <param name="publicKey">32 bytes, RFC 8032 §5.1.5.</param>
    public static NoteKey OfEd25519(string name, byte[] publicKey, bool witness) =>
        new(name, witness ? NoteKeyType.Cosignature : NoteKeyType.Ed25519, publicKey);

    /// <exception cref="InvalidProofException">It is malformed, of another type, or its id is not that of its key.</exception>
    public static NoteKey Parse(string text)
    {
        var parts = text.Split('+', 3);
        if (parts.Length != 3) throw new InvalidProofException($"The key '{StrictText.Shown(text)}' is not of the form 'name+id+base64'.");
        var bytes = StrictText.Base64(parts[2], $"The key of '{StrictText.Shown(parts[0])}'");
        if (bytes.Length == 0) throw new InvalidProofException($"The key of '{StrictText.Shown(parts[0])}' is empty.");
        var key = new NoteKey(parts[0], (NoteKeyType)bytes[0], bytes[1..]);
        var id = key.Id.ToString("x8", CultureInfo.InvariantCulture);
        return parts[1] == id ? key : throw new InvalidProofException($"The key '{StrictText.Shown(text)}' says its id is '{StrictText.Shown(parts[1])}'; it is {id}.");
    }

    /// <exception cref="InvalidProofException">The signature does not hold.</exception>
    public VerifiedSignature Verify(string text, NoteSignature signature)
    {
        var (message, bytes) = (Encoding.UTF8.GetBytes(text), signature.Signature);
        DateTimeOffset? at = null;
        var holds = false;
        switch (Type)
        {
            case NoteKeyType.Ecdsa:
                using (var ecdsa = Import(PublicKey))
                    holds = ecdsa.VerifyData(message, bytes, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
                break;
            case NoteKeyType.Ed25519:
                holds = Ed25519.Verify(PublicKey, message, bytes);
                break;
            case NoteKeyType.Cosignature when bytes.Length == 8 + Ed25519.SignatureSize:
                // What .NET can show as a time ends with the year 9999; the signed line itself has the number.
                var seconds = BinaryPrimitives.ReadUInt64BigEndian(bytes);
                if (seconds > (ulong)DateTimeOffset.MaxValue.ToUnixTimeSeconds()) break;
                at = DateTimeOffset.FromUnixTimeSeconds((long)seconds);
                holds = Ed25519.Verify(PublicKey, [.. Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"cosignature/v1\ntime {seconds}\n")), .. message], bytes.AsSpan(8));
                break;
        }

        return holds ? new VerifiedSignature(this, at) : throw new InvalidProofException($"The signature of '{StrictText.Shown(Name)}' does not hold: text, signature or key has been altered.");
    }

    public override string ToString() => $"{Name}+{Id:x8}+{Convert.ToBase64String([(byte)Type, .. PublicKey])}";

    internal static void CheckName(string name)
    {
        if (name.Length is 0 or > MaxNameLength || name.Contains('+') || name.AsSpan().IndexOfAnyInRange('\0', '\u001f') >= 0 || name.Any(char.IsWhiteSpace))
            throw new InvalidProofException($"The key name '{StrictText.Shown(name)}' must have 1 to {MaxNameLength} characters, none of them a space, a control character or '+'.");
        StrictText.ToUtf8(name, "The key name");
    }

    private static void Check(NoteKeyType type, byte[] publicKey)
    {
        switch (type)
        {
            case NoteKeyType.Ecdsa:
                Import(publicKey).Dispose();
                break;
            case NoteKeyType.Ed25519 or NoteKeyType.Cosignature:
                if (!Ed25519.IsPublicKey(publicKey)) throw new InvalidProofException("An Ed25519 public key must be 32 bytes that name a point of the curve (RFC 8032 §5.1.3).");
                break;
            default:
                throw new InvalidProofException($"The key's type is 0x{(byte)type:x2}; 0x01 (Ed25519), 0x02 (ECDSA) and 0x04 (cosignature) are known.");
        }
    }

    private static ECDsa Import(byte[] subjectPublicKeyInfo)
    {
        var key = ECDsa.Create();
        try
        {
            key.ImportSubjectPublicKeyInfo(subjectPublicKeyInfo, out var read);
            // Only the one encoding, so that a key has one id.
            if (read == subjectPublicKeyInfo.Length && key.ExportParameters(false).Curve.Oid.Value == "1.2.840.10045.3.1.7" && key.ExportSubjectPublicKeyInfo().AsSpan().SequenceEqual(subjectPublicKeyInfo))
                return key;
        }
        catch (Exception e) when (e is CryptographicException or PlatformNotSupportedException)
        {
            // Said below. The second is what .NET says of a curve that it does not know.
        }

        key.Dispose();
        throw new InvalidProofException("An ECDSA public key must be the DER SubjectPublicKeyInfo of a point on P-256, uncompressed.");
    }
}
