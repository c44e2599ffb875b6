using System.Globalization;
using System.Numerics;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using EventSourcedTrading.BrokerFakes.InteractiveBrokers;
using EventSourcedTrading.Testing;

namespace EventSourcedTrading.BrokerFakes.Tests.InteractiveBrokers;

public sealed class OAuthTests() : IbkrFixture(null, new IbkrSettings(OAuth: Consumer))
{
    private static readonly OAuthConsumer Consumer = OAuthConsumer.Create();
    private int nonce;

    [Fact]
    public async Task A_token_is_agreed_on_and_signs_calls_with_their_query()
    {
        var token = await TokenAsync();
        Assert.Equal(200, (await SignedAsync(token, "POST", "iserver/auth/ssodh/init", new JsonObject { ["publish"] = true })).Code);
        Assert.Equal(200, (await SignedAsync(token, "GET", "iserver/account/trades?days=3")).Code);
        Assert.Equal(401, (await Http.CallAsync("GET", "iserver/accounts")).Code);
        Assert.Equal(401, (await SignedAsync([1, 2, 3], "GET", "iserver/accounts")).Code);
        await using var stream = await SocketClient.OpenAsync(Broker.Address, $"/v1/api/ws?oauth_token={Consumer.AccessToken}");
        Assert.Equal("system", $"{(await stream.NextAsync())!["topic"]}");
    }

    [Fact]
    public async Task A_nonce_counts_once_a_clock_may_be_five_minutes_off_and_a_day_later_the_token_is_void()
    {
        var token = await TokenAsync();
        Assert.Equal(200, (await SignedAsync(token, "POST", "tickle")).Code);
        nonce--;
        Assert.Equal(401, (await SignedAsync(token, "POST", "tickle")).Code);
        Assert.Equal(200, (await SignedAsync(token, "POST", "tickle", skew: 299)).Code);
        Assert.Equal(401, (await SignedAsync(token, "POST", "tickle", skew: -301)).Code);
        Time.Pass(TimeSpan.FromHours(25));
        Assert.Equal(401, (await SignedAsync(token, "POST", "tickle")).Code);
        Assert.Equal(200, (await SignedAsync(await TokenAsync(), "POST", "tickle")).Code);
    }

    [Fact]
    public async Task A_signature_of_another_key_gets_no_token()
    {
        using var other = RSA.Create(2048);
        Assert.Equal(401, (await ExchangeAsync(other, BigInteger.ModPow(2, 12345, Consumer.Prime))).Code);
        Assert.Equal(401, (await ExchangeAsync(Consumer.SignatureKey, BigInteger.One)).Code);
    }

    [Fact]
    public async Task A_client_in_another_language_comes_to_the_same_token()
    {
        if (!NodeProgram.IsInstalled) Assert.Skip("node is not on the PATH");
        using var folder = new Folder();
        Consumer.WriteTo(folder.Path);
        Time.Pass(DateTimeOffset.UtcNow - Time.GetUtcNow());
        var script = Path.Combine(EstProcess.Repository, "tests", "BrokerFakes.Tests", "InteractiveBrokers", "oauth.js");
        // Each exchange has another shared secret; one in 256 of them begins with a zero byte more, one in two with a set bit.
        var said = JsonNode.Parse(await Tool.OutputAsync(folder.Path, "node", script, Broker.Api.ToString(), "12"))!;
        Assert.Equal(12, said["agreed"]!.GetValue<int>());
        Assert.Equal(12, said["calls"]!.GetValue<int>());
    }

    private async Task<byte[]> TokenAsync()
    {
        var own = new BigInteger(RandomNumberGenerator.GetBytes(32), isUnsigned: true);
        var said = await ExchangeAsync(Consumer.SignatureKey, BigInteger.ModPow(2, own, Consumer.Prime));
        Assert.Equal(200, said.Code);
        var theirs = BigInteger.Parse("0" + said["diffie_hellman_response"], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
        var secret = Consumer.EncryptionKey.Decrypt(Convert.FromBase64String(Consumer.EncryptedSecret), RSAEncryptionPadding.Pkcs1);
        var token = HMACSHA1.HashData(BigInteger.ModPow(theirs, own, Consumer.Prime).ToByteArray(isUnsigned: false, isBigEndian: true), secret);
        Assert.Equal(said["live_session_token_signature"], Convert.ToHexStringLower(HMACSHA1.HashData(token, Encoding.UTF8.GetBytes(Consumer.ConsumerKey))));
        return token;
    }

    private Task<Said> ExchangeAsync(RSA key, BigInteger challenge)
    {
        var fields = Fields("RSA-SHA256", 0);
        fields["diffie_hellman_challenge"] = challenge.ToString("x", CultureInfo.InvariantCulture).TrimStart('0');
        var text = Convert.ToHexStringLower(Consumer.Secret) + Base("POST", "oauth/live_session_token", fields);
        return SendAsync("POST", "oauth/live_session_token", null, fields, key.SignData(Encoding.UTF8.GetBytes(text), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1));
    }

    private Task<Said> SignedAsync(byte[] token, string method, string path, JsonNode? body = null, int skew = 0)
    {
        var fields = Fields("HMAC-SHA256", skew);
        return SendAsync(method, path, body, fields, HMACSHA256.HashData(token, Encoding.UTF8.GetBytes(Base(method, path, fields))));
    }

    private SortedDictionary<string, string> Fields(string method, int skew) => new(StringComparer.Ordinal)
    {
        ["oauth_consumer_key"] = Consumer.ConsumerKey, ["oauth_nonce"] = $"n{++nonce}", ["oauth_signature_method"] = method,
        ["oauth_timestamp"] = $"{Time.GetUtcNow().ToUnixTimeSeconds() + skew}", ["oauth_token"] = Consumer.AccessToken,
    };

    private string Base(string method, string path, SortedDictionary<string, string> fields)
    {
        var parts = path.Split('?');
        var parameters = fields.Select(f => $"{f.Key}={f.Value}").Concat(parts.Length > 1 ? parts[1].Split('&') : []).Order(StringComparer.Ordinal);
        return $"{method}&{Uri.EscapeDataString(Broker.Api + parts[0])}&{Uri.EscapeDataString(string.Join('&', parameters))}";
    }

    private async Task<Said> SendAsync(string method, string path, JsonNode? body, SortedDictionary<string, string> fields, byte[] signature)
    {
        using var http = new HttpClient { BaseAddress = Broker.Api };
        var header = string.Join(", ", fields.Select(f => $"{f.Key}=\"{Uri.EscapeDataString(f.Value)}\"").Append($"oauth_signature=\"{Uri.EscapeDataString(Convert.ToBase64String(signature))}\""));
        http.DefaultRequestHeaders.TryAddWithoutValidation("Authorization", $"OAuth realm=\"{Consumer.Realm}\", {header}");
        return await http.CallAsync(method, path, body);
    }
}
