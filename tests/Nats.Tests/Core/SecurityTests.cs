using EventSourcedTrading.Nats.Tests.Servers;
using NATS.Client.Core;

namespace EventSourcedTrading.Nats.Tests.Core;

public sealed class SecurityTests
{
    [Fact]
    public async Task User_and_password_open_the_door_and_nothing_else_does()
    {
        await using var server = await NatsServerProcess.StartAsync("--user", "est", "--pass", "geheim");
        await WorksAsync(new NatsOpts { Url = server.Url, AuthOpts = new() { Username = "est", Password = "geheim" } });
        await WorksAsync(new NatsOpts { Url = server.Url.Replace("//", "//est:geheim@") });
        foreach (var auth in (NatsAuthOpts[])[new(), new() { Username = "est", Password = "falsch" }, new() { Token = "geheim" }])
        {
            var failed = await FailsAsync(new NatsOpts { Url = server.Url, AuthOpts = auth });
            Assert.True(Assert.IsType<NatsServerException>(failed.InnerException).IsAuthError);
            Assert.DoesNotContain("falsch", failed.ToString(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_token_opens_the_door()
    {
        await using var server = await NatsServerProcess.StartAsync("--auth", "s3cr3t");
        await WorksAsync(new NatsOpts { Url = server.Url, AuthOpts = new() { Token = "s3cr3t" } });
        await WorksAsync(new NatsOpts { Url = server.Url.Replace("//", "//s3cr3t@") });
        await FailsAsync(new NatsOpts { Url = server.Url, AuthOpts = new() { Token = "wrong" } });
    }

    [Fact]
    public void Printing_options_shows_no_secret()
    {
        var opts = new NatsOpts { AuthOpts = new() { Username = "est", Password = "geheim", Token = "s3cr3t" }, Url = "nats://est:geheim@there" };
        Assert.DoesNotContain("geheim", opts.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("s3cr3t", opts.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_permission_violation_is_told_and_the_connection_lives()
    {
        await using var server = await NatsServerProcess.StartConfiguredAsync(_ =>
            "authorization { users = [ { user: a, password: b, permissions: { publish: [\"ok\", \"_INBOX.>\"], subscribe: \">\" } } ] }");
        await using var nats = new NatsConnection(new NatsOpts { Url = server.Url, AuthOpts = new() { Username = "a", Password = "b" } });
        var told = new TaskCompletionSource<string>();
        nats.ServerError += (_, e) =>
        {
            told.TrySetResult(e.Message);
            return ValueTask.CompletedTask;
        };
        await nats.PublishAsync("forbidden", "x");
        Assert.Contains("Permissions Violation for Publish", await told.Task.WaitAsync(SharedServer.Generous), StringComparison.Ordinal);
        await nats.PingAsync();
        Assert.Equal(1, nats.Opened);
    }

    [Fact]
    public async Task TLS_is_taken_up_when_demanded_and_the_server_is_verified()
    {
        using var certificates = new Certificates();
        await using var server = await TlsServerAsync(certificates, "localhost", "");
        var caFile = Path.Combine(server.Folder, "ca.pem");
        await WorksAsync(new NatsOpts { Url = server.Url, TlsOpts = new() { CaFile = caFile } });
        await WorksAsync(new NatsOpts { Url = server.Url.Replace("nats:", "tls:"), TlsOpts = new() { CaFile = caFile, Mode = TlsMode.Require } });

        using var strangers = new Certificates();
        await File.WriteAllTextAsync(Path.Combine(server.Folder, "other.pem"), strangers.AuthorityPem);
        await FailsAsync(new NatsOpts { Url = server.Url, TlsOpts = new() { CaFile = Path.Combine(server.Folder, "other.pem") } });
        await FailsAsync(new NatsOpts { Url = server.Url }); // the system does not know this authority
        await FailsAsync(new NatsOpts { Url = server.Url, TlsOpts = new() { Mode = TlsMode.Disable } });
    }

    [Fact]
    public async Task A_certificate_for_another_name_is_refused()
    {
        using var certificates = new Certificates();
        await using var server = await TlsServerAsync(certificates, "elsewhere.example", "");
        await FailsAsync(new NatsOpts { Url = server.Url, TlsOpts = new() { CaFile = Path.Combine(server.Folder, "ca.pem") } });
    }

    [Fact]
    public async Task A_client_certificate_is_shown_when_asked_for()
    {
        using var certificates = new Certificates();
        await using var server = await TlsServerAsync(certificates, "localhost", "verify: true, ca_file: \"ca.pem\"");
        var (certificate, key) = certificates.Issue("client");
        var files = (Cert: Path.Combine(server.Folder, "client.pem"), Key: Path.Combine(server.Folder, "client.key"), Ca: Path.Combine(server.Folder, "ca.pem"));
        await File.WriteAllTextAsync(files.Cert, certificate);
        await File.WriteAllTextAsync(files.Key, key);
        await WorksAsync(new NatsOpts { Url = server.Url, TlsOpts = new() { CaFile = files.Ca, CertFile = files.Cert, KeyFile = files.Key } });
        await FailsAsync(new NatsOpts { Url = server.Url, TlsOpts = new() { CaFile = files.Ca } });
    }

    [Fact]
    public async Task Wanted_TLS_is_not_silently_dropped()
    {
        await using var server = await NatsServerProcess.StartAsync();
        var failed = await FailsAsync(new NatsOpts { Url = server.Url.Replace("nats:", "tls:"), AuthOpts = new() { Token = "t" } });
        Assert.Contains("TLS", failed.Message, StringComparison.Ordinal);
    }

    private static Task<NatsServerProcess> TlsServerAsync(Certificates certificates, string name, string more) =>
        NatsServerProcess.StartConfiguredAsync(folder =>
        {
            var (certificate, key) = certificates.Issue(name);
            File.WriteAllText(Path.Combine(folder, "ca.pem"), certificates.AuthorityPem);
            File.WriteAllText(Path.Combine(folder, "server.pem"), certificate);
            File.WriteAllText(Path.Combine(folder, "server.key"), key);
            return $"tls {{ cert_file: \"server.pem\", key_file: \"server.key\", timeout: 10, {more} }}";
        });

    private static async Task WorksAsync(NatsOpts opts)
    {
        await using var nats = new NatsConnection(opts);
        await using var sub = await nats.SubscribeCoreAsync("a");
        var payload = new byte[200_000];
        Random.Shared.NextBytes(payload);
        await nats.PublishAsync("a", payload);
        Assert.Equal(payload, (await sub.Msgs.ReadAsync().AsTask().WaitAsync(SharedServer.Generous)).ToArray());
    }

    private static async Task<NatsConnectionFailedException> FailsAsync(NatsOpts opts)
    {
        await using var nats = new NatsConnection(opts);
        return await Assert.ThrowsAsync<NatsConnectionFailedException>(async () => await nats.ConnectAsync().AsTask().WaitAsync(SharedServer.Generous));
    }
}
