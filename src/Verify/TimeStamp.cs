using System.Globalization;
using System.Security.Cryptography.Pkcs;
using System.Security.Cryptography.X509Certificates;
using static EventSourcedTrading.Verify.Strict;

namespace EventSourcedTrading.Verify;

/// <summary>RFC 3161: an authority's word that the signed checkpoint existed at a time.</summary>
internal static class TimeStamp
{
    /// <returns>The time and the authority. Whether its certificate was revoked is not looked up: this program does not use the network.</returns>
    /// <exception cref="RefusedException">It is not of this message, or cannot be trusted.</exception>
    public static string Check(byte[] token, byte[] message, X509Certificate2Collection roots)
    {
        That(token.Length <= 64 * 1024 && Rfc3161TimestampToken.TryDecode(token, out var stamp, out var read) && read == token.Length, "the time-stamp is not an RFC 3161 token");
        Rfc3161TimestampToken.TryDecode(token, out stamp, out _);
        var info = stamp!.TokenInfo;
        That(info.HashAlgorithmId.Value == "2.16.840.1.101.3.4.2.1", "the time-stamp is not over SHA-256");
        That(stamp.VerifySignatureForData(message, out var signer), "the time-stamp is not of this checkpoint, or its signature does not hold");
        using var chain = new X509Chain();
        var policy = chain.ChainPolicy;
        policy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        policy.CustomTrustStore.AddRange(roots);
        policy.ExtraStore.AddRange(stamp.AsSignedCms().Certificates);
        policy.ApplicationPolicy.Add(new System.Security.Cryptography.Oid("1.3.6.1.5.5.7.3.8")); // time-stamping
        policy.RevocationMode = X509RevocationMode.NoCheck;
        policy.DisableCertificateDownloads = true;
        policy.VerificationTime = info.Timestamp.UtcDateTime;
        That(chain.Build(signer!), $"the time-stamp's certificate '{signer!.Subject}' does not lead to the given authority: {string.Join("; ", chain.ChainStatus.Select(s => s.StatusInformation.Trim()))}");
        return string.Create(CultureInfo.InvariantCulture, $"{info.Timestamp.UtcDateTime:yyyy-MM-ddTHH:mm:ssZ} by {signer.Subject}");
    }
}
