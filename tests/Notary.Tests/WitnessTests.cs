using System.Security.Cryptography;
using System.Text;
using EventSourcedTrading.EventStore;
using EventSourcedTrading.Testing;
using EventSourcedTrading.TransparencyLog;

namespace EventSourcedTrading.Notary.Tests;

/// <summary>The notary's side of tlog-witness, against a witness that checks the proofs by itself.</summary>
public sealed class WitnessTests : IAsyncLifetime
{
    private const string Origin = "example.org/desk";

    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly Folder _folder = new();
    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromSeconds(30) };
    private TestDatabase _database = null!;
    private EventAppender _appender = null!;
    private CheckpointArchive _archive = null!;
    private CheckpointSigner _signer = null!;
    private TlogWitness _there = null!;
    private Witness _witness = null!;
    private int _streams;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _database = await TestDatabase.CreateAsync();
        _appender = new EventAppender(_database.App);
        _archive = CheckpointArchive.Open(_folder.Path);
        _signer = new CheckpointSigner(_database.App, Origin, _key, [NoteKey.Of(Origin, _key)], _archive, TimeProvider.System);
        _there = await TlogWitness.StartAsync(Origin, _key);
        _witness = Client();
    }

    public async ValueTask DisposeAsync()
    {
        await _there.DisposeAsync();
        _http.Dispose();
        _archive.Dispose();
        _folder.Dispose();
        _key.Dispose();
        await _appender.DisposeAsync();
        await _database.DisposeAsync();
    }

    [Fact]
    public async Task It_cosigns_what_grew_from_what_it_signed_before_and_its_signature_goes_under_the_note()
    {
        foreach (var more in (int[])[1, 2, 253, 1, 443, 300, 1])
        {
            var signed = await GrowAsync(more);
            var line = Assert.Single(await _witness.CosignAsync(signed, Stop));
            await new CheckpointStore(_database.App).AddCosignatureAsync(signed.Checkpoint.Size, _witness.Key.Name, line, Stop);
        }

        Assert.All(_there.Answers, a => Assert.Equal(200, a.Status));
        Assert.Equal([0L, 1, 3, 256, 257, 700, 1_000], _there.Answers.Select(a => a.Old));
        var note = (await new CheckpointStore(_database.Reader).NewestAsync(ct: Stop))!;
        var verified = note.Verify(NoteKey.Of(Origin, _key), _witness.Key).ToList();
        Assert.InRange(Assert.Single(verified, v => v.Key == _witness.Key).CosignedAt!.Value, DateTimeOffset.UtcNow.AddMinutes(-1), DateTimeOffset.UtcNow);
    }

    [Fact]
    public async Task A_client_that_has_forgotten_and_a_witness_that_has_both_find_back()
    {
        await _witness.CosignAsync(await GrowAsync(300), Stop);
        var signed = await GrowAsync(400);
        Assert.Single(await Client().CosignAsync(signed, Stop));
        Assert.Equal([(0L, 200), (0, 409), (300, 200)], _there.Answers);

        _there.Answers.Clear();
        _there.Size = 0;
        Assert.Single(await _witness.CosignAsync(signed, Stop));
        Assert.Equal([(300L, 409), (0, 200)], _there.Answers);
    }

    [Fact]
    public async Task A_witness_that_has_seen_more_than_there_is_does_not_sign()
    {
        var signed = await GrowAsync(10);
        _there.Size = 11;
        Assert.Contains("409", (await RefusedAsync(_witness, signed)).Message, StringComparison.Ordinal);
        Assert.Equal([(0L, 409)], _there.Answers);
    }

    [Theory]
    [InlineData("another.example/log", false, 404)]
    [InlineData(Origin, true, 403)]
    public async Task A_log_that_it_does_not_know_and_a_key_that_it_does_not_know_are_refused(string origin, bool otherKey, int status)
    {
        using var other = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        await using var there = await TlogWitness.StartAsync(origin, otherKey ? other : _key);
        var witness = new Witness(_http, there.Address, NoteKey.Parse(there.Key), new LogProofs(_database.App));
        Assert.Contains($"answered {status}", (await RefusedAsync(witness, await GrowAsync(5))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_history_that_was_written_anew_gets_no_proof_that_holds()
    {
        await _witness.CosignAsync(await GrowAsync(300), Stop);
        var honest = await GrowAsync(300);
        await _database.UnlockAsync();
        await _database.ForgeAsync("update events.mt_events set data = '{\"n\":0}' where seq_id = 7");
        await _database.ReckonAnewAsync();
        var head = await new EventReader(_database.App).HeadAsync(Stop);
        var forged = new Checkpoint(Origin, head.Size, head.Root.ToArray());
        var signed = honest with { Checkpoint = forged, Note = SignedNote.Of(forged.ToString()).Sign(Origin, _key) };
        Assert.Contains("answered 422", (await RefusedAsync(_witness, signed)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_cosignature_that_does_not_hold_is_none_nor_is_an_endless_answer()
    {
        _there.Twist = answer => { var bytes = Convert.FromBase64String(answer.Split(' ')[2]); bytes[^1] ^= 1; return $"— witness.example {Convert.ToBase64String(bytes)}\n"; };
        await RefusedAsync(_witness, await GrowAsync(1));
        _there.Twist = _ => "";
        await RefusedAsync(_witness, await GrowAsync(1));
        _there.Twist = answer => string.Concat(Enumerable.Repeat(answer, 1_000));
        Assert.Contains("more than", (await RefusedAsync(_witness, await GrowAsync(1))).Message, StringComparison.Ordinal);
        _there.Twist = answer => answer;
        Assert.Single(await _witness.CosignAsync(await GrowAsync(1), Stop));
    }

    [Fact]
    public async Task One_that_is_away_is_told_apart_from_one_that_refuses()
    {
        var signed = await GrowAsync(1);
        var witness = new Witness(_http, new Uri("http://127.0.0.1:1/"), NoteKey.Parse(_there.Key), new LogProofs(_database.App));
        await Assert.ThrowsAsync<HttpRequestException>(() => witness.CosignAsync(signed, Stop));
    }

    private Witness Client() => new(_http, _there.Address, NoteKey.Parse(_there.Key), new LogProofs(_database.App));

    private static Task<InvalidProofException> RefusedAsync(Witness witness, SignedCheckpoint signed) => Assert.ThrowsAsync<InvalidProofException>(() => witness.CosignAsync(signed, Stop));

    private async Task<SignedCheckpoint> GrowAsync(int count)
    {
        var stream = $"thing-{++_streams}";
        await _appender.AppendAsync(new AppendBatch(
            [.. Enumerable.Range(1, count).Select(v => new PendingEvent(stream, v, "thing_happened", EventId.For(stream, v), Encoding.UTF8.GetBytes("{\"n\":1}"), null, null))], DateTimeOffset.UtcNow));
        return (await _signer.SignAsync(Stop))!;
    }
}
