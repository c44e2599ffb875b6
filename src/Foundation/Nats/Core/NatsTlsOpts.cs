using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace NATS.Client.Core;

/// <summary>When the connection is encrypted.</summary>
public enum TlsMode
{
    /// <summary>When the server demands it, the URL says <c>tls://</c>, or a CA or client certificate is given.</summary>
    Auto,

    /// <summary>Always, after the server's INFO; a server that does not offer TLS is refused before any secret is sent.</summary>
    Require,

    /// <summary>Always, before INFO (server option <c>handshake_first</c>, 2.10 and later).</summary>
    Implicit,

    /// <summary>Never; a server that demands TLS is refused.</summary>
    Disable,
}

/// <summary>TLS options. There is deliberately no way to skip validation of the server's certificate by a flag.</summary>
public sealed record NatsTlsOpts
{
    public static NatsTlsOpts Default { get; } = new();

    public TlsMode Mode { get; init; } = TlsMode.Auto;

    /// <summary>PEM file with the authorities to trust instead of the system's.</summary>
    public string? CaFile { get; init; }

    /// <summary>Authorities to trust instead of the system's, already loaded.</summary>
    public X509Certificate2Collection? CaCertificates { get; init; }

    /// <summary>PEM file with the client's certificate; needs <see cref="KeyFile"/>.</summary>
    public string? CertFile { get; init; }

    public string? KeyFile { get; init; }

    /// <summary>Last word on the handshake's options.</summary>
    public Func<SslClientAuthenticationOptions, ValueTask>? ConfigureClientAuthentication { get; init; }

    internal bool Wanted(Uri server) => Mode switch
    {
        TlsMode.Disable => false,
        TlsMode.Auto => server.Scheme == "tls" || CaFile is not null || CaCertificates is not null || CertFile is not null,
        _ => true,
    };

    internal async Task<SslStream> SecureAsync(Stream plain, string host, CancellationToken cancellationToken)
    {
        var authentication = new SslClientAuthenticationOptions { TargetHost = host };
        var authorities = CaCertificates;
        if (CaFile is not null)
        {
            authorities = [];
            authorities.ImportFromPemFile(CaFile);
        }
        if (authorities is not null)
        {
            var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
            policy.CustomTrustStore.AddRange(authorities);
            authentication.CertificateChainPolicy = policy;
        }
        if (CertFile is not null)
            authentication.ClientCertificates = [X509Certificate2.CreateFromPemFile(CertFile, KeyFile)];
        if (ConfigureClientAuthentication is { } configure)
            await configure(authentication);

        var secure = new SslStream(plain);
        try
        {
            await secure.AuthenticateAsClientAsync(authentication, cancellationToken);
            return secure;
        }
        catch
        {
            await secure.DisposeAsync();
            throw;
        }
    }
}
