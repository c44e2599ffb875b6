using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.RegularExpressions;
using EventSourcedTrading.Domain.Json;
using EventSourcedTrading.Domain.Time;
using EventSourcedTrading.EventStore;
using EventSourcedTrading.Notary;
using EventSourcedTrading.Testing;
using EventSourcedTrading.TransparencyLog;
using EventSourcedTrading.Workers.Configuration;
using EventSourcedTrading.Workers.Hosting;
using EventSourcedTrading.Workers.Notarising;

namespace EventSourcedTrading.Integration;

/// <summary>The notary among those it talks to: witnesses, a time-stamp authority, NATS, and whoever takes the key over.</summary>
public sealed partial class NotaryTests : IAsyncLifetime
{
    private const string Origin = "example.org/desk";

    private readonly string pem = SigningKey.Create(null);
    private readonly Folder folder = new();
    private ECDsa key = null!;
    private World world = null!;
    private int streams;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private NotaryOptions Options => new() { Origin = Origin, Archive = Path.Combine(folder.Path, "archive"), EverySeconds = 0.05, VerifyEverySeconds = 0, Key = pem };

    private CheckpointStore Store => new(world.Database.Reader);

    public async ValueTask InitializeAsync()
    {
        key = SigningKey.Read(pem, null);
        world = await World.CreateAsync(new Market().Portfolio("ada@1.0.0"));
    }

    public async ValueTask DisposeAsync()
    {
        await world.DisposeAsync();
        key.Dispose();
        folder.Dispose();
    }

    [Fact]
    public async Task A_witness_that_hangs_keeps_no_checkpoint_waiting_and_gets_the_newest_when_it_is_back()
    {
        await using var witness = await TlogWitness.StartAsync(Origin, key);
        var gate = new TaskCompletionSource();
        witness.Gate = gate.Task;
        await using var notary = await StartAsync(Options with { Witnesses = [new WitnessOptions(witness.Address, witness.Key)] });
        await GrowAsync();
        await Eventually.TrueAsync(() => witness.Asked == 1, "the witness is asked");
        for (var n = 0; n < 6; n++) await GrowAsync();
        // The archive and the database have them all, the witness still thinks about its first.
        Assert.True(CheckpointArchive.Notes(Options.Archive).Count() >= 7);
        Assert.Equal((1, 0), (witness.Asked, witness.Answers.Count));

        gate.SetResult();
        var newest = (await Store.NewestSizeAsync(Stop))!.Value;
        await Eventually.TrueAsync(() => witness.Answers.Count == 2 && witness.Size == newest, "it has signed the newest");
        Assert.Equal([200, 200], witness.Answers.Select(a => a.Status));
        await Eventually.TrueAsync(async () => (await Store.NewestAsync(ct: Stop))!.Verify(NoteKey.Of(Origin, key), NoteKey.Parse(witness.Key)).Count() == 2, "its signature is kept");
    }

    [Fact]
    public async Task A_subscriber_of_NATS_sees_every_checkpoint()
    {
        await using var heard = await world.Outside.Nats.SubscribeCoreAsync(world.Outside.Subjects.Checkpoints());
        await world.Outside.Nats.PingAsync();
        await using var notary = await StartAsync(Options);
        for (var n = 0; n < 10; n++) await GrowAsync();
        var signed = await Store.AllAsync(ct: Stop);
        var told = new List<string>();
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (told.Count < signed.Count)
        {
            using var message = await heard.Msgs.ReadAsync(patience.Token);
            told.Add(Encoding.UTF8.GetString(message.Memory.Span));
        }

        Assert.True(signed.Count >= 10);
        Assert.Equal(signed, told);
    }

    [Fact]
    public async Task An_authority_stamps_a_checkpoint_and_one_that_nobody_trusts_does_not()
    {
        using var authority = new TimeStampAuthority();
        using var stranger = new TimeStampAuthority();
        await using (var notary = await StartAsync(Options with { TimeStamps = new TimeStampOptions(authority.Address, stranger.RootPem, 1) }))
        {
            await GrowAsync();
            await Eventually.TrueAsync(() => Metrics(notary)["audit_time_stamp_failures_total"] >= 1, "a time-stamp is refused");
            Assert.Null(await Store.TimeStampedAsync(0, Stop));
        }

        await using (await StartAsync(Options with { TimeStamps = new TimeStampOptions(authority.Address, authority.RootPem, 1) }))
        {
            await GrowAsync();
            await Eventually.TrueAsync(async () => await Store.TimeStampedAsync(0, Stop) is not null, "a time-stamp");
        }

        var (note, token) = (await Store.TimeStampedAsync(0, Stop))!.Value;
        var stamp = TimeStamps.Verify(token, Encoding.UTF8.GetBytes(note), [authority.Root]);
        Assert.InRange(stamp.At, DateTimeOffset.UtcNow.AddMinutes(-2), DateTimeOffset.UtcNow.AddSeconds(2));
        Assert.Equal(token, await File.ReadAllBytesAsync(Directory.GetFiles(Options.Archive, "*.tst").Order(StringComparer.Ordinal).First(), Stop));
        Assert.Throws<InvalidProofException>(() => TimeStamps.Verify(token, Encoding.UTF8.GetBytes(note), [stranger.Root]));
    }

    [Fact]
    public async Task A_key_is_handed_over_and_who_trusts_either_can_verify_all()
    {
        var (old, next) = (folder.Write("old.pem", pem), Path.Combine(folder.Path, "next.pem"));
        Dictionary<string, string?> environment = new() { ["EST_POSTGRES"] = world.Options.Postgres, ["EST_NOTARY_KEY_FILE"] = old };
        await using (await StartAsync(Options)) await GrowAsync();
        var made = await EstProcess.RunAsync(environment, "audit", "key", "--out", next, "--origin", Origin);
        var rotated = await EstProcess.RunAsync(environment, "audit", "rotate", "--new-key-file", next, "--reason", "yearly");
        Assert.True(rotated.Code == 0, rotated.Error);
        Assert.Equal(made.Out.Trim(), rotated.Out.Trim());

        // The old key is no longer the notary's.
        await using (var stale = await Running.StartAsync(world.Options with { Notary = Options }, world.Logs, world.Time, "notary"))
            await Eventually.TrueAsync(() => world.Complaints.Lines.Any(l => l.Contains("hand over to the new one", StringComparison.Ordinal)), "the old key is refused");
        await using (await StartAsync(Options with { Key = await File.ReadAllTextAsync(next, Stop) })) await GrowAsync();

        var both = (await NotaryKeys.ReadAsync(world.Outside.Reader, Stop)).Select(k => k.ToString()).ToList();
        Assert.Equal([NoteKey.Of(Origin, key).ToString(), made.Out.Trim()], both);
        foreach (var trusted in both) Assert.Equal(0, await VerifyAsync(trusted));
        using var stranger = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        Assert.Equal(1, await VerifyAsync(NoteKey.Of(Origin, stranger).ToString()));

        // Somebody who may write events, but does not have the key, names a key of his own.
        var hijack = NotaryKeys.Rotate(Origin, stranger, stranger, "mallory", "mine now", Timestamp.From(DateTimeOffset.UtcNow)) with { PreviousKey = both[1] };
        await world.Outside.Appender.AppendAsync(new AppendBatch(
            [new PendingEvent(NotaryKeys.Stream, 3, EventJson.AliasOf(hijack), EventId.For(NotaryKeys.Stream, 3), EventJson.Serialize(hijack), null, null)], DateTimeOffset.UtcNow), Stop);
        await Assert.ThrowsAsync<InvalidProofException>(() => NotaryKeys.ReadAsync(world.Outside.Reader, Stop));
        Assert.Equal(2, await VerifyAsync(both[1]));

        async Task<int> VerifyAsync(string trusted) => (await EstProcess.RunAsync(environment, "audit", "verify", "--key", trusted, "--archive", Options.Archive)).Code;
    }

    [Fact]
    public async Task Every_alert_watches_a_metric_that_there_is()
    {
        var file = Path.Combine(EstProcess.Repository, "deploy", "prometheus", "audit.rules.yaml");
        var expressions = (await File.ReadAllLinesAsync(file, Stop)).Select(l => l.Trim()).Where(l => l.StartsWith("expr:", StringComparison.Ordinal)).Select(l => l["expr:".Length..]).ToList();
        Assert.NotEmpty(expressions);
        await using var notary = await StartAsync(Options with { VerifyEverySeconds = 60 });
        await GrowAsync();
        await Eventually.TrueAsync(() => HealthServer.Metrics(notary.Platform, []).Contains("audit_last_verification_age_seconds", StringComparison.Ordinal), "a verification");
        foreach (var expression in expressions)
        {
            var names = MetricName().Matches(expression).Select(m => m.Value).ToList();
            Assert.True(names.Count > 0, $"no metric in '{expression}'");
            foreach (var name in names) Assert.True(Metrics(notary).Has(name), $"'{expression}': there is no metric {name}");
        }

        if (Tool.Has("promtool")) await Tool.OutputAsync(folder.Path, "promtool", "check", "rules", file);
    }

    private async Task<Running> StartAsync(NotaryOptions options)
    {
        var notary = await Running.StartAsync(world.Options with { Notary = options }, world.Logs, world.Time, "notary");
        await notary.UntilAsync("notary", "running");
        return notary;
    }

    /// <summary>An event more, and the checkpoint that covers it.</summary>
    private async Task GrowAsync()
    {
        var stream = $"thing-{++streams}";
        var appended = await world.Outside.Appender.AppendAsync(
            new AppendBatch([new PendingEvent(stream, 1, "thing_happened", EventId.For(stream, 1), Encoding.UTF8.GetBytes("{\"n\":1}"), null, null)], DateTimeOffset.UtcNow), Stop);
        await Eventually.TrueAsync(async () => await Store.NewestSizeAsync(Stop) >= appended.FirstSeq, $"event {appended.FirstSeq} is signed ({string.Join("; ", world.Complaints.Lines)})");
    }

    private static Exposition Metrics(Running notary) => Exposition.Read(HealthServer.Metrics(notary.Platform, []));

    [GeneratedRegex(@"\b[a-z]+_[a-z_]+\b", RegexOptions.CultureInvariant, 1_000)]
    private static partial Regex MetricName();
}
