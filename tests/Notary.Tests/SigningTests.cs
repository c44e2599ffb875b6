using System.Security.Cryptography;
using System.Text;
using EventSourcedTrading.EventStore;
using EventSourcedTrading.EventStore.Verifying;
using EventSourcedTrading.Testing;
using EventSourcedTrading.TransparencyLog;

namespace EventSourcedTrading.Notary.Tests;

/// <summary>A notary over a real log: what it signs, where that goes, and when it refuses.</summary>
public sealed class SigningTests : IAsyncLifetime
{
    private const string Origin = "example.org/desk";

    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly string _folder = Directory.CreateTempSubdirectory("est-archive").FullName;
    private TestDatabase _database = null!;
    private EventAppender _appender = null!;
    private CheckpointArchive? _archive;
    private CheckpointSigner _signer = null!;
    private int _streams;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _database = await TestDatabase.CreateAsync();
        _appender = new EventAppender(_database.App);
        Restart();
    }

    public async ValueTask DisposeAsync()
    {
        _archive?.Dispose();
        _key.Dispose();
        await _appender.DisposeAsync();
        await _database.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task What_is_new_is_signed_once_and_lies_in_the_archive_and_in_the_database()
    {
        await AppendAsync(700);
        var first = (await _signer.SignAsync(Stop))!;
        Assert.Equal((Origin, 700L), (first.Checkpoint.Origin, first.Checkpoint.Size));
        Assert.Null(await _signer.SignAsync(Stop));
        await AppendAsync(1);
        var second = (await _signer.SignAsync(Stop))!;
        Assert.Equal(701, second.Checkpoint.Size);

        Checkpoint.Open(second.Note, NoteKey.Of(Origin, _key), out _);
        string[] notes = [first.Note.ToString(), second.Note.ToString()];
        Assert.Equal(notes, CheckpointArchive.Notes(_folder));
        Assert.Equal(notes, await new CheckpointStore(_database.Reader).AllAsync(ct: Stop));
        Assert.Equal(notes[1], await File.ReadAllTextAsync(Path.Combine(_folder, "checkpoint"), Stop));
        Assert.Equal(2L, await CountAsync("select count(*) from audit.subtrees"));
        var audit = await AuditAsync();
        Assert.Empty(audit.Faults);
        Assert.Equal((701, 4, 4), (audit.Newest?.Size, audit.Checkpoints, audit.Log.Agreeing));
    }

    [Fact]
    public async Task An_empty_log_has_a_checkpoint_too()
    {
        Assert.Equal(0, (await _signer.SignAsync(Stop))!.Checkpoint.Size);
        Assert.Null(await _signer.SignAsync(Stop));
    }

    [Fact]
    public async Task After_a_restart_it_goes_on_where_it_was()
    {
        await AppendAsync(300);
        await _signer.SignAsync(Stop);
        Restart();
        Assert.Null(await _signer.SignAsync(Stop));
        await AppendAsync(600);
        Restart();
        Assert.Equal(900, (await _signer.SignAsync(Stop))!.Checkpoint.Size);
        Assert.Empty((await AuditAsync()).Faults);
        Assert.Equal(3L, await CountAsync("select count(*) from audit.subtrees"));
    }

    [Fact]
    public async Task What_a_crash_kept_from_the_database_is_brought_in_at_the_next_start()
    {
        await AppendAsync(300);
        await _signer.SignAsync(Stop);
        await _database.UnlockAsync();
        await _database.ForgeAsync("delete from audit.checkpoints; delete from audit.subtrees");
        await File.AppendAllTextAsync(Directory.GetFiles(_folder, "checkpoints-*").Single(), "example.org/desk\n999\nhalf a li", Stop);
        Assert.Empty((await AuditAsync()).Faults);
        Restart();
        Assert.Null(await _signer.SignAsync(Stop));
        Assert.Equal(1L, await CountAsync("select count(*) from audit.checkpoints"));
        Assert.Equal(1L, await CountAsync("select count(*) from audit.subtrees"));
        await AppendAsync(1);
        Assert.NotNull(await _signer.SignAsync(Stop));
        Assert.Equal(4, (await AuditAsync()).Checkpoints);
        Assert.Empty((await AuditAsync()).Faults);
    }

    [Fact]
    public async Task Two_notaries_do_not_share_an_archive() => Assert.Throws<IOException>(() => CheckpointArchive.Open(_folder));

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_log_that_was_cut_off_or_rewritten_is_never_signed(bool restarted)
    {
        await AppendAsync(600);
        await _signer.SignAsync(Stop);
        await _database.UnlockAsync();
        await _database.CutOffAsync(500);
        if (restarted) Restart();
        Assert.Equal(501, (await Assert.ThrowsAsync<NotaryAlarmException>(() => _signer.SignAsync(Stop))).Position);

        // Filled up again with other events it is no better.
        await AppendAsync(101);
        if (restarted) Restart();
        await Assert.ThrowsAsync<NotaryAlarmException>(() => _signer.SignAsync(Stop));
        await AppendAsync(100);
        await Assert.ThrowsAsync<NotaryAlarmException>(() => _signer.SignAsync(Stop));
        Assert.Single(CheckpointArchive.Notes(_folder));
    }

    [Fact]
    public async Task A_changed_head_is_not_signed()
    {
        await AppendAsync(10);
        await _signer.SignAsync(Stop);
        await _database.UnlockAsync();
        await _database.ForgeAsync("update audit.log_head set root = sha256('x')");
        await Assert.ThrowsAsync<NotaryAlarmException>(() => _signer.SignAsync(Stop));
        await _database.ForgeAsync("update audit.log_head set size = 11");
        await Assert.ThrowsAsync<NotaryAlarmException>(() => _signer.SignAsync(Stop));
    }

    [Fact]
    public async Task An_archive_that_lost_its_checkpoints_or_has_another_key_is_an_alarm()
    {
        await AppendAsync(10);
        await _signer.SignAsync(Stop);
        var file = Directory.GetFiles(_folder, "checkpoints-*").Single();
        var text = await File.ReadAllTextAsync(file, Stop);
        await File.WriteAllTextAsync(file, text.Replace("\n10\n", "\n9\n", StringComparison.Ordinal), Stop);
        Restart();
        await Assert.ThrowsAsync<NotaryAlarmException>(() => _signer.SignAsync(Stop));
        File.Delete(file);
        Restart();
        await Assert.ThrowsAsync<NotaryAlarmException>(() => _signer.SignAsync(Stop));
    }

    [Fact]
    public async Task With_the_archives_leaves_even_a_history_made_anew_is_traced_to_its_event()
    {
        await AppendAsync(1_000);
        await _signer.SignAsync(Stop);
        await AppendAsync(1_000);
        await _signer.SignAsync(Stop);
        await _database.UnlockAsync();
        await _database.ForgeAsync("update events.mt_events set data = '{\"n\":7}' where seq_id = 1234");
        await _database.ReckonAnewAsync();
        await _database.ForgeAsync("delete from audit.checkpoints");
        var fault = (await AuditAsync()).Faults[0];
        Assert.Equal((AuditFaultKind.CheckpointDisagrees, 1_234), (fault.Kind, fault.Position));
        Assert.StartsWith("event 1234 is not the one whose leaf was exported", fault.What, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_old_database_beside_newer_exported_checkpoints_is_found()
    {
        await AppendAsync(400);
        await _signer.SignAsync(Stop);
        await AppendAsync(200);
        await _signer.SignAsync(Stop);
        await _database.UnlockAsync();
        await _database.CutOffAsync(400);
        await _database.ForgeAsync("delete from audit.checkpoints where size > 400");
        Assert.Contains((AuditFaultKind.LogCutOff, (long?)401), (await AuditAsync()).Faults.Select(f => (f.Kind, f.Position)));
    }

    [Theory]
    [InlineData("update audit.checkpoints set note = replace(note, E'\n300\n', E'\n299\n')", AuditFaultKind.CheckpointInvalid)]
    [InlineData("update audit.checkpoints set note = 'nonsense'", AuditFaultKind.CheckpointInvalid)]
    [InlineData("delete from audit.checkpoints where size = 300", AuditFaultKind.CheckpointDisagrees)]
    public async Task A_checkpoint_that_was_altered_or_taken_out_is_found(string attack, AuditFaultKind kind)
    {
        await AppendAsync(300);
        await _signer.SignAsync(Stop);
        await AppendAsync(1);
        await _signer.SignAsync(Stop);
        await _database.UnlockAsync();
        await _database.ForgeAsync(attack);
        Assert.Contains(kind, (await AuditAsync()).Faults.Select(f => f.Kind));
    }

    [Fact]
    public async Task From_a_trusted_checkpoint_on_only_the_rest_is_read()
    {
        await AppendAsync(500);
        var trusted = (await _signer.SignAsync(Stop))!.Note;
        await AppendAsync(70);
        await _signer.SignAsync(Stop);
        var audit = await LogAudit.RunAsync(_database.Reader, Options with { Since = trusted }, ct: Stop);
        Assert.Empty(audit.Faults);
        Assert.Equal((70, 570), (audit.Log.Events, audit.Newest?.Size));
    }

    [Fact]
    public async Task Checkpoints_before_the_trusted_one_are_not_read_again_and_one_that_was_altered_is_found_by_a_full_verification()
    {
        var days = new Days();
        Restart(days);
        for (var day = 0; day < 4; day++, days.Now = days.Now.AddDays(1))
        {
            for (var n = 0; n < 3; n++)
            {
                await AppendAsync(10);
                await _signer.SignAsync(Stop);
            }
        }

        var files = Directory.GetFiles(_folder, "checkpoints-*").Order(StringComparer.Ordinal).ToArray();
        Assert.Equal(4, files.Length);
        Assert.Equal(12, CheckpointArchive.Notes(_folder).Count());
        foreach (var (after, left) in ((int, int)[])[(-1, 12), (0, 12), (10, 11), (29, 10), (30, 9), (60, 6), (61, 6), (110, 1), (120, 0), (500, 0)])
            Assert.Equal(left, CheckpointArchive.Notes(_folder, after).Count());

        var trusted = SignedNote.Parse(CheckpointArchive.Notes(_folder).ElementAt(7));
        var since = Options with { Since = trusted };
        var audit = await LogAudit.RunAsync(_database.Reader, since, ct: Stop);
        Assert.Empty(audit.Faults);
        Assert.Equal((40, 8, 120), (audit.Log.Events, audit.Checkpoints, audit.Newest?.Size));

        // An old one, and one of the same day as the trusted one.
        foreach (var (file, size) in ((string, int)[])[(files[0], 20), (files[2], 70)])
        {
            var text = await File.ReadAllTextAsync(file, Stop);
            await File.WriteAllTextAsync(file, text.Replace($"\n{size}\n", $"\n{size - 1}\n", StringComparison.Ordinal), Stop);
            Assert.Contains(AuditFaultKind.CheckpointInvalid, (await AuditAsync()).Faults.Select(f => f.Kind));
            Assert.Empty((await LogAudit.RunAsync(_database.Reader, since, ct: Stop)).Faults);
            await File.WriteAllTextAsync(file, text, Stop);
        }

        // A newer one that makes itself look old is missing, and one that is no checkpoint at all is not passed over.
        var newest = await File.ReadAllTextAsync(files[3], Stop);
        foreach (var word in (string[])["9", "x"])
        {
            await File.WriteAllTextAsync(files[3], newest.Replace("\n110\n", $"\n{word}\n", StringComparison.Ordinal), Stop);
            Assert.NotEmpty((await LogAudit.RunAsync(_database.Reader, since, ct: Stop)).Faults);
        }
    }

    private AuditOptions Options => new([NoteKey.Of(Origin, _key)]) { Archive = _folder };

    private Task<AuditResult> AuditAsync() => LogAudit.RunAsync(_database.Reader, Options, ct: Stop);

    private void Restart(TimeProvider? time = null)
    {
        _archive?.Dispose();
        _archive = CheckpointArchive.Open(_folder);
        _signer = new CheckpointSigner(_database.App, Origin, _key, [NoteKey.Of(Origin, _key)], _archive, time ?? TimeProvider.System);
    }

    private Task AppendAsync(int count)
    {
        var stream = $"thing-{++_streams}";
        return _appender.AppendAsync(new AppendBatch(
            [.. Enumerable.Range(1, count).Select(v => new PendingEvent(stream, v, "thing_happened", EventId.For(stream, v), Encoding.UTF8.GetBytes("{\"n\":1}"), null, null))], DateTimeOffset.UtcNow));
    }

    private async Task<object?> CountAsync(string sql)
    {
        await using var command = _database.Reader.CreateCommand(sql);
        return await command.ExecuteScalarAsync(Stop);
    }

    private sealed class Days : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
