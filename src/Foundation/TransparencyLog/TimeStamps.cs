using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Security.Cryptography.Pkcs;
using System.Security.Cryptography.X509Certificates;

namespace EventSourcedTrading.TransparencyLog;

/// <summary>A time-stamp that holds.</summary>
/// <param name="At">The authority's time.</param>
/// <param name="Authority">The subject of its certificate.</param>
public sealed record TimeStamp(DateTimeOffset At, string Authority);

/// <summary>Time-stamps of RFC 3161: an authority's word that something existed at a time, so that not even the log's owner can back-date it.</summary>
public static class TimeStamps
{
    /// <summary>Largest answer of an authority, and largest token, in bytes.</summary>
    public const int MaxLength = 64 * 1024;

    private const string Sha256 = "2.16.840.1.101.3.4.2.1";
    private static readonly Oid TimeStamping = new("1.3.6.1.5.5.7.3.8");

    /// <summary>Has an authority stamp the SHA-256 of <paramref name="message"/>, and checks its answer: nonce, hash, signature, certificate.</summary>
    /// <param name="message">The whole signed note, in UTF-8.</param>
    /// <param name="anchors">The certificates that are trusted as roots.</param>
    /// <returns>The token, DER.</returns>
    /// <exception cref="InvalidProofException">The answer is not a time-stamp of this message that can be trusted.</exception>
    /// <exception cref="HttpRequestException">The authority could not be reached or answered with an error.</exception>
    public static async Task<byte[]> RequestAsync(HttpClient http, Uri authority, byte[] message, X509Certificate2Collection anchors, CancellationToken ct = default)
    {
        var request = Rfc3161TimestampRequest.CreateFromData(message, HashAlgorithmName.SHA256, nonce: RandomNumberGenerator.GetBytes(16), requestSignerCertificates: true);
        using var body = new ByteArrayContent(request.Encode()) { Headers = { ContentType = new MediaTypeHeaderValue("application/timestamp-query") } };
        using var post = new HttpRequestMessage(HttpMethod.Post, authority) { Content = body };
        using var response = await http.SendAsync(post, HttpCompletionOption.ResponseHeadersRead, ct);
        response.EnsureSuccessStatusCode();
        await using var stream = await response.Content.ReadAsStreamAsync(ct);
        var answer = new byte[MaxLength + 1];
        var length = await stream.ReadAtLeastAsync(answer, answer.Length, throwOnEndOfStream: false, ct);
        if (length > MaxLength) throw new InvalidProofException($"The time-stamp authority's answer has more than {MaxLength} bytes.");
        try
        {
            var token = request.ProcessResponse(answer.AsMemory(0, length), out var read);
            if (read != length) throw new InvalidProofException($"The time-stamp authority's answer has {length - read} bytes too many at its end.");
            var der = token.AsSignedCms().Encode();
            Verify(der, message, anchors);
            return der;
        }
        catch (CryptographicException e)
        {
            throw new InvalidProofException($"The time-stamp authority's answer is refused: {e.Message}", e);
        }
    }

    /// <summary>
    /// Checks a token: of exactly this message by SHA-256, signed by a certificate for time-stamping that at the token's own time led
    /// to one of the anchors. Nothing is fetched: a certificate that was revoked is not noticed.
    /// </summary>
    /// <exception cref="InvalidProofException">It does not hold; says why.</exception>
    public static TimeStamp Verify(byte[] token, byte[] message, X509Certificate2Collection anchors)
    {
        if (token.Length > MaxLength) throw new InvalidProofException($"The time-stamp has {token.Length} bytes; the most is {MaxLength}.");
        if (!Rfc3161TimestampToken.TryDecode(token, out var stamp, out var read) || read != token.Length) throw new InvalidProofException("The time-stamp is not an RFC 3161 token.");
        if (stamp.TokenInfo.HashAlgorithmId.Value != Sha256) throw new InvalidProofException($"The time-stamp is over a hash of the kind {stamp.TokenInfo.HashAlgorithmId.Value}; it must be SHA-256.");
        // Checks the certificate's purpose and its time as well (RFC 3161 §2.3, RFC 5816).
        if (!stamp.VerifySignatureForData(message, out var signer)) throw new InvalidProofException("The time-stamp is not one of this message, or its signature does not hold.");

        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.AddRange(anchors);
        chain.ChainPolicy.ExtraStore.AddRange(stamp.AsSignedCms().Certificates);
        chain.ChainPolicy.ApplicationPolicy.Add(TimeStamping);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.DisableCertificateDownloads = true;
        chain.ChainPolicy.VerificationTime = stamp.TokenInfo.Timestamp.UtcDateTime;
        if (!chain.Build(signer))
            throw new InvalidProofException($"The time-stamp's certificate '{signer.Subject}' does not lead to a given root: {string.Join("; ", chain.ChainStatus.Select(s => s.StatusInformation.Trim()))}");
        return new TimeStamp(stamp.TokenInfo.Timestamp, signer.Subject);
    }
}
