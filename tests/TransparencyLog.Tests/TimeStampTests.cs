using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace EventSourcedTrading.TransparencyLog.Tests;

public sealed class TimeStampTests
{
    private static readonly byte[] Message = Encoding.UTF8.GetBytes(SmallLog.Create().Checkpoint().ToString());

    [Fact]
    public async Task What_OpenSSL_stamps_holds_and_OpenSSL_agrees()
    {
        using var authority = new TimeStampAuthority();
        var before = DateTimeOffset.UtcNow.AddSeconds(-2);
        var token = await RequestAsync(authority);
        var stamp = TimeStamps.Verify(token, Message, [authority.Root]);
        Assert.InRange(stamp.At, before, DateTimeOffset.UtcNow.AddSeconds(2));
        Assert.Equal("CN=Test time-stamps", stamp.Authority);

        using var folder = new Folder();
        folder.Write("token", token);
        folder.Write("message", Message);
        await Tool.OutputAsync(folder.Path, "openssl", "ts", "-verify", "-token_in", "-in", "token", "-data", "message", "-CAfile", authority.RootPem);
    }

    [Fact]
    public async Task A_time_stamp_of_something_else_is_refused()
    {
        using var authority = new TimeStampAuthority();
        var token = await RequestAsync(authority);
        Assert.Contains("not one of this message", Refusal(() => TimeStamps.Verify(token, [.. Message, 0], [authority.Root])), StringComparison.Ordinal);
        Assert.Contains("not an RFC 3161 token", Refusal(() => TimeStamps.Verify([.. token, 0], Message, [authority.Root])), StringComparison.Ordinal);
        Assert.Contains("not an RFC 3161 token", Refusal(() => TimeStamps.Verify([], Message, [authority.Root])), StringComparison.Ordinal);
        Assert.Contains("the most is", Refusal(() => TimeStamps.Verify(new byte[TimeStamps.MaxLength + 1], Message, [authority.Root])), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("an older question, with another nonce", "message", "-sha256")]
    [InlineData("another message", "other", "-sha256")]
    [InlineData("a weak hash", "message", "-sha1")]
    [InlineData("no nonce", "message", "-sha256", "-no_nonce")]
    public async Task An_answer_to_another_question_is_refused(string why, string file, params string[] how)
    {
        using var authority = new TimeStampAuthority(change: async folder =>
        {
            await File.WriteAllBytesAsync(Path.Combine(folder, "message"), Message);
            await File.WriteAllTextAsync(Path.Combine(folder, "other"), why);
            await Tool.OutputAsync(folder, "openssl", ["ts", "-query", "-data", file, .. how, "-cert", "-out", "query"]);
        });
        Assert.Contains("refused", (await Assert.ThrowsAsync<InvalidProofException>(() => RequestAsync(authority))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_token_over_a_weak_hash_is_refused_wherever_it_came_from()
    {
        using var authority = new TimeStampAuthority();
        var request = System.Security.Cryptography.Pkcs.Rfc3161TimestampRequest.CreateFromData(Message, HashAlgorithmName.SHA1, requestSignerCertificates: true);
        using var http = new HttpClient();
        using var body = new ByteArrayContent(request.Encode());
        using var response = await http.PostAsync(authority.Address, body);
        var token = request.ProcessResponse(await response.Content.ReadAsByteArrayAsync(), out _).AsSignedCms().Encode();
        Assert.Contains("must be SHA-256", Refusal(() => TimeStamps.Verify(token, Message, [authority.Root])), StringComparison.Ordinal);
        Assert.Contains("not over SHA-256", Assert.Throws<Verify.RefusedException>(() => Verify.TimeStamp.Check(token, Message, [authority.Root])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_authority_that_nobody_trusts_is_refused()
    {
        using var authority = new TimeStampAuthority();
        using var other = new TimeStampAuthority();
        var token = await RequestAsync(authority);
        Assert.Contains("does not lead to a given root", Refusal(() => TimeStamps.Verify(token, Message, [other.Root])), StringComparison.Ordinal);
        Assert.Contains("does not lead to a given root", Refusal(() => TimeStamps.Verify(token, Message, [])), StringComparison.Ordinal);
        await Assert.ThrowsAsync<InvalidProofException>(() => RequestAsync(authority, other.Root));
    }

    [Fact]
    public async Task A_certificate_that_had_expired_at_the_time_is_refused()
    {
        using var authority = new TimeStampAuthority(certificateEnds: DateTimeOffset.UtcNow.AddDays(-1));
        await Assert.ThrowsAsync<InvalidProofException>(() => RequestAsync(authority));
    }

    [Fact]
    public async Task An_answer_that_is_broken_longer_or_endless_is_refused()
    {
        using var longer = new TimeStampAuthority(answer: bytes => [.. bytes, 0]);
        await Assert.ThrowsAsync<InvalidProofException>(() => RequestAsync(longer));
        using var broken = new TimeStampAuthority(answer: bytes => bytes[..^1]);
        await Assert.ThrowsAsync<InvalidProofException>(() => RequestAsync(broken));
        using var endless = new TimeStampAuthority(answer: _ => new byte[TimeStamps.MaxLength + 1]);
        Assert.Contains("more than", (await Assert.ThrowsAsync<InvalidProofException>(() => RequestAsync(endless))).Message, StringComparison.Ordinal);
    }

    internal static async Task<byte[]> RequestAsync(TimeStampAuthority authority, X509Certificate2? root = null, byte[]? message = null)
    {
        using var http = new HttpClient { Timeout = TimeSpan.FromSeconds(30) };
        return await TimeStamps.RequestAsync(http, authority.Address, message ?? Message, [root ?? authority.Root]);
    }

    private static string Refusal(Action action) => Assert.Throws<InvalidProofException>(action).Message;
}
