using System.Text;
using System.Text.Json;
using EventSourcedTrading.Domain.Engine;
using EventSourcedTrading.Domain.Risk;
using EventSourcedTrading.EventStore;
using EventSourcedTrading.Notary;
using EventSourcedTrading.Projections.Following;
using EventSourcedTrading.Testing;
using EventSourcedTrading.Workers.Configuration;

namespace EventSourcedTrading.Integration;

/// <summary>A desk with a notary: what a person can check of it, with the programs that a person has.</summary>
public sealed class AuditTests(Desk desk) : IClassFixture<Desk>, IAsyncLifetime
{
    private readonly string folder = Directory.CreateTempSubdirectory("est-audit").FullName;

    private string Archive => Path.Combine(folder, "archive");
    private string Key => Path.Combine(folder, "notary.pem");
    private Dictionary<string, string?> Environment => new() { ["EST_POSTGRES"] = desk.World.Options.Postgres, ["EST_NOTARY_KEY_FILE"] = Key };

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync()
    {
        Directory.Delete(folder, recursive: true);
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task Orders_are_proven_to_a_stranger_the_log_is_intact_and_no_longer_when_it_is_touched()
    {
        var made = await EstProcess.RunAsync(Environment, "audit", "key", "--out", Key, "--origin", "example.org/desk");
        Assert.Equal(0, made.Code);
        var verifier = made.Out.Trim();
        Assert.DoesNotContain("PRIVATE", made.Out + made.Error, StringComparison.Ordinal);

        var filled = (await desk.Ada.TradeAsync(desk.Market)).OrderId!;
        Assert.Equal(5, (await EstProcess.RunAsync(Environment, "audit", "prove", filled)).Code);
        var killed = await KilledAsync();
        var notary = await Running.StartAsync(
            desk.World.Options with { Notary = new NotaryOptions { Origin = "example.org/desk", Archive = Archive, EverySeconds = 0.1, VerifyEverySeconds = 0.2, Key = await File.ReadAllTextAsync(Key) } },
            desk.World.Logs, desk.World.Time, "notary");
        await UntilSignedAsync();
        await Eventually.TrueAsync(() => Metrics(notary).Contains("audit_last_verification_age_seconds", StringComparison.Ordinal), "a verification");
        Assert.Contains("audit_alarm 0", Metrics(notary), StringComparison.Ordinal);

        foreach (var order in (string[])[filled, killed])
        {
            var file = Path.Combine(folder, $"{order}.json");
            var proven = await EstProcess.RunAsync(Environment, "audit", "prove", order, "--out", file);
            Assert.True(proven.Code == 0, proven.Error);
            var checkedAs = await EstProcess.VerifyAsync(file, "--key", verifier);
            Assert.True(checkedAs.Code == 0, checkedAs.Out + checkedAs.Error);
            await File.WriteAllTextAsync(file, (await File.ReadAllTextAsync(file)).Replace("SPY.ARCX", "SPY.XNAS", StringComparison.Ordinal));
            Assert.Equal(1, (await EstProcess.VerifyAsync(file, "--key", verifier)).Code);
        }

        var intact = await EstProcess.RunAsync(Environment, "audit", "verify", "--key", verifier, "--archive", Archive, "--json");
        Assert.True(intact.Code == 0, intact.Out + intact.Error);
        using (var verdict = JsonDocument.Parse(intact.Out))
        {
            Assert.True(verdict.RootElement.GetProperty("agreeing").GetInt32() > 0);
            Assert.All(verdict.RootElement.GetProperty("projections").EnumerateArray(), p => Assert.True(p.GetProperty("agrees").GetBoolean()));
        }

        await ReadModelsAsync(verifier);

        await desk.World.Database.UnlockAsync();
        await desk.World.Database.ForgeAsync("update events.mt_events set data = jsonb_set(data, '{reason}', '\"another\"') where type = 'kill_switch_engaged'");
        var position = await desk.World.AskAsync<long>("select seq_id from events.mt_events where type = 'kill_switch_engaged'");
        var touched = await EstProcess.RunAsync(Environment, "audit", "verify", "--key", verifier, "--archive", Archive);
        Assert.Equal(1, touched.Code);
        Assert.Contains($"event {position}", touched.Out, StringComparison.Ordinal);

        await desk.World.Database.CutOffAsync(position);
        await Eventually.TrueAsync(() => notary.StatusOf("notary") == "alarm", "the notary's alarm");
        Assert.Contains("audit_alarm 1", Metrics(notary), StringComparison.Ordinal);
        await notary.DisposeAsync();
        Assert.Equal(2, (await EstProcess.RunAsync(new Dictionary<string, string?> { ["EST_POSTGRES"] = "Host=127.0.0.1;Port=1;Username=postgres;Database=postgres;Timeout=3" }, "audit", "verify")).Code);
    }

    /// <summary>A read model that somebody has touched is told apart from a log that somebody has touched, and mended.</summary>
    private async Task ReadModelsAsync(string verifier)
    {
        foreach (var name in ProjectionHost.Names) Assert.Equal(0, (await EstProcess.RunAsync(Environment, "projections", "rebuild", name)).Code);
        string[] verify = ["audit", "verify", "--key", verifier, "--archive", Archive];
        Assert.Equal(0, (await EstProcess.RunAsync(Environment, verify)).Code);
        await desk.World.Database.ForgeAsync("update read.cash_rows set balance = balance + 1");
        var touched = await EstProcess.RunAsync(Environment, verify);
        Assert.Equal(1, touched.Code);
        Assert.Contains("of read.cash_rows has", touched.Out, StringComparison.Ordinal);
        Assert.Contains("The log is intact, the read model is not: 'est projections rebuild book' mends it.", touched.Out, StringComparison.Ordinal);
        Assert.Equal(0, (await EstProcess.RunAsync(Environment, [.. verify, "--no-projections"])).Code);
        var since = await EstProcess.RunAsync(Environment, [.. verify, "--since", Path.Combine(Archive, "checkpoint")]);
        Assert.Equal(0, since.Code);
        Assert.Contains("not compared; --projections does", since.Out, StringComparison.Ordinal);
        Assert.Equal(1, (await EstProcess.RunAsync(Environment, [.. verify, "--since", Path.Combine(Archive, "checkpoint"), "--projections"])).Code);
        Assert.Equal(2, (await EstProcess.RunAsync(Environment, [.. verify, "--projections", "--no-projections"])).Code);
        Assert.Equal(0, (await EstProcess.RunAsync(Environment, "projections", "rebuild", "book")).Code);
        Assert.Equal(0, (await EstProcess.RunAsync(Environment, verify)).Code);
    }

    /// <summary>An order that rests until a kill switch takes it out: its end was caused by nothing of its own.</summary>
    private async Task<string> KilledAsync()
    {
        var told = await desk.Ada.TradeAsync(desk.Market, intent => (intent["orderType"], intent["limitPrice"], intent["timeInForce"]) = ("limit", "50.00", "gtc"));
        Assert.Equal("approved", told.Outcome);
        Assert.Equal("done", (await desk.CommandAsync("kill-for-audit", new EngageKillSwitch(KillSwitchScope.Portfolio, null, KillSwitchMode.Halt))).Outcome);
        return told.OrderId!;
    }

    private async Task UntilSignedAsync()
    {
        var (store, head) = (new CheckpointStore(desk.World.Database.Reader), (await desk.World.Outside.Reader.HeadAsync()).Size);
        for (var until = System.Environment.TickCount64 + 30_000; (await store.NewestSizeAsync() ?? 0) < head; await Task.Delay(20))
            Assert.True(System.Environment.TickCount64 < until, string.Join("; ", desk.World.Complaints.Lines));
    }

    private static string Metrics(Running notary) => Workers.Hosting.HealthServer.Metrics(notary.Platform, []);
}
