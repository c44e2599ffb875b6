using EventSourcedTrading.EventStore.Verifying;
using EventSourcedTrading.Testing;

namespace EventSourcedTrading.EventStore.Tests.Verifying;

/// <summary>
/// Somebody with every right on the database, triggers switched off, changes the log. Two checkpoints have got out before: after 1,500
/// events, and after all of them.
/// </summary>
public sealed class AttackTests : IAsyncLifetime
{
    private const int Events = 3_000, Early = 1_500;

    private readonly List<SignedRoot> _signed = [];
    private TestDatabase _database = null!;

    public async ValueTask InitializeAsync()
    {
        _database = await TestDatabase.CreateAsync();
        await using var appender = new EventAppender(_database.App);
        foreach (var stream in Enumerable.Range(0, 30))
        {
            for (var version = 1; version <= 100; version += 20) await appender.AppendAsync(Some.Batch($"thing-{stream}", version, 20));
            if ((stream + 1) * 100 is Early or Events) _signed.Add(await SignAsync());
        }

        await _database.UnlockAsync();
    }

    public ValueTask DisposeAsync() => _database.DisposeAsync();

    [Fact]
    public async Task What_nobody_touched_is_intact()
    {
        var found = await VerifyAsync();
        Assert.Empty(found.Faults);
        Assert.Equal((Events, Events, 2), (found.Size, found.Events, found.Agreeing));
    }

    [Theory]
    [InlineData("update events.mt_events set data = '{\"n\":2}' where seq_id = 1234", 1_234)]
    [InlineData("update events.mt_events set timestamp = timestamp - interval '1 microsecond' where seq_id = 77", 77)]
    [InlineData("update events.mt_events set type = 'thing_happend' where seq_id = 3000", 3_000)]
    [InlineData("update events.mt_events set correlation_id = null where seq_id = 1", 1)]
    [InlineData("update events.mt_events set causation_id = '' where seq_id = 2", 2)]
    [InlineData("update events.mt_events set headers = '{}' where seq_id = 2999", 2_999)]
    [InlineData("update events.mt_events set id = gen_random_uuid() where seq_id = 512", 512)]
    [InlineData("update events.mt_events set data = '{\"n\":1.00000000000000001}' where seq_id = 9", 9)]
    [InlineData("update events.mt_events set stream_id = 'other', version = 1 where seq_id = 600", 600)]
    public async Task A_changed_event_is_named(string attack, long position)
    {
        await _database.ForgeAsync(attack);
        var fault = (await VerifyAsync()).Faults[0];
        Assert.Equal((AuditFaultKind.EventChanged, position), (fault.Kind, fault.Position));
    }

    [Fact]
    public async Task Two_events_that_changed_places_are_found_at_the_first()
    {
        await _database.ForgeAsync("update events.mt_events set seq_id = -1 where seq_id = 800; update events.mt_events set seq_id = 800 where seq_id = 801; update events.mt_events set seq_id = 801 where seq_id = -1");
        var fault = (await VerifyAsync()).Faults[0];
        Assert.Equal((AuditFaultKind.EventChanged, 800), (fault.Kind, fault.Position));
    }

    [Fact]
    public async Task A_deleted_event_is_named()
    {
        await _database.ForgeAsync("delete from events.mt_events where seq_id = 2222");
        var fault = (await VerifyAsync()).Faults[0];
        Assert.Equal((AuditFaultKind.EventMissing, 2_222), (fault.Kind, fault.Position));
    }

    [Fact]
    public async Task A_deleted_stream_is_found_even_with_its_listing()
    {
        await _database.ForgeAsync("delete from events.mt_events where stream_id = 'thing-7'; delete from events.mt_streams where id = 'thing-7'");
        Assert.Equal((AuditFaultKind.EventMissing, 701), Of((await VerifyAsync()).Faults[0]));
    }

    [Fact]
    public async Task An_inserted_event_is_found_before_it_has_a_leaf()
    {
        await _database.ForgeAsync("insert into events.mt_events (seq_id, id, stream_id, version, data, type) values (3001, gen_random_uuid(), 'thing-1', 101, '{}', 'thing_happened')");
        Assert.Equal((AuditFaultKind.EventUnrecorded, 3_001), Of((await VerifyAsync()).Faults[0]));
    }

    [Fact]
    public async Task An_event_inserted_in_the_middle_with_all_hashes_reckoned_anew_is_found_by_the_signed_roots()
    {
        await _database.ForgeAsync(
            """
            update events.mt_events set seq_id = -seq_id - 1 where seq_id > 2000;
            update events.mt_events set seq_id = -seq_id where seq_id < 0;
            insert into events.mt_events (seq_id, id, stream_id, version, data, type) values (2001, gen_random_uuid(), 'new', 1, '{}', 'thing_happened');
            insert into events.mt_streams (id, version) values ('new', 1);
            """);
        await _database.ReckonAnewAsync();
        var found = await VerifyAsync();
        Assert.Equal((AuditFaultKind.CheckpointDisagrees, Early + 1), Of(found.Faults[0]));
        Assert.Equal(1, found.Agreeing);
    }

    [Fact]
    public async Task A_history_written_anew_with_every_hash_is_found_between_the_checkpoints_that_agree_and_do_not()
    {
        await _database.ForgeAsync("update events.mt_events set data = '{\"n\":0}' where seq_id = 1777");
        await _database.ReckonAnewAsync();
        var found = await VerifyAsync();
        Assert.Equal((AuditFaultKind.CheckpointDisagrees, Early + 1), Of(Assert.Single(found.Faults)));
        Assert.Contains("up to 3000", found.Faults[0].What, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_checkpoint_such_a_history_cannot_be_told_from_the_true_one()
    {
        await _database.ForgeAsync("update events.mt_events set data = '{\"n\":0}' where seq_id = 1777");
        await _database.ReckonAnewAsync();
        _signed.Clear();
        Assert.Empty((await VerifyAsync()).Faults);
    }

    [Fact]
    public async Task The_newest_thousand_cut_off_with_their_leaves_and_the_head_are_missed()
    {
        await _database.CutOffAsync(2_000);
        var fault = Assert.Single((await VerifyAsync()).Faults);
        Assert.Equal((AuditFaultKind.LogCutOff, 2_001), Of(fault));
    }

    [Fact]
    public async Task The_newest_thousand_cut_off_alone_are_missed_without_any_checkpoint()
    {
        _signed.Clear();
        await _database.ForgeAsync("delete from events.mt_events where seq_id > 2000");
        Assert.Equal((AuditFaultKind.EventMissing, 2_001), Of((await VerifyAsync()).Faults[0]));
    }

    [Fact]
    public async Task A_log_that_went_on_differently_after_it_was_set_back_is_found()
    {
        await _database.CutOffAsync(2_000);
        await using var appender = new EventAppender(_database.App);
        for (var n = 0; n < 2_000; n += 500) await appender.AppendAsync(Some.Batch($"again-{n}", 1, 500));
        Assert.Equal((AuditFaultKind.CheckpointDisagrees, Early + 1), Of((await VerifyAsync()).Faults[0]));
    }

    [Theory]
    [InlineData("update audit.leaves set hashes = overlay(hashes placing '\\x00'::bytea from 5) where first_seq = 21", AuditFaultKind.EventChanged, 21)]
    [InlineData("delete from audit.leaves where first_seq = 41", AuditFaultKind.LeavesBroken, 41)]
    [InlineData("update audit.leaves set first_seq = 42 where first_seq = 41", AuditFaultKind.LeavesBroken, 41)]
    [InlineData("update audit.log_head set root = sha256('x')", AuditFaultKind.HeadWrong, null)]
    [InlineData("update audit.log_head set size = size - 1", AuditFaultKind.HeadWrong, null)]
    [InlineData("insert into audit.subtrees values (1, 2, sha256('x'))", AuditFaultKind.SubtreeWrong, 513)]
    [InlineData("update events.mt_streams set version = 99 where id = 'thing-3'", AuditFaultKind.StreamBroken, 301)]
    [InlineData("delete from events.mt_streams where id = 'thing-3'", AuditFaultKind.StreamBroken, 301)]
    [InlineData("insert into events.mt_streams (id, version) values ('ghost', 4)", AuditFaultKind.StreamBroken, null)]
    [InlineData("update events.mt_streams set timestamp = timestamp + interval '1 second' where id = 'thing-3'", AuditFaultKind.StreamBroken, 301)]
    [InlineData("update events.mt_streams set created = created - interval '1 microsecond' where id = 'thing-3'", AuditFaultKind.StreamBroken, 301)]
    [InlineData("update events.mt_streams set is_archived = true where id = 'thing-3'", AuditFaultKind.StreamBroken, 301)]
    [InlineData("update events.mt_streams set tenant_id = 'other' where id = 'thing-3'", AuditFaultKind.StreamBroken, 301)]
    [InlineData("update events.mt_streams set type = 'order' where id = 'thing-3'", AuditFaultKind.StreamBroken, 301)]
    [InlineData("update events.mt_events set is_archived = true where seq_id = 350", AuditFaultKind.StreamBroken, 301)]
    [InlineData("update events.mt_events set bdata = '\\x00' where seq_id = 350", AuditFaultKind.StreamBroken, 301)]
    [InlineData("update events.mt_events set tenant_id = null where seq_id = 350", AuditFaultKind.StreamBroken, 301)]
    [InlineData("update events.mt_events set mt_dotnet_type = 'Other' where seq_id = 350", AuditFaultKind.StreamBroken, 301)]
    public async Task Damage_beside_the_events_is_found(string attack, AuditFaultKind kind, int? position)
    {
        await _database.ForgeAsync(attack);
        Assert.Contains((kind, (long?)position), (await VerifyAsync()).Faults.Select(f => (f.Kind, f.Position)));
    }

    [Fact]
    public async Task From_a_trusted_checkpoint_only_what_is_new_is_read_and_an_older_change_of_leaves_shows_all_the_same()
    {
        var since = new VerifyOptions([_signed[1]]) { Since = _signed[0], Parallelism = 2 };
        var verifier = new LogVerifier(_database.Reader);
        var found = await verifier.RunAsync(since, ct: TestContext.Current.CancellationToken);
        Assert.Equal((Events - Early, 1, 0), (found.Events, found.Agreeing, found.Faults.Count));

        await _database.ForgeAsync("update events.mt_events set data = '{\"n\":2}' where seq_id = 2500");
        Assert.Equal((AuditFaultKind.EventChanged, 2_500), Of((await verifier.RunAsync(since, ct: TestContext.Current.CancellationToken)).Faults[0]));
        await _database.ForgeAsync("update events.mt_events set data = '{\"n\":3}' where seq_id = 3");
        await _database.ReckonAnewAsync();
        Assert.Equal(AuditFaultKind.CheckpointDisagrees, (await verifier.RunAsync(since, ct: TestContext.Current.CancellationToken)).Faults[0].Kind);
    }

    [Fact]
    public async Task Batches_that_share_a_transaction_leave_their_streams_with_the_last_ones_time()
    {
        await using (var appender = new EventAppender(_database.App))
        {
            var at = DateTimeOffset.UtcNow;
            await Task.WhenAll(Enumerable.Range(0, 500).Select(n => appender.AppendAsync(Some.Batch($"crowd-{n}", 1, 2) with { RecordedAt = at.AddMilliseconds(n) })));
        }

        await using (var merged = _database.Admin.CreateCommand("select count(*) from events.mt_streams s join events.mt_events e on e.stream_id = s.id and e.version = s.version where e.timestamp <> s.timestamp"))
            Assert.True((long)(await merged.ExecuteScalarAsync(TestContext.Current.CancellationToken))! > 0);
        Assert.Empty((await VerifyAsync()).Faults);
        await _database.ForgeAsync("update events.mt_streams set timestamp = (select timestamp from events.mt_events where seq_id = 1) where id = 'crowd-0'");
        Assert.Equal(AuditFaultKind.StreamBroken, Assert.Single((await VerifyAsync()).Faults).Kind);
    }

    private static (AuditFaultKind Kind, long? Position) Of(AuditFault fault) => (fault.Kind, fault.Position);

    private Task<LogVerification> VerifyAsync() =>
        new LogVerifier(_database.Reader).RunAsync(new VerifyOptions(_signed), ct: TestContext.Current.CancellationToken);

    private async Task<SignedRoot> SignAsync()
    {
        var head = await new EventReader(_database.Reader).HeadAsync();
        return new SignedRoot(head.Size, head.Root, $"the checkpoint of {head.Size} events");
    }
}
