using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using EventSourcedTrading.Api;
using EventSourcedTrading.Api.Access;
using EventSourcedTrading.Domain.Control;
using EventSourcedTrading.Domain.Instruments;
using EventSourcedTrading.Domain.Signals;
using EventSourcedTrading.MarketData;
using EventSourcedTrading.Privacy;
using EventSourcedTrading.Testing;
using EventSourcedTrading.Workers.Configuration;
using EventSourcedTrading.Workers.Demo;
using EventSourcedTrading.Workers.Hosting;
using EventSourcedTrading.Workers.Publishing;

namespace EventSourcedTrading.Integration;

/// <summary>
/// A day like the demonstration's, in stretches; between them people command it over the API, and an agent talks nonsense. Meanwhile
/// somebody who shares no code with the platform listens, and the caller notes what it has asked.
/// </summary>
public sealed class TalliedSession : IAsyncLifetime
{
    private readonly HttpClient http = new();
    private readonly string folder = Directory.CreateTempSubdirectory("est-tally-").FullName;
    private readonly Dictionary<string, string> keys = [];

    /// <summary>What each person is called in the log.</summary>
    private readonly Dictionary<string, string> references = [];
    private readonly List<(string Kind, string Id)> asked = [];
    private readonly SimulatedDay day = new();
    private World world = null!;
    private Uri api = null!;
    private NatsEar ear = null!;

    public IReadOnlyList<Heard> Messages { get; private set; } = [];

    /// <summary>Types of events that go out over NATS.</summary>
    public IReadOnlySet<string> Told { get; private set; } = new HashSet<string>();

    public World World => world;

    public async ValueTask InitializeAsync()
    {
        world = await World.CreateAsync(DemoPortfolio.For(day) with { RoundDeadlineSeconds = 600 });
        Told = PublisherRole.Told(world.Outside.Subjects, "main").Select(t => t.Type).ToHashSet();
        ear = await NatsEar.OpenAsync(world.Options.Nats, world.Options.Prefix);
        var engine = await world.StartAsync("engine", "agents", "projections", "publisher");
        await engine.UntilAsync("engine main", "running");
        using var stopping = new CancellationTokenSource();
        await using var platform = await Platform.StartAsync(world.Options, world.Logs, TimeProvider.System, CancellationToken.None);
        var role = new ApiRole(platform, new ApiSettings("http://127.0.0.1:0", "http://127.0.0.1:0"));
        var serving = role.RunAsync(stopping.Token);
        await Eventually.TrueAsync(() => role.Addresses.Count == 2 || (serving.IsFaulted ? throw serving.Exception! : false), "the control plane listens");
        api = role.Addresses[0];
        var persons = new PersonDirectory(platform.App, new MasterKeySource(Environment.GetEnvironmentVariable), TimeProvider.System);
        await KeysAsync(new ApiKeys(platform.App, new EventLog(platform.Reader, platform.Appender, TimeProvider.System), persons, TimeProvider.System), persons);

        await TradeAsync(600);
        await PeopleChangeSettingsAsync();
        await TradeAsync(1_200);
        await PeopleInterveneAsync();
        await TradeAsync(1_500);
        await EverythingIsStoppedAsync();
        await TradeAsync(int.MaxValue);
        await NonsenseAsync();

        await PublishedAsync();
        await stopping.CancelAsync();
        await serving.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await ear.CatchUpAsync();
        Messages = ear.Messages;
    }

    /// <summary>What was said, and what the caller of the API has asked for and was told.</summary>
    public Counted Said(Func<Heard, bool>? hears = null)
    {
        var counted = Counted.Said(Messages.Where(hears ?? (_ => true)), $"{world.Options.Prefix}.");
        foreach (var (kind, id) in asked) counted.Add(kind, id);
        return counted;
    }

    public Task<Counted> InLogAsync() => Counted.InLogAsync(world.Database.Admin, (IReadOnlyCollection<string>)Told);

    /// <summary>Runs the program for each report, and reads what it wrote.</summary>
    public async Task<Counted> InReportsAsync()
    {
        var reports = new Dictionary<string, JsonElement>();
        foreach (var name in (string[])["orders", "controls", "decisions", "alterations"])
        {
            var file = Path.Combine(folder, $"{name}-{Guid.NewGuid():N}.json");
            var made = await EstProcess.RunAsync(new Dictionary<string, string?> { ["EST_POSTGRES"] = world.Options.Postgres }, "report", name, "--format", "json", "--out", file);
            Assert.True(made.Code == 0, made.Error);
            reports[name] = JsonDocument.Parse(await File.ReadAllBytesAsync(file)).RootElement.Clone();
        }

        return Counted.InReports(reports, (IReadOnlyCollection<string>)Told);
    }

    private async Task KeysAsync(ApiKeys issue, PersonDirectory persons)
    {
        foreach (var (person, role) in (IEnumerable<(string, Role)>)[("vera", Role.Viewer), ("olga", Role.Operator), ("rita", Role.RiskOfficer), ("sam", Role.RiskOfficer), ("adam", Role.Admin)])
        {
            var key = (await issue.IssueAsync(person, [role], 1, "database", "a test", CancellationToken.None)).Reveal();
            keys[person] = key;
            references[person] = await persons.ReferenceAsync(person, CancellationToken.None);
            asked.Add(("keys", $"{key.Split('_')[1]} key_issued"));
        }
    }

    private async Task PeopleChangeSettingsAsync()
    {
        await DoneAsync("olga", "pauseStrategy", "strategies/breakout@1.0.0/pause");
        await DoneAsync("olga", "resumeStrategy", "strategies/breakout@1.0.0/resume");
        var limits = """{"positionCaps":{},"bucketLimits":{},"maxDailyLoss":"20000","defaultBucketLimit":"60000","defaultPositionCap":"CAP"}""";
        await DoneAsync("rita", "setRiskLimits", "limits", $$"""{"limits":{{limits.Replace("CAP", "200", StringComparison.Ordinal)}},"reason":"less"}""", HttpMethod.Put);
        await TwoAsync("setRiskLimits", "limits", $$"""{"limits":{{limits.Replace("CAP", "250", StringComparison.Ordinal)}},"reason":"more"}""", HttpMethod.Put);
        await TwoAsync("setRiskLimits", "limits", $$"""{"limits":{{limits.Replace("CAP", "900", StringComparison.Ordinal)}},"reason":"much more"}""", HttpMethod.Put, "deny");
        await DoneAsync("rita", "setVotingPolicy", "policy", """{"policy":{"method":"majority","weights":{},"threshold":"0.2","veto":[]},"reason":"a trial"}""", HttpMethod.Put);
        await DoneAsync("rita", "setVotingPolicy", "policy", """{"policy":{"method":"unanimity","weights":{},"threshold":"0.2","veto":[]},"instrument":"IBM.XNYS","reason":"careful"}""", HttpMethod.Put);
        await DoneAsync("rita", "clearVotingPolicy", "policy/clear", """{"instrument":"IBM.XNYS","reason":"as the others"}""");
        await DoneAsync("rita", "setVotingPolicy", "policy", """{"policy":{"method":"confidenceWeighted","weights":{},"threshold":"0.2","veto":[]},"reason":"the trial is over"}""", HttpMethod.Put);
        await DoneAsync("rita", "setFirmLimits", "/v1/firm/limits", """{"maxGross":"5000000","currency":"USD","chunk":"1000000","reason":"a first limit"}""", HttpMethod.Put);
    }

    private async Task PeopleInterveneAsync()
    {
        var decision = (await world.AskAsync<string>("select data->>'decisionId' from events.mt_events where type = 'decision_made' and data->>'instrument' = 'IBM.XNYS' order by seq_id desc limit 1"))!;
        foreach (var action in (string[])["sell", "buy"]) asked.Add(("overrides", $"{decision} reorder {action} by {references["olga"]}"));
        await DoneAsync("olga", "overrideDecision", $"decisions/{decision}/override", """{"action":"sell","quantity":"1","reason":"the news"}""");
        var order = (await world.AskAsync<string>("select data->>'orderId' from events.mt_events where type = 'decision_overridden' order by seq_id desc limit 1"))!;
        await DoneAsync("olga", "cancelOrder", $"orders/{order}/cancel");
        await DoneAsync("olga", "overrideDecision", $"decisions/{decision}/override", """{"action":"buy","quantity":"2","reason":"on second thoughts"}""");
        await RefusedAsync("olga", "cancelOrder", "orders/main-99999/cancel", "UNKNOWN_ORDER");
        await RefusedAsync("olga", "pauseStrategy", "strategies/none@1.0.0/pause", "UNKNOWN_AGENT");

        await TurnedAwayAsync("vera", "pauseStrategy", "strategies/breakout@1.0.0/pause", "FORBIDDEN");
        await TurnedAwayAsync("olga", "releaseKillSwitch", "kill-switches/release", "FORBIDDEN", """{"scope":"portfolio","reason":"a test"}""");
        await TurnedAwayAsync(null, "haltTrading", "halt", "NO_CREDENTIAL");
        await TurnedAwayAsync("olga", "haltTrading", "halt", "INVALID_BODY", """{"reason":7}""");
        await TurnedAwayAsync("olga", "haltTrading", "/v1/portfolios/other/halt", "UNKNOWN_PORTFOLIO");
    }

    private async Task EverythingIsStoppedAsync()
    {
        const string agent = """{"scope":"agent","target":"breakout@1.0.0","mode":"halt","reason":"drill"}""";
        await DoneAsync("olga", "engageKillSwitch", "kill-switches/engage", agent);
        await DoneAsync("olga", "engageKillSwitch", "kill-switches/engage", """{"scope":"instrument","target":"AIG.XNYS","mode":"halt","reason":"it is halted there"}""");
        await DoneAsync("olga", "haltTrading", "halt");
        await TwoAsync("resumeTrading", "resume", """{"reason":"go on"}""");
        await DoneAsync("olga", "engageFirmKillSwitch", "/v1/firm/kill-switch/engage", """{"mode":"halt","reason":"all of it"}""");
        await FollowedAsync("kill_switch_engaged");
        await TradeAsync(2_100);
        await TwoAsync("releaseFirmKillSwitch", "/v1/firm/kill-switch/release", """{"reason":"go on"}""");
        await FollowedAsync("kill_switch_released");
        await TwoAsync("releaseKillSwitch", "kill-switches/release", agent.Replace("\"mode\":\"halt\",", "", StringComparison.Ordinal));
        var lost = keys["vera"].Split('_')[1];
        asked.Add(("keys", $"{lost} key_revoked"));
        Assert.Equal(HttpStatusCode.OK, (await CallAsync("adam", $"/v1/keys/{lost}/revoke", """{"reason":"lost"}""", HttpMethod.Post, "revoke-1")).Status);
    }

    /// <summary>What cannot be read, what is not allowed, and what is said twice.</summary>
    private async Task NonsenseAsync()
    {
        await using var eve = new OutsideAgent(world, "eve@1.0.0");
        foreach (var body in (byte[][])["no JSON"u8.ToArray(), "{\"intentId\":"u8.ToArray(), "[]"u8.ToArray()]) Assert.Equal("refused", (await eve.SendAsync(body)).Outcome);
        var negative = eve.Intent(1);
        negative["quantity"] = -5;
        Assert.Equal("refused", (await eve.SendAsync(negative)).Outcome);
        var stranger = eve.Intent(1);
        Assert.Equal("refused", (await eve.SendAsync(stranger)).Outcome);
        Assert.Equal("refused", (await eve.SendAsync((JsonObject)stranger.DeepClone())).Outcome);
    }

    private async Task DoneAsync(string person, string operation, string path, string body = """{"reason":"a test"}""", HttpMethod? method = null)
    {
        var id = $"c{asked.Count}";
        asked.Add(("commands", $"{references[person]}:{id} {operation}"));
        var said = await CallAsync(person, path, body, method ?? HttpMethod.Post, id);
        Assert.True(said.Status == HttpStatusCode.OK && (string?)said.Body["outcome"] == "done", $"{operation}: {said.Body}");
        // A repeat is no further command.
        Assert.Equal(HttpStatusCode.OK, (await CallAsync(person, path, body, method ?? HttpMethod.Post, id)).Status);
    }

    private async Task RefusedAsync(string person, string operation, string path, string code)
    {
        var id = $"c{asked.Count}";
        asked.Add(("commands", $"{references[person]}:{id} {operation}"));
        Assert.Equal(code, (string?)(await CallAsync(person, path, """{"reason":"a test"}""", HttpMethod.Post, id)).Body["code"]);
    }

    /// <summary>Rita asks, Sam settles.</summary>
    private async Task TwoAsync(string operation, string path, string body, HttpMethod? method = null, string how = "approve")
    {
        var id = $"c{asked.Count}";
        asked.Add(("commands", $"{references["rita"]}:{id} {operation}"));
        var said = await CallAsync("rita", path, body, method ?? HttpMethod.Post, id);
        Assert.True(said.Status == HttpStatusCode.Accepted && (string?)said.Body["outcome"] == "approvalNeeded", $"{operation}: {said.Body}");
        var approval = (string)said.Body["approvalId"]!;
        asked.Add(("approvals", $"{approval} {(how == "approve" ? "approval_granted" : "approval_denied")} by {references["sam"]}"));
        if (how == "approve") asked.Add(("commands", $"{references["rita"]}:{id}+approved {operation}"));
        var settled = await CallAsync("sam", $"/v1/approvals/{approval}/{how}", """{"reason":"seen"}""", HttpMethod.Post, id);
        Assert.Equal(how == "approve" ? "done" : "denied", (string?)settled.Body["outcome"]);
    }

    /// <param name="code">On record; a stranger is told less.</param>
    private async Task TurnedAwayAsync(string? person, string operation, string path, string code, string body = """{"reason":"a test"}""")
    {
        var id = $"c{asked.Count}";
        asked.Add(("turned away", $"{id} {operation} {code}"));
        Assert.True((int)(await CallAsync(person, path, body, HttpMethod.Post, id)).Status >= 400);
    }

    private async Task<(HttpStatusCode Status, JsonNode Body)> CallAsync(string? person, string path, string body, HttpMethod method, string id)
    {
        using var request = new HttpRequestMessage(method, new Uri(api, path.StartsWith('/') ? path : $"/v1/portfolios/main/{path}"));
        if (person is not null) request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {keys[person]}");
        request.Headers.TryAddWithoutValidation("Idempotency-Key", id);
        request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        using var response = await http.SendAsync(request);
        return (response.StatusCode, JsonNode.Parse(await response.Content.ReadAsStringAsync())!);
    }

    private async Task TradeAsync(int signals)
    {
        day.Open(signals);
        await world.FeedAsync(day);
        await world.UntilDecidedAsync(day.Time);
    }

    /// <summary>
    /// A portfolio's engine does at its next look what the firm was told to do. Left alone, that event could come after <see cref="PublishedAsync"/>
    /// has asked where the log ends.
    /// </summary>
    private Task FollowedAsync(string type) => Eventually.TrueAsync(
        async () => await world.AskAsync<bool>("select exists (select from events.mt_events where type = $1 and data->>'scope' = 'firm')", type), $"the engine has followed the firm: {type}");

    /// <summary>The publisher has taken all of the log that it tells.</summary>
    private async Task PublishedAsync()
    {
        var last = await world.AskAsync<long>("select max(seq_id) from events.mt_events where type = any($1)", (object)Told.ToArray());
        await Eventually.TrueAsync(
            async () => await world.AskAsync<long>("select last_seq_id from events.mt_event_progression where name = $1", $"publisher{world.Outside.Subjects.EventStream}") >= last,
            "the publisher is at the end of the log");
    }

    public async ValueTask DisposeAsync()
    {
        await ear.DisposeAsync();
        await world.DisposeAsync();
        http.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    /// <summary>One day of the simulator of which no more is shown than has been opened, cut where a time is complete.</summary>
    private sealed class SimulatedDay : IMarketDataSource
    {
        private readonly List<Signal> all;
        private int open;

        public SimulatedDay()
        {
            var source = Market.OneDay();
            (Name, Instruments, all) = (source.Name, source.Instruments, [.. source.Read()]);
        }

        public string Name { get; }
        public IReadOnlyList<Instrument> Instruments { get; }
        public Exclusions Exclusions { get; } = new();
        public Domain.Time.Timestamp Time => all[open - 1].Time;

        public void Open(int signals)
        {
            open = Math.Min(signals, all.Count);
            while (!all[open - 1].SliceEnd) open++;
        }

        public IEnumerable<Signal> Read() => all.Take(open);
    }
}
