using EventSourcedTrading.Domain.Time;
using EventSourcedTrading.Projections.Audit;
using FsCheck;
using FsCheck.Fluent;
using Npgsql;

namespace EventSourcedTrading.Projections.Tests.Audit;

/// <summary>What a filter finds, against walking the log event by event.</summary>
public sealed class FindTests
{
    private const long Stretch = 997;

    [Fact]
    public async Task Any_combination_finds_what_a_walk_through_the_log_finds_page_by_page()
    {
        // Longer than the thousand events that are looked at before the pages are.
        var (world, log) = await AuditWorld.CreateAsync(7, 400);
        await using var _ = world;
        await AuditWorld.StretchAsync(world);
        var query = new AuditQuery(world.Database.Reader);
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(250).WithQuietOnSuccess(true), Prop.ForAll(ArbMap.Default.ArbFor<DoNotSize<int>>(), seed =>
        {
            var random = new System.Random(seed.Item & int.MaxValue);
            var filter = Draw(random, log);
            var (newest, limit) = (random.Next(2) == 0, random.Next(1, 40));
            var expected = log.Where(e => Passes(e, filter)).Select(e => e.Recorded.SeqId * Stretch).ToList();
            if (newest) expected.Reverse();
            var (found, pages) = Collect(query, filter, limit, newest);
            Assert.Equal(expected.Take(found.Count), found);
            Assert.True(found.Count == expected.Count || pages == 4, $"{found.Count} of {expected.Count} after {pages} pages of {limit}");
        }));
    }

    [Fact]
    public async Task What_is_found_says_what_the_event_says()
    {
        var (world, log) = await AuditWorld.CreateAsync(8, 60);
        await using var _ = world;
        var query = new AuditQuery(world.Database.Reader);
        var all = new List<AuditRow>();
        for (long? after = null; ;)
        {
            var page = await query.FindAsync(new AuditFilter(), 100, false, after, TestContext.Current.CancellationToken);
            all.AddRange(page.Items);
            Assert.Equal(log.Count, page.IndexedTo);
            if (page.Next is null) break;
            after = page.Next;
        }

        Assert.Equal(log.Select(e => e.Recorded.SeqId), all.Select(r => r.Position));
        foreach (var (e, row) in log.Zip(all))
        {
            var r = e.Recorded;
            Assert.Equal((r.Type, r.StreamId, r.Version, r.CorrelationId, r.CausationId, Timestamp.From(r.Timestamp)), (row.Type, row.Stream, row.Version, row.CorrelationId, row.CausationId, row.RecordedAt));
            Assert.Equal((e.One("portfolio"), e.One("actor"), e.Order, e.Decision), (row.Portfolio, row.Actor, row.OrderId, row.DecisionId));
            Assert.Equal(e.Agents.Distinct().Order(), row.Agents.Order());
            Assert.Equal(r.Data.ToArray(), (await query.EventAsync(r.SeqId, TestContext.Current.CancellationToken))!.Data.ToArray());
        }
    }

    [Fact]
    public async Task The_hash_of_the_database_is_that_of_the_program()
    {
        await using var world = await World.CreateAsync();
        foreach (var value in new[] { "", "SPY.ARCX", "Zürich → ∑ 🙂", new string('x', 200) })
            Assert.Equal(AuditKey.Hash("agent", value), await world.ScalarAsync<long>($"select est.audit_hash('agent', '{value}')"));
    }

    [Theory]
    [InlineData("moved market", true)]
    [InlineData("\"moved market\"", false)]
    [InlineData("\"MARKET moved\"", true)]
    [InlineData("nothing or market", true)]
    [InlineData("market -moved", false)]
    [InlineData("-moved", null)]
    public async Task Text_is_words_phrases_alternatives_and_what_must_not_be_there(string text, bool? found)
    {
        var (world, log) = await AuditWorld.CreateAsync(9, 100);
        await using var _ = world;
        var page = await new AuditQuery(world.Database.Reader).FindAsync(new AuditFilter(Text: text), 500, ct: TestContext.Current.CancellationToken);
        var moved = log.Where(e => e.Words.Contains("moved")).Select(e => e.Recorded.SeqId).Reverse().ToList();
        Assert.NotEmpty(moved);
        if (found is null) Assert.Equal(log.Where(e => e.Words.Count > 0 && !e.Words.Contains("moved")).Select(e => e.Recorded.SeqId).Reverse().Take(500), page.Items.Select(i => i.Position));
        else Assert.Equal(found.Value ? moved : [], page.Items.Select(i => i.Position));
    }

    public static TheoryData<string, AuditFilter> Senseless => new()
    {
        { "actor", new AuditFilter(Actor: "") },
        { "agent", new AuditFilter(Agent: new string('x', 201)) },
        { "stream", new AuditFilter(Stream: "a\0b") },
        { "order", new AuditFilter(Order: "\ud800") },
        { "portfolio", new AuditFilter(Portfolio: "a\nb") },
        { "type", new AuditFilter(Type: "order_fill") },
        { "text", new AuditFilter(Text: "!!!") },
        { "text", new AuditFilter(Text: new string('x', 501)) },
        { "firstPosition", new AuditFilter(FirstPosition: 0) },
        { "firstPosition", new AuditFilter(FirstPosition: 3, LastPosition: 2) },
        { "lastPosition", new AuditFilter(LastPosition: -1) },
        { "from", new AuditFilter(From: Timestamp.Parse("2026-01-02T00:00:00Z"), To: Timestamp.Parse("2026-01-01T00:00:00Z")) },
    };

    [Theory]
    [MemberData(nameof(Senseless), DisableDiscoveryEnumeration = true)]
    public void A_filter_without_sense_is_refused_by_its_field(string field, AuditFilter filter)
    {
        var wrong = Assert.Throws<AuditFilterException>(filter.Check);
        Assert.Equal(field, wrong.Field);
        Assert.Contains(field, wrong.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("limit", "0")]
    [InlineData("limit", "501")]
    [InlineData("limit", "many")]
    [InlineData("limit", "99999999999999999999")]
    [InlineData("after", "-1")]
    [InlineData("after", "0")]
    [InlineData("from", "yesterday")]
    [InlineData("from", "2026-01-01T00:00:00")]
    [InlineData("to", "0")]
    [InlineData("to", "99999999999999999999")]
    [InlineData("asOf", "")]
    [InlineData("oldestFirst", "yes")]
    public async Task A_question_that_cannot_be_read_is_refused_by_its_field(string field, string value)
    {
        // No server is asked for that.
        await using var nowhere = NpgsqlDataSource.Create("Host=127.0.0.1;Port=1");
        var question = field switch
        {
            "limit" => new AuditQuestion(Limit: value),
            "after" => new AuditQuestion(After: value),
            "from" => new AuditQuestion(From: value),
            "to" => new AuditQuestion(To: value),
            "asOf" => new AuditQuestion(AsOf: value),
            _ => new AuditQuestion(OldestFirst: value),
        };
        Assert.Equal(field, (await Assert.ThrowsAsync<AuditFilterException>(() => question.AskAsync(new AuditQuery(nowhere), TestContext.Current.CancellationToken))).Field);
    }

    [Fact]
    public async Task Hostile_names_find_nothing_and_harm_nothing_and_hostile_events_do_not_stop_the_index()
    {
        await using var world = await World.CreateAsync();
        var batch = new Session(10, "main").Batches(3).ToList();
        await world.AppendAsync(batch);
        var data = System.Text.Encoding.UTF8.GetBytes($$"""{"orderId":"{{new string('o', 9_000)}}","actor":"'; drop table read.audit_index_rows; --","reason":"{{string.Join(' ', Enumerable.Range(0, 9_000))}}","agent":["x"]}""");
        await world.AppendAsync([new EventStore.AppendBatch([new EventStore.PendingEvent("hostile", 1, "type_of_tomorrow", Guid.NewGuid(), data, null, new string('c', 200))], DateTimeOffset.UtcNow)]);
        using var stop = new CancellationTokenSource();
        var running = world.Host.RunAsync(stop.Token);
        await world.UntilAsync(all => all.Single(s => s.Name == "audit_index").Lag == 0);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);

        var query = new AuditQuery(world.Database.Reader);
        var found = await query.FindAsync(new AuditFilter(Actor: "'; drop table read.audit_index_rows; --"), ct: TestContext.Current.CancellationToken);
        Assert.Equal(("type_of_tomorrow", null), (Assert.Single(found.Items).Type, found.Items[0].OrderId));
        foreach (var text in new[] { "' or 1=1", "a & b | !c", "a <-> b", "\\x:*'", "((((a", "🙂 ü ∑ a" })
            await query.FindAsync(new AuditFilter(Text: text, Agent: "%_'\"\\", Order: "' or ''='"), ct: TestContext.Current.CancellationToken);
        Assert.Null(await query.EventAsync(long.MaxValue, TestContext.Current.CancellationToken));
        Assert.Empty((await query.FindAsync(new AuditFilter(), newestFirst: false, after: long.MaxValue, ct: TestContext.Current.CancellationToken)).Items);
    }

    private static (List<long> Found, int Pages) Collect(AuditQuery query, AuditFilter filter, int limit, bool newest)
    {
        var found = new List<long>();
        long? after = null;
        for (var pages = 1; ; pages++)
        {
            var page = query.FindAsync(filter, limit, newest, after).GetAwaiter().GetResult();
            found.AddRange(page.Items.Select(i => i.Position));
            after = page.Next;
            if (after is null || pages == 4) return (found, pages);
        }
    }

    /// <summary>One to four conditions, most of them true of some event.</summary>
    private static AuditFilter Draw(System.Random random, List<Looked> log)
    {
        var filter = new AuditFilter();
        var e = log[random.Next(log.Count)];
        for (var n = random.Next(0, 5); n > 0; n--)
        {
            if (random.Next(3) == 0) e = log[random.Next(log.Count)];
            var r = e.Recorded;
            filter = random.Next(14) switch
            {
                0 => filter with { Actor = e.One("actor") ?? "ops" },
                1 => filter with { Instrument = Instrument(e) ?? Session.Spy.Id },
                2 or 3 => filter with { Agent = e.Agents.FirstOrDefault() ?? "nobody@1.0.0" },
                4 => filter with { Order = e.Order },
                5 => filter with { Decision = e.Decision },
                6 => filter with { Correlation = r.CorrelationId },
                7 => filter with { Causation = r.CausationId },
                8 or 9 => filter with { Type = r.Type },
                10 => filter with { Stream = r.StreamId },
                11 => filter with { Portfolio = e.One("portfolio") },
                12 => filter with { Text = (random.Next(3) == 0 ? "-" : "") + (e.Words.FirstOrDefault(w => w.All(char.IsLetter)) ?? "market") },
                _ => random.Next(4) switch
                {
                    0 => filter with { FirstPosition = random.Next(1, log.Count) * Stretch, LastPosition = null },
                    1 => filter with { LastPosition = r.SeqId * Stretch, FirstPosition = null },
                    2 => filter with { From = Time(r), To = null },
                    _ => filter with { To = Time(r), From = null },
                },
            };
        }

        return filter;
    }

    private static bool Passes(Looked e, AuditFilter f)
    {
        var r = e.Recorded;
        return (f.Actor is null || e.One("actor") == f.Actor) && (f.Instrument is null || Instrument(e) == f.Instrument) && (f.Agent is null || e.Agents.Contains(f.Agent))
            && (f.Order is null || e.Order == f.Order) && (f.Decision is null || e.Decision == f.Decision) && (f.Correlation is null || r.CorrelationId == f.Correlation)
            && (f.Causation is null || r.CausationId == f.Causation) && (f.Type is null || r.Type == f.Type) && (f.Stream is null || r.StreamId == f.Stream)
            && (f.Portfolio is null || e.One("portfolio") == f.Portfolio) && (f.Text is null || (f.Text[0] == '-' ? e.Words.Count > 0 && !e.Words.Contains(f.Text[1..]) : e.Words.Contains(f.Text)))
            && r.SeqId * Stretch >= (f.FirstPosition ?? 0) && r.SeqId * Stretch <= (f.LastPosition ?? long.MaxValue)
            && (f.From is null || Time(r) >= f.From) && (f.To is null || Time(r) <= f.To);
    }

    private static string? Instrument(Looked e) => e.One("instrument");

    private static Timestamp Time(EventStore.RecordedEvent r) => Timestamp.From(r.Timestamp) + TimeSpan.FromMinutes(5 * ((r.SeqId * Stretch % 7) - 3));
}
