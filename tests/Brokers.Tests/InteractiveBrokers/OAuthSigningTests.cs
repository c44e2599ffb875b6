using System.Globalization;
using System.Numerics;
using System.Security.Cryptography;
using System.Text;
using EventSourcedTrading.Brokers.Credentials;
using EventSourcedTrading.Brokers.InteractiveBrokers.OAuth;
using EventSourcedTrading.Testing;

namespace EventSourcedTrading.Brokers.Tests.InteractiveBrokers;

/// <summary>The signing, against the examples of RFC 5849 and against openssl on the command line.</summary>
public sealed class OAuthSigningTests
{
    private static readonly DateTimeOffset At = DateTimeOffset.FromUnixTimeSeconds(1_473_793_701);

    [Fact]
    public void The_base_text_of_RFC_5849_section_3_4_1()
    {
        // Its form body is handed in with the header's parameters.
        KeyValuePair<string, string>[] parameters =
        [
            new("oauth_consumer_key", "9djdj82h48djs9d2"), new("oauth_token", "kkk9d7dh3k39sjv7"), new("oauth_signature_method", "HMAC-SHA1"), new("oauth_timestamp", "137131201"), new("oauth_nonce", "7d8f3e4a"),
            new("c2", ""), new("a3", "2 q"),
        ];
        Assert.Equal(
            "POST&http%3A%2F%2Fexample.com%2Frequest&a2%3Dr%2520b%26a3%3D2%2520q%26a3%3Da%26b5%3D%253D%25253D%26c%2540%3D%26c2%3D%26oauth_consumer_key%3D9djdj82h48djs9d2%26oauth_nonce%3D7d8f3e4a%26oauth_signature_method%3DHMAC-SHA1%26oauth_timestamp%3D137131201%26oauth_token%3Dkkk9d7dh3k39sjv7",
            SignatureBase.Of("post", new Uri("http://EXAMPLE.com:80/request?b5=%3D%253D&a3=a&c%40=&a2=r%20b"), parameters));
    }

    [Fact]
    public void The_signature_of_RFC_5849_section_1_2()
    {
        KeyValuePair<string, string>[] parameters =
        [
            new("oauth_consumer_key", "dpf43f3p2l4k3l03"), new("oauth_token", "nnch734d00sl2jdk"), new("oauth_signature_method", "HMAC-SHA1"), new("oauth_timestamp", "137131202"), new("oauth_nonce", "chapoH"),
        ];
        var text = SignatureBase.Of("GET", new Uri("http://photos.example.net/photos?file=vacation.jpg&size=original"), parameters);
        Assert.Equal("MdpQcU8iPSUjWoN/UDMsK2sui9I=", Convert.ToBase64String(HMACSHA1.HashData("kd94hf93k423kf44&pfkkdhi9sl3r4s00"u8, Encoding.UTF8.GetBytes(text))));
    }

    [Fact]
    public async Task A_token_request_is_signed_as_openssl_verifies_it()
    {
        using var folder = Openssl();
        using var keys = await KeysAsync(folder.Path);
        var fields = Fields(OAuthHeader.ForToken("POST", new Uri("https://api.ibkr.com/v1/api/oauth/live_session_token"), keys, 0x1F3A, "n0nce", At));
        Assert.Equal(("limited_poa", "ESTCONSUM", "1f3a", "RSA-SHA256", "1473793701", "abc123"), (fields["realm"], fields["oauth_consumer_key"], fields["diffie_hellman_challenge"], fields["oauth_signature_method"], fields["oauth_timestamp"], fields["oauth_token"]));
        await File.WriteAllTextAsync(Path.Combine(folder.Path, "text"),
            "5ec3e700112233445566778899aabbcc" + "POST&https%3A%2F%2Fapi.ibkr.com%2Fv1%2Fapi%2Foauth%2Flive_session_token&diffie_hellman_challenge%3D1f3a%26oauth_consumer_key%3DESTCONSUM%26oauth_nonce%3Dn0nce%26oauth_signature_method%3DRSA-SHA256%26oauth_timestamp%3D1473793701%26oauth_token%3Dabc123");
        await File.WriteAllBytesAsync(Path.Combine(folder.Path, "signature"), Convert.FromBase64String(fields["oauth_signature"]));
        await Tool.OutputAsync(folder.Path, "openssl", "rsa", "-in", "signature.pem", "-pubout", "-out", "public.pem");
        Assert.Equal("Verified OK", (await Tool.OutputAsync(folder.Path, "openssl", "dgst", "-sha256", "-verify", "public.pem", "-signature", "signature", "text")).Trim());
    }

    [Fact]
    public async Task A_call_is_signed_as_openssl_signs_it()
    {
        using var folder = Openssl();
        using var keys = await KeysAsync(folder.Path);
        var token = Convert.FromHexString("00ff10203040506070809000a0b0c0d0e0f01122");
        var fields = Fields(OAuthHeader.ForCall("GET", new Uri("https://api.ibkr.com/v1/api/iserver/account/trades?days=3&accountId=DU1"), keys, token, "n0nce", At));
        await File.WriteAllTextAsync(Path.Combine(folder.Path, "text"),
            "GET&https%3A%2F%2Fapi.ibkr.com%2Fv1%2Fapi%2Fiserver%2Faccount%2Ftrades&accountId%3DDU1%26days%3D3%26oauth_consumer_key%3DESTCONSUM%26oauth_nonce%3Dn0nce%26oauth_signature_method%3DHMAC-SHA256%26oauth_timestamp%3D1473793701%26oauth_token%3Dabc123");
        Assert.Equal(await HmacAsync(folder.Path, "-sha256", Convert.ToHexStringLower(token), "text"), Convert.ToHexStringLower(Convert.FromBase64String(fields["oauth_signature"])));
    }

    [Fact]
    public async Task The_exchange_comes_to_openssls_secret_and_the_token_to_its_hash()
    {
        using var folder = Openssl();
        await Tool.OutputAsync(folder.Path, "openssl", "genpkey", "-genparam", "-algorithm", "DH", "-pkeyopt", "group:modp_2048", "-out", "dh.pem");
        Assert.True(DhParameters.TryRead(await File.ReadAllTextAsync(Path.Combine(folder.Path, "dh.pem")), out var prime));
        var ours = await PairAsync(folder.Path, "ours");
        Assert.Equal(ours.Public, DiffieHellman.Challenge(ours.Private, prime));
        await File.WriteAllBytesAsync(Path.Combine(folder.Path, "secret"), Convert.FromHexString("5ec3e700112233445566778899aabbcc"));
        var (set, clear) = (0, 0);
        for (var tries = 0; tries < 40 && (set == 0 || clear == 0); tries++)
        {
            var theirs = await PairAsync(folder.Path, "theirs");
            await Tool.OutputAsync(folder.Path, "openssl", "pkey", "-in", "theirs.pem", "-pubout", "-out", "theirs.pub");
            await Tool.OutputAsync(folder.Path, "openssl", "pkeyutl", "-derive", "-inkey", "ours.pem", "-peerkey", "theirs.pub", "-out", "shared");
            var derived = await File.ReadAllBytesAsync(Path.Combine(folder.Path, "shared"));
            var shared = DiffieHellman.Shared(theirs.Public, ours.Private, prime);
            Assert.Equal(new BigInteger(derived, isUnsigned: true, isBigEndian: true), shared);
            // The key is the number as Java writes it: a zero byte before a set highest bit, none before a clear one.
            var key = Convert.ToHexStringLower(derived.AsSpan().TrimStart((byte)0));
            if (key[0] >= '8') (set, key) = (set + 1, "00" + key);
            else clear++;
            Assert.Equal(await HmacAsync(folder.Path, "-sha1", key, "secret"), Convert.ToHexStringLower(LiveSessionToken.Derive(shared, Convert.FromHexString("5ec3e700112233445566778899aabbcc"))));
        }

        Assert.True(set > 0 && clear > 0);
        await File.WriteAllTextAsync(Path.Combine(folder.Path, "consumer"), "ESTCONSUM");
        var token = RandomNumberGenerator.GetBytes(LiveSessionToken.Length);
        var signature = await HmacAsync(folder.Path, "-sha1", Convert.ToHexStringLower(token), "consumer");
        Assert.True(LiveSessionToken.Confirms(token, "ESTCONSUM", signature));
        Assert.False(LiveSessionToken.Confirms(token, "ESTCONSUN", signature));
        Assert.False(LiveSessionToken.Confirms(token, "ESTCONSUM", null));
    }

    [Fact]
    public void A_secret_that_anybody_can_guess_is_refused()
    {
        BigInteger prime = 23;
        foreach (var response in new BigInteger[] { -1, 0, 1, 22, 23, 24 }) Assert.Throws<FormatException>(() => DiffieHellman.Shared(response, 5, prime));
        Assert.Equal(BigInteger.ModPow(4, 5, prime), DiffieHellman.Shared(4, 5, prime));
    }

    [Fact]
    public async Task Keys_are_read_from_a_file_of_six_lines()
    {
        using var folder = Openssl();
        using var made = await KeysAsync(folder.Path);
        var path = Path.Combine(folder.Path, "keys");
        var lines = new[] { "ESTCONSUM", "abc123", await EncryptedAsync(folder.Path), await BodyAsync("signature.pem"), await BodyAsync("encryption.pem"), await BodyAsync("dh.pem") };
        await File.WriteAllLinesAsync(path, lines);
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        using var read = await OAuthKeys.ReadAsync($"file:{path}", CancellationToken.None);
        Assert.Equal((made.ConsumerKey, made.AccessToken, made.Prime), (read.ConsumerKey, read.AccessToken, read.Prime));
        Assert.Equal(made.TokenSecret.ToArray(), read.TokenSecret.ToArray());
        Assert.Equal(made.SignatureKey.ExportRSAPublicKey(), read.SignatureKey.ExportRSAPublicKey());

        async Task<string> BodyAsync(string name) => string.Concat((await File.ReadAllLinesAsync(Path.Combine(folder.Path, name))).Where(l => !l.StartsWith('-')));
    }

    private static Folder Openssl()
    {
        if (!Tool.Has("openssl")) Assert.Skip("openssl is not on the PATH");
        return new Folder();
    }

    /// <summary>A consumer whose keys and encrypted secret openssl has made.</summary>
    private static async Task<OAuthKeys> KeysAsync(string folder)
    {
        foreach (var name in new[] { "signature", "encryption" }) await Tool.OutputAsync(folder, "openssl", "genrsa", "-out", $"{name}.pem", "2048");
        await Tool.OutputAsync(folder, "openssl", "genpkey", "-genparam", "-algorithm", "DH", "-pkeyopt", "group:modp_2048", "-out", "dh.pem");
        return OAuthKeys.Create("ESTCONSUM", new Secret("abc123"), new Secret(await EncryptedAsync(folder)), await PemAsync("signature"), await PemAsync("encryption"), await File.ReadAllTextAsync(Path.Combine(folder, "dh.pem")));

        async Task<Secret> PemAsync(string name) => new(await File.ReadAllTextAsync(Path.Combine(folder, $"{name}.pem")));
    }

    private static async Task<string> EncryptedAsync(string folder)
    {
        await File.WriteAllBytesAsync(Path.Combine(folder, "clear"), Convert.FromHexString("5ec3e700112233445566778899aabbcc"));
        await Tool.OutputAsync(folder, "openssl", "pkeyutl", "-encrypt", "-inkey", "encryption.pem", "-pkeyopt", "rsa_padding_mode:pkcs1", "-in", "clear", "-out", "encrypted");
        return Convert.ToBase64String(await File.ReadAllBytesAsync(Path.Combine(folder, "encrypted")));
    }

    private static async Task<string> HmacAsync(string folder, string hash, string key, string file) =>
        (await Tool.OutputAsync(folder, "openssl", "dgst", hash, "-mac", "HMAC", "-macopt", $"hexkey:{key}", file)).Split("= ")[1].Trim();

    private static async Task<(BigInteger Private, BigInteger Public)> PairAsync(string folder, string name)
    {
        await Tool.OutputAsync(folder, "openssl", "genpkey", "-paramfile", "dh.pem", "-out", $"{name}.pem");
        var text = await Tool.OutputAsync(folder, "openssl", "pkey", "-in", $"{name}.pem", "-text", "-noout");
        return (Number("private-key:", "public-key:"), Number("public-key:", "\nGROUP"));

        BigInteger Number(string from, string to)
        {
            var start = text.IndexOf(from, StringComparison.Ordinal) + from.Length;
            return BigInteger.Parse("0" + string.Concat(text[start..text.IndexOf(to, start, StringComparison.Ordinal)].Where(char.IsAsciiHexDigit)), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
        }
    }

    private static Dictionary<string, string> Fields(string header) => header["OAuth ".Length..].Split(", ").Select(f => f.Split('=', 2)).ToDictionary(f => f[0], f => Uri.UnescapeDataString(f[1].Trim('"')));
}
