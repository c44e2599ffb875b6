using System.Text;
using System.Text.Json;
using EventSourcedTrading.Testing;

namespace EventSourcedTrading.TransparencyLog.Tests;

/// <summary>est-verify as people and scripts meet it, in a process of its own.</summary>
public sealed class ProgramTests : IDisposable
{
    private readonly Folder folder = new();
    private readonly SmallLog log = SmallLog.Create();

    public void Dispose() => folder.Dispose();

    private async Task<Ended> RunAsync(int code, params string[] arguments)
    {
        var ended = await Tool.EstVerifyAsync(folder.Path, arguments);
        Assert.True(ended.Code == code, $"ended with {ended.Code}: {ended.Out}{ended.Error}");
        Assert.DoesNotContain("   at ", ended.Out + ended.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("Unhandled", ended.Error, StringComparison.Ordinal);
        return ended;
    }

    [Fact]
    public async Task A_true_bundle_is_proven_with_the_key_as_text_as_file_and_as_PEM()
    {
        using var authority = new TimeStampAuthority();
        var bundle = log.Bundle();
        bundle = bundle with { Timestamp = Convert.ToBase64String(await TimeStampTests.RequestAsync(authority, message: Encoding.UTF8.GetBytes(bundle.Checkpoint))) };
        folder.Write("bundle.json", bundle.Write());
        folder.Write("log.vkey", log.PublicKey + "\n");
        folder.Write("log.pem", log.Key.ExportSubjectPublicKeyInfoPem());
        var ended = await RunAsync(0, "bundle.json", "--key", log.PublicKey.ToString(), "--timestamp-ca", authority.RootPem);
        Assert.Contains("PROVEN", ended.Out, StringComparison.Ordinal);
        Assert.Contains("by CN=Test time-stamps", ended.Out, StringComparison.Ordinal);
        Assert.Contains("order-main-1/4  order_filled  <- position 9, order_acknowledged", ended.Out, StringComparison.Ordinal);
        await RunAsync(0, "bundle.json", "--key", "log.vkey");
        var told = JsonDocument.Parse((await RunAsync(0, "bundle.json", "--key", "log.pem", "--json")).Out).RootElement;
        Assert.Equal(("proven", 7), (told.GetProperty("verdict").GetString(), told.GetProperty("events").GetArrayLength()));
    }

    [Fact]
    public async Task Without_a_key_it_says_loudly_what_is_not_proven()
    {
        folder.Write("bundle.json", log.Bundle().Write());
        Assert.Contains("CONSISTENT ONLY", (await RunAsync(3, "bundle.json")).Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_was_forged_is_refused()
    {
        var json = Encoding.UTF8.GetString(log.Bundle().Write());
        var key = log.PublicKey.ToString();
        string[] forged =
        [
            json.Replace("110.25", "110.26", StringComparison.Ordinal), json.Replace("\\n12\\n", "\\n13\\n", StringComparison.Ordinal), json.Replace("order main-1", "order main-2", StringComparison.Ordinal), "{}", "\u0001", "",
            Encoding.UTF8.GetString(SmallLog.Create().Bundle().Write()), Encoding.UTF8.GetString(log.Bundle(positions: [2, 4, 5, 6, 7, 9]).Write()),
        ];
        foreach (var text in forged)
        {
            Assert.NotEqual(json, text);
            folder.Write("bundle.json", text);
            Assert.Contains("REFUSED", (await RunAsync(1, "bundle.json", "--key", key)).Out, StringComparison.Ordinal);
        }

        Assert.Equal("refused", JsonDocument.Parse((await RunAsync(1, "bundle.json", "--key", key, "--json")).Out).RootElement.GetProperty("verdict").GetString());
        await RunAsync(0, "bundle.json", "--key", key, "--open"); // the last one is the true beginning of a story
    }

    [Fact]
    public async Task What_cannot_be_checked_is_said_without_a_stack_trace()
    {
        folder.Write("bundle.json", log.Bundle().Write());
        folder.Write("empty", "");
        await RunAsync(2);
        await RunAsync(2, "missing.json", "--key", log.PublicKey.ToString());
        await RunAsync(2, ".", "--key", log.PublicKey.ToString());
        await RunAsync(2, "bundle.json", "--key");
        await RunAsync(2, "bundle.json", "--key", "missing.pem");
        await RunAsync(2, "bundle.json", "--key", "empty");
        await RunAsync(2, "bundle.json", "--timestamp-ca", "empty");
        await RunAsync(2, "bundle.json", "--timestamp-ca", "missing.pem");
        await RunAsync(2, "bundle.json", "bundle.json");
        await RunAsync(2, "bundle.json", "--dance");
        await RunAsync(0, "--help");
    }

    [Fact]
    public async Task What_a_bundle_says_does_not_steer_the_terminal()
    {
        folder.Write("bundle.json", (log.Bundle() with { Subject = "order \u001b[2J\u202e" }).Write());
        var ended = await RunAsync(1, "bundle.json", "--key", log.PublicKey.ToString());
        Assert.DoesNotContain("\u001b", ended.Out, StringComparison.Ordinal);
        Assert.DoesNotContain("\u202e", ended.Out, StringComparison.Ordinal);
    }
}
