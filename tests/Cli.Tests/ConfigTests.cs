using System.Text.Json;
using EventSourcedTrading.Testing;

namespace EventSourcedTrading.Cli.Tests;

/// <summary>`est config`: where each value comes from, and no secret among them. Needs no server.</summary>
public sealed class ConfigTests : IDisposable
{
    private readonly Folder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Each_value_has_its_source()
    {
        folder.Write("est.json", """
            {
              // what the desk may lose
              "portfolios": [ { "id": "main", "instruments": [ { "id": "SPY.ARCX",
                "currency": "USD" } ],
                "limits": { "positionCaps": {}, "bucketLimits": {}, "maxDailyLoss": "20000" } } ]
            }
            """);
        var all = await SettingsAsync(new() { ["EST_PREFIX"] = "desk", ["EST_HTTP"] = null });
        Assert.Equal(("20000", "est.json:5"), all["portfolios[0].limits.maxDailyLoss"]);
        Assert.Equal(("USD", "est.json:4"), all["portfolios[0].instruments[0].currency"]);
        Assert.Equal(("30", "default"), all["portfolios[0].roundDeadlineSeconds"]);
        Assert.Equal(("desk", "environment"), all["EST_PREFIX"]);
        Assert.Equal(("http://127.0.0.1:8080", "default"), all["EST_HTTP"]);
    }

    [Fact]
    public async Task No_secret_is_shown()
    {
        const string Secret = "hunter2hunter2";
        var environment = new Dictionary<string, string?>
        {
            ["EST_POSTGRES"] = $"Host=127.0.0.1;Username=est;Password={Secret};Database=est", ["EST_NATS"] = $"nats://desk:{Secret}@127.0.0.1:4222", ["EST_API_KEY"] = Secret,
            ["EST_PRIVACY_KEY"] = Secret, ["EST_NOTARY_KEY"] = Secret, ["EST_NOTARY_PASSPHRASE"] = Secret, ["EST_NOTARY_NEW_PASSPHRASE"] = Secret,
        };
        foreach (var arguments in (string[][])[["config"], ["config", "--json"], ["describe"], ["describe", "--json"], ["config", "--variables"]])
        {
            var ended = await Est.RunAsync(environment, folder.Path, arguments);
            Assert.Equal(0, ended.Code);
            Assert.DoesNotContain(Secret, ended.Out + ended.Error, StringComparison.Ordinal);
        }

        // A connection string that cannot be read is not shown either: the password may be anywhere in it.
        environment["EST_POSTGRES"] = $"Host=127.0.0.1;Pasword={Secret}";
        var unread = await Est.RunAsync(environment, folder.Path, "config");
        Assert.DoesNotContain(Secret, unread.Out + unread.Error, StringComparison.Ordinal);
        Assert.Contains("127.0.0.1:4222", unread.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_unknown_variable_is_warned_about()
    {
        var ended = await Est.RunAsync(new Dictionary<string, string?> { ["EST_PREFX"] = "x", ["EST_ZZZZZZZZZZZZ"] = "y" }, folder.Path, "config", "--json");
        var warnings = ended.Json().GetProperty("warnings").EnumerateArray().Select(w => w.GetString()!).ToList();
        Assert.Contains(warnings, w => w.StartsWith("EST_PREFX is set", StringComparison.Ordinal) && w.EndsWith("Did you mean EST_PREFIX?", StringComparison.Ordinal));
        Assert.Contains(warnings, w => w.StartsWith("EST_ZZZZZZZZZZZZ", StringComparison.Ordinal) && !w.Contains("Did you mean", StringComparison.Ordinal));
        Assert.Contains("did you mean", (await Est.RunAsync(new Dictionary<string, string?> { ["EST_PREFX"] = "x" }, folder.Path, "config")).Error.ToLowerInvariant(), StringComparison.Ordinal);
    }

    private async Task<Dictionary<string, (string, string)>> SettingsAsync(Dictionary<string, string?> environment)
    {
        var ended = await Est.RunAsync(environment, folder.Path, "config", "--json");
        return ended.Json().GetProperty("settings").EnumerateArray().ToDictionary(s => s.GetProperty("name").GetString()!, s => (s.GetProperty("value").GetString()!, s.GetProperty("source").GetString()!));
    }
}
