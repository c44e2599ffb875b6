using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace EventSourcedTrading.Testing;

/// <summary>A time-stamp authority on loopback: <c>openssl ts</c> behind HTTP, with certificates made for the occasion.</summary>
public sealed class TimeStampAuthority : IDisposable
{
    private readonly Folder folder = new();
    private readonly HttpListener listener = new();
    private readonly Task serving;

    /// <param name="change">Stands in for the query that came, to play a false authority.</param>
    /// <param name="answer">Stands in for the answer.</param>
    public TimeStampAuthority(DateTimeOffset? certificateEnds = null, Func<string, Task>? change = null, Func<byte[], byte[]>? answer = null)
    {
        var now = DateTimeOffset.UtcNow;
        using var rootKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var key = RSA.Create(2048);
        var root = new CertificateRequest("CN=Test root", rootKey, HashAlgorithmName.SHA256);
        root.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        root.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, true));
        Root = root.CreateSelfSigned(now.AddDays(-30), now.AddDays(30));
        var request = new CertificateRequest("CN=Test time-stamps", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.8")], critical: true));
        using var certificate = request.Create(Root.SubjectName, X509SignatureGenerator.CreateForECDsa(rootKey), now.AddDays(-20), certificateEnds ?? now.AddDays(20), [1, 2, 3]);
        folder.Write("root.pem", Root.ExportCertificatePem() + "\n");
        folder.Write("tsa.pem", certificate.ExportCertificatePem() + "\n");
        folder.Write("tsa.key", key.ExportPkcs8PrivateKeyPem() + "\n");
        folder.Write("ts.conf", """
            [tsa]
            default_tsa = t
            [t]
            serial = serial
            signer_digest = sha256
            default_policy = 1.2.3.4.1
            digests = sha256, sha1
            ess_cert_id_alg = sha256
            """);

        using (var free = new TcpListener(IPAddress.Loopback, 0))
        {
            free.Start();
            Address = new Uri($"http://127.0.0.1:{((IPEndPoint)free.LocalEndpoint).Port}/");
        }

        listener.Prefixes.Add(Address.ToString());
        listener.Start();
        serving = ServeAsync(change ?? (_ => Task.CompletedTask), answer ?? (bytes => bytes));
    }

    public Uri Address { get; }
    public X509Certificate2 Root { get; }
    public string RootPem => Path.Combine(folder.Path, "root.pem");

    public void Dispose()
    {
        listener.Close();
        serving.Wait(TimeSpan.FromSeconds(10));
        Root.Dispose();
        folder.Dispose();
    }

    private async Task ServeAsync(Func<string, Task> change, Func<byte[], byte[]> answer)
    {
        while (listener.IsListening)
        {
            try
            {
                var context = await listener.GetContextAsync();
                await using (var query = File.Create(Path.Combine(folder.Path, "query"))) await context.Request.InputStream.CopyToAsync(query);
                await change(folder.Path);
                await Tool.OutputAsync(folder.Path, "openssl", "ts", "-reply", "-config", "ts.conf", "-queryfile", "query", "-signer", "tsa.pem", "-inkey", "tsa.key", "-out", "reply");
                context.Response.ContentType = "application/timestamp-reply";
                await context.Response.OutputStream.WriteAsync(answer(folder.Read("reply")));
                context.Response.Close();
            }
            catch (Exception e) when (e is HttpListenerException or ObjectDisposedException)
            {
                // Who asked has gone away, or we have: the loop's condition tells.
            }
        }
    }
}
