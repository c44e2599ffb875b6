using EventSourcedTrading.BrokerFakes.InteractiveBrokers;
using EventSourcedTrading.Brokers.Credentials;
using EventSourcedTrading.Brokers.InteractiveBrokers;

namespace EventSourcedTrading.Brokers.Tests.InteractiveBrokers;

public sealed class IbkrSessionTests : IbkrDesk
{
    [Fact]
    public async Task A_session_is_opened_once_and_kept_by_tickling()
    {
        await using var adapter = new IbkrAdapter(Options with { Tickle = TimeSpan.FromMilliseconds(50) }, TimeProvider.System);
        var account = await adapter.ConnectAsync(Ct);
        Assert.Equal((Account, "USD", 100_000m, 100_000m, 0), (account.AccountId, account.Currency, account.Cash["USD"], account.Equity, account.Restrictions.Count));
        Assert.NotNull(account.ServerTime);
        await UntilAsync(() => Calls("POST", "/tickle") >= 3);
        Assert.Equal(1, Calls("POST", "/iserver/auth/ssodh/init"));
    }

    [Fact]
    public async Task A_session_that_was_lost_is_opened_again_by_the_call_that_finds_out()
    {
        await Adapter.ConnectAsync(Ct);
        await LogOutAsync();
        Assert.Empty(await Adapter.PositionsAsync(Ct));
        await LogOutAsync();
        await AcceptedAsync(Limit());
        await LogOutAsync();
        // Lists begin with nothing again in the new session.
        Assert.Single(await Adapter.OpenOrdersAsync(Ct));
        Assert.Single(Broker.Venue.Orders);
        Assert.Equal(4, Calls("POST", "/iserver/auth/ssodh/init"));
    }

    [Fact]
    public async Task A_tickle_that_finds_the_session_lost_opens_it()
    {
        await using var adapter = new IbkrAdapter(Options with { Tickle = TimeSpan.FromMilliseconds(50) }, TimeProvider.System);
        await adapter.ConnectAsync(Ct);
        await LogOutAsync();
        await UntilAsync(() => Calls("POST", "/iserver/auth/ssodh/init") == 2);
    }

    [Fact]
    public async Task An_account_that_is_not_ours_is_told()
    {
        await using var adapter = new IbkrAdapter(Options with { AccountId = "U999" }, TimeProvider.System);
        Assert.Contains("account 'U999' is none of DU1234567", (await Assert.ThrowsAsync<BrokerException>(() => adapter.ConnectAsync(Ct))).Message);
        var reply = await adapter.SubmitAsync(Limit(), Spy, Ct);
        Assert.Equal(ReplyKind.Refused, reply.Kind);
        Assert.Empty(Broker.Venue.Orders);
    }

    [Theory]
    [InlineData("https://example.org/v1/api/")]
    [InlineData("http://127.0.0.1:80/")]
    [InlineData("http://localhost/v1/api/")]
    public void Keys_go_to_the_broker_or_to_this_machine(string address) =>
        Assert.Contains("must be live or http://127.0.0.1:PORT", Assert.Throws<ArgumentException>(() => new IbkrAdapter(Options with { Address = new Uri(address) }, TimeProvider.System)).Message);

    [Fact]
    public void Options_that_cannot_be_kept_are_refused_by_name()
    {
        Assert.Contains("accountId ''", Refused(Options with { AccountId = "" }));
        Assert.Contains("keys are missing", Refused(Options with { Address = IbkrOptions.Live }));
        Assert.Contains("conids: A.XNYS and B.XNYS are both 7", Refused(Options with { Conids = new Dictionary<string, long> { ["A.XNYS"] = 7, ["B.XNYS"] = 7 } }));
        Assert.Contains("tickle 0 s", Refused(Options with { Tickle = TimeSpan.Zero }));
        Assert.Equal("http://127.0.0.1:5000/v1/api/", IbkrOptions.Host("http://127.0.0.1:5000").AbsoluteUri);
        Assert.Throws<FormatException>(() => IbkrOptions.Host("paper"));

        static string Refused(IbkrOptions options) => Assert.Throws<ArgumentException>(() => new IbkrAdapter(options, TimeProvider.System)).Message;
    }

    private async Task LogOutAsync()
    {
        using var http = new HttpClient();
        using var content = new ByteArrayContent([]);
        (await http.PostAsync(new Uri(Broker.Api, "logout"), content)).EnsureSuccessStatusCode();
    }

    private static async Task UntilAsync(Func<bool> so)
    {
        for (var tries = 0; tries < 400 && !so(); tries++) await Task.Delay(25);
        Assert.True(so());
    }
}

public sealed class IbkrSignedTests() : IbkrDesk(null, new IbkrSettings(OAuth: Consumer))
{
    private static readonly OAuthConsumer Consumer = OAuthConsumer.Create();

    [Fact]
    public async Task Every_call_is_signed_and_the_stream_has_the_token()
    {
        await Adapter.ConnectAsync(Ct);
        var id = await AcceptedAsync(Limit());
        Assert.Single(await Adapter.OpenOrdersAsync(Ct));
        Assert.Empty(await Adapter.ExecutionsAsync(default, Ct));
        Assert.Equal(ReplyKind.Accepted, (await Adapter.ReplaceAsync(Limit(price: 480m), Spy, id, Ct)).Kind);
        await using var ear = new Alpaca.Ear(Adapter);
        Assert.IsType<ConnectionRestored>(await ear.NextAsync());
        Assert.Equal(ReplyKind.Accepted, (await Adapter.CancelAsync(Limit(), id, Ct)).Kind);
        Assert.Equal(1, Calls("POST", "/oauth/live_session_token"));
        Assert.DoesNotContain(Broker.Traffic.Exchanges, e => e.Status == 401);
    }

    [Fact]
    public async Task Another_session_token_makes_ours_void_and_a_new_one_is_made()
    {
        await Adapter.ConnectAsync(Ct);
        await using var other = new IbkrAdapter(Options, TimeProvider.System);
        await other.ConnectAsync(Ct);
        await AcceptedAsync(Limit());
        Assert.Equal(3, Calls("POST", "/oauth/live_session_token"));
    }

    [Fact]
    public async Task No_secret_is_in_what_comes_out()
    {
        await using var dry = new IbkrAdapter(Options with { DryRun = true }, TimeProvider.System);
        var reply = await dry.SubmitAsync(Limit(), Spy, Ct);
        Assert.Contains("Authorization: OAuth ***", reply.Request);
        using var stranger = OAuthConsumer.Create("OTHERCONS");
        using var keys = Keys(stranger);
        await using var unknown = new IbkrAdapter(Options with { Keys = keys }, TimeProvider.System);
        var failed = await Assert.ThrowsAsync<BrokerException>(() => unknown.ConnectAsync(Ct));
        Assert.Contains("401", failed.Message);
        await using var ear = new Alpaca.Ear(unknown);
        foreach (var text in new[] { $"{reply}", $"{failed}", $"{await ear.NextAsync()}", $"{Options}", System.Text.Json.JsonSerializer.Serialize(Options with { Instruments = [] }) })
        {
            Assert.DoesNotContain(Consumer.AccessToken, text);
            Assert.DoesNotContain(Convert.ToBase64String(Consumer.Secret), text);
            Assert.DoesNotContain(Consumer.EncryptedSecret, text);
        }
    }

    [Fact]
    public void Keys_that_do_not_belong_together_are_told_by_name()
    {
        using var other = OAuthConsumer.Create();
        Assert.Contains("access token secret: cannot be decrypted", Wrong(encrypted: other.EncryptedSecret));
        Assert.Contains("signature key: is no private RSA key", Wrong(signature: Consumer.SignatureKey.ExportSubjectPublicKeyInfoPem()));
        Assert.Contains("encryption key: is no private RSA key", Wrong(encryption: "MIIB"));
        Assert.Contains("prime: cannot be read", Wrong(prime: "no prime"));
        Assert.Contains("prime: must be odd and have 1024 bits", Wrong(prime: "ff"));
        Assert.Contains("consumer key: must be letters and digits", Wrong(consumer: "a b"));

        static string Wrong(string? consumer = null, string? encrypted = null, string? signature = null, string? encryption = null, string? prime = null) => Assert.Throws<CredentialsException>(() => Brokers.InteractiveBrokers.OAuth.OAuthKeys.Create(
            consumer ?? Consumer.ConsumerKey, new Secret(Consumer.AccessToken), new Secret(encrypted ?? Consumer.EncryptedSecret), new Secret(signature ?? Consumer.SignatureKey.ExportPkcs8PrivateKeyPem()),
            new Secret(encryption ?? Consumer.EncryptionKey.ExportPkcs8PrivateKeyPem()), prime ?? "f" + new string('f', 511))).Message;
    }
}
