using EventSourcedTrading.EventStore;
using EventSourcedTrading.Projections.Audit;

namespace EventSourcedTrading.Projections.Tests.Audit;

/// <summary>Causes and effects against a dictionary of ids.</summary>
public sealed class CausalTests
{
    [Theory]
    [InlineData(21)]
    [InlineData(22)]
    public async Task Causes_and_effects_of_every_event_are_what_the_ids_say(int seed)
    {
        var (world, log) = await AuditWorld.CreateAsync(seed, 40);
        await using var _ = world;
        var byId = log.ToDictionary(e => e.Recorded.Id.ToString(), e => e.Recorded);
        var byCause = log.Where(e => e.Recorded.CausationId is not null).ToLookup(e => e.Recorded.CausationId!, e => e.Recorded.SeqId);
        var (causes, effects) = (new Causes(world.Database.Reader), new Effects(world.Database.Reader));
        foreach (var e in log.Select(l => l.Recorded))
        {
            var why = (await causes.WhyAsync(e.SeqId, TestContext.Current.CancellationToken))!;
            List<long> chain = [e.SeqId];
            var top = e;
            while (top.CausationId is { } cause && byId.TryGetValue(cause, out var above)) chain.Add((top = above).SeqId);
            Assert.Equal(chain, why.Nodes.Select(n => n.Event.Position));
            Assert.Equal(Enumerable.Range(0, chain.Count), why.Nodes.Select(n => n.Depth));
            Assert.Equal(top.CausationId is null ? "no cause is recorded" : $"it came from outside: {top.CausationId}", why.Ends);
            Assert.Equal(top.Type == "inputs_recorded", why.Input is null);

            var followed = (await effects.FollowedAsync(e.SeqId, TestContext.Current.CancellationToken))!;
            Assert.False(followed.Truncated);
            Assert.Equal(Below(e, null, 0), followed.Nodes.Select(n => (n.Depth, n.Parent, n.Event.Position)));
        }

        IEnumerable<(int, long?, long)> Below(RecordedEvent e, long? parent, int depth) =>
            byCause[e.Id.ToString()].SelectMany(s => Below(log[(int)s - 1].Recorded, e.SeqId, depth + 1)).Prepend((depth, parent, e.SeqId));
    }

    [Fact]
    public async Task A_command_leads_up_to_who_was_authorised_and_down_to_what_it_did_in_its_own_portfolio()
    {
        await using var world = await World.CreateAsync();
        foreach (var portfolio in new[] { "main", "other" })
        {
            await AppendAsync($"control-{portfolio}", 1, "command_authorised", $$"""{"portfolio":"{{portfolio}}","commandId":"olga:1","actor":"olga"}""", "call:olga:1");
            await AppendAsync($"risk-{portfolio}", 1, "kill_switch_engaged", $$"""{"portfolio":"{{portfolio}}","actor":"olga","reason":"stop"}""", "command:olga:1");
        }

        await FollowAsync(world);
        var why = (await new Causes(world.Database.Reader).WhyAsync(4, TestContext.Current.CancellationToken))!;
        Assert.Equal([4, 3], why.Nodes.Select(n => n.Event.Position));
        Assert.Equal("it came from outside: call:olga:1", why.Ends);
        var followed = (await new Effects(world.Database.Reader).FollowedAsync(1, TestContext.Current.CancellationToken))!;
        Assert.Equal([1, 2], followed.Nodes.Select(n => n.Event.Position));

        Task AppendAsync(string stream, long version, string type, string json, string cause) => world.AppendAsync(
            [new AppendBatch([new PendingEvent(stream, version, type, EventId.For(stream, version), System.Text.Encoding.UTF8.GetBytes(json), null, cause)], DateTimeOffset.UtcNow)]);
    }

    [Fact]
    public async Task A_chain_or_a_crowd_beyond_the_bounds_is_cut_and_says_so()
    {
        await using var world = await World.CreateAsync();
        var chain = Enumerable.Range(1, 150).Select(v => Pending("chain", v, v == 1 ? "signal:x:1" : EventId.For("chain", v - 1).ToString()));
        await world.AppendAsync([new AppendBatch([.. chain], DateTimeOffset.UtcNow)]);
        var first = EventId.For("crowd", 1).ToString();
        for (var n = 0; n < 4; n++)
            await world.AppendAsync([new AppendBatch([.. Enumerable.Range((n * 2_600) + 1, 2_600).Select(v => Pending("crowd", v, v == 1 ? "signal:x:2" : first))], DateTimeOffset.UtcNow)]);
        await FollowAsync(world);
        var (causes, effects) = (new Causes(world.Database.Reader), new Effects(world.Database.Reader));
        var why = (await causes.WhyAsync(150, TestContext.Current.CancellationToken))!;
        Assert.Equal((true, 101, 50L), (why.Truncated, why.Nodes.Count, why.Nodes[^1].Event.Position));
        var deep = (await effects.FollowedAsync(1, TestContext.Current.CancellationToken))!;
        Assert.Equal((true, 101), (deep.Truncated, deep.Nodes.Count));
        Assert.Equal((false, 101), (await effects.FollowedAsync(50, TestContext.Current.CancellationToken))! is var whole ? (whole.Truncated, whole.Nodes.Count) : default);
        var wide = (await effects.FollowedAsync(151, TestContext.Current.CancellationToken))!;
        Assert.Equal((true, CausalTree.MaxNodes), (wide.Truncated, wide.Nodes.Count));
        Assert.Null(await causes.WhyAsync(99_999, TestContext.Current.CancellationToken));
        Assert.Null(await effects.FollowedAsync(0, TestContext.Current.CancellationToken));

        static PendingEvent Pending(string stream, long version, string cause) => new(stream, version, "some_event", EventId.For(stream, version), "{}"u8.ToArray(), null, cause);
    }

    [Fact]
    public async Task A_cause_that_is_nowhere_near_is_named()
    {
        await using var world = await World.CreateAsync();
        var nobody = Guid.NewGuid().ToString();
        await world.AppendAsync([new AppendBatch([new PendingEvent("s", 1, "some_event", EventId.For("s", 1), "{}"u8.ToArray(), null, nobody)], DateTimeOffset.UtcNow)]);
        await FollowAsync(world);
        var why = (await new Causes(world.Database.Reader).WhyAsync(1, TestContext.Current.CancellationToken))!;
        Assert.Contains(nobody, why.Ends, StringComparison.Ordinal);
        Assert.Single(why.Nodes);
    }

    /// <summary>These logs hold what no projection but the audit index can take.</summary>
    private static async Task FollowAsync(World world)
    {
        using var stop = new CancellationTokenSource();
        var running = world.Host.RunAsync(stop.Token);
        await world.UntilAsync(all => all.Single(s => s.Name == "audit_index").Lag == 0);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
    }
}
