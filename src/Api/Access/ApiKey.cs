using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace EventSourcedTrading.Api.Access;

/// <summary>
/// <c>est_{key id}_{secret}</c>: the prefix lets scanners of repositories find a key that was left lying about, the id can be shown to
/// anybody, the secret is 256 random bits and is shown once.
/// </summary>
public readonly record struct ApiKey(string KeyId, string Secret)
{
    public const string Prefix = "est_";
    private const string IdLetters = "abcdefghijklmnopqrstuvwxyz234567";
    private const int IdLength = 12, SecretBytes = 32, SecretLength = 43;

    public static ApiKey Create() => new(RandomNumberGenerator.GetString(IdLetters, IdLength), Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(SecretBytes)));

    /// <summary>Null if the text has not the form of a key.</summary>
    public static ApiKey? Parse(string text) =>
        text.Length == Prefix.Length + IdLength + 1 + SecretLength && text.StartsWith(Prefix, StringComparison.Ordinal) && text[Prefix.Length + IdLength] == '_'
            && text.AsSpan(Prefix.Length, IdLength).IndexOfAnyExcept(IdLetters) < 0
            ? new ApiKey(text.Substring(Prefix.Length, IdLength), text[^SecretLength..]) : null;

    public static byte[] Hash(string secret) => SHA256.HashData(Encoding.UTF8.GetBytes(secret));

    /// <summary>The whole key. Do not log it.</summary>
    public string Reveal() => $"{Prefix}{KeyId}_{Secret}";

    /// <summary>Without the secret: values end up in logs.</summary>
    public override string ToString() => $"{Prefix}{KeyId}_…";
}
