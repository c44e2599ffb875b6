using System.Text;
using System.Text.Json.Nodes;
using EventSourcedTrading.Api;
using EventSourcedTrading.Integration;
using EventSourcedTrading.Projections.Following;
using EventSourcedTrading.Testing;
using EventSourcedTrading.Workers.Configuration;
using EventSourcedTrading.Workers.Hosting;

namespace EventSourcedTrading.Cli.Tests;

/// <summary>
/// A platform with its configuration file, one agent from outside and a market made by hand. One input is decided before the next is
/// sent, so every session of the same steps has the same log, but for times and what is drawn from them.
/// </summary>
public sealed class Shop : IAsyncDisposable
{
    public const string Agent = "ada@1.0.0";

    private readonly Folder folder = new();
    private readonly CancellationTokenSource stopping = new();
    private readonly Dictionary<string, string?> environment = [];
    private Platform? platform;
    private Task serving = Task.CompletedTask;

    public World World { get; private set; } = null!;
    public Market Market { get; } = new();
    public OutsideAgent Ada { get; private set; } = null!;
    public Running Running { get; private set; } = null!;
    public Folder Folder => folder;
    public IDictionary<string, string?> Environment => environment;
    public string Stream(string name) => $"{World.Options.Prefix}_{name}";

    /// <summary>The servers and the file; nothing runs yet.</summary>
    public static async Task<Shop> CreateAsync()
    {
        var shop = new Shop();
        var file = shop.folder.Write("est.json", """
            {
              "portfolios": [
                {
                  "id": "main",
                  "cash": { "USD": "1000000" },
                  "venueSettings": { "seed": "7" },
                  "instruments": [ { "id": "SPY.ARCX", "currency": "USD", "bucket": "index-etf" } ],
                  "limits": { "positionCaps": { "SPY.ARCX": "25" }, "bucketLimits": {}, "maxDailyLoss": "20000" },
                  "outsideAgents": [ "ada@1.0.0" ],
                  "roundDeadlineSeconds": 600
                }
              ]
            }
            """ + "\n");
        shop.World = await World.CreateAsync(PlatformOptions.Read(file).Portfolios[0]);
        shop.Ada = new OutsideAgent(shop.World, Agent);
        shop.Set("EST_POSTGRES", shop.World.Options.Postgres);
        shop.Set("EST_NATS", shop.World.Options.Nats);
        shop.Set("EST_PREFIX", shop.World.Options.Prefix);
        shop.Set("EST_HTTP", "");
        shop.Set("EST_API_HTTP", "");
        return shop;
    }

    public void Set(string name, string? value) => environment[name] = value;

    public async Task OpenAsync()
    {
        Running = await World.StartAsync("engine", "projections", "publisher");
        await Running.UntilAsync("engine main", "running");
        await SettledAsync();
    }

    /// <summary>The control plane too, on a port of its own.</summary>
    public async Task OpenControlPlaneAsync()
    {
        platform = await Platform.StartAsync(World.Options, World.Logs, TimeProvider.System, CancellationToken.None);
        var role = new ApiRole(platform, new ApiSettings("http://127.0.0.1:0", "http://127.0.0.1:0"));
        serving = role.RunAsync(stopping.Token);
        await Eventually.TrueAsync(() => role.Addresses.Count == 2 || (serving.IsFaulted ? throw serving.Exception! : false), "the control plane listens");
        Set("EST_API", role.Addresses[0].ToString());
    }

    /// <summary>A minute passes in which the agent wants something.</summary>
    public async Task<Told> TradeAsync(Action<JsonObject>? change = null)
    {
        var minute = await QuoteAsync();
        var intent = Ada.Intent(minute);
        change?.Invoke(intent);
        await using var open = await Ada.OpenAsync();
        await TakenAsync(() => open.PublishAsync(Encoding.UTF8.GetBytes(intent.ToJsonString())).AsTask());
        await TakenAsync(() => Ada.PassAsync(minute).AsTask());
        var told = await open.AnswerAsync();
        await SettledAsync();
        return told;
    }

    /// <summary>A minute passes in which nobody wants anything.</summary>
    public async Task PassAsync()
    {
        var minute = await QuoteAsync();
        await TakenAsync(() => Ada.PassAsync(minute).AsTask());
        await SettledAsync();
    }

    /// <summary>A minute of the market, taken by the engine; the round stays open.</summary>
    public async Task<int> QuoteAsync()
    {
        var minute = Market.Quote();
        await TakenAsync(() => World.FeedAsync(Market));
        return minute;
    }

    /// <summary>Sends something, and waits for the batch that has it: so every session has the same batches.</summary>
    public async Task TakenAsync(Func<Task> send)
    {
        var before = await World.Outside.Reader.StreamVersionAsync("tape-main");
        await send();
        await Eventually.TrueAsync(async () => await World.Outside.Reader.StreamVersionAsync("tape-main") > before, $"the engine takes what was sent ({string.Join("; ", World.Complaints.Lines)})");
    }

    /// <summary>Read models and publications are where the log is.</summary>
    public Task SettledAsync() => Eventually.TrueAsync(async () =>
    {
        var status = await new ProjectionHost(World.Database.App).StatusAsync();
        return status.All(s => s.State is ProjectionState.Current or ProjectionState.Paused) && await World.AskAsync<long>(
            "select coalesce(max(last_seq_id), 0) from events.mt_event_progression where name like 'publisher%'") >= await World.AskAsync<long>(
            "select coalesce(max(seq_id), 0) from events.mt_events where type = any ($1)", (object)Told);
    }, "what follows the log is at its end");

    public Task<Ended> EstAsync(params string[] arguments) => Est.RunAsync(environment, folder.Path, arguments);

    /// <summary>The same, with other variables.</summary>
    public Task<Ended> EstWithAsync(string name, string? value, params string[] arguments) => Est.RunAsync(new Dictionary<string, string?>(environment) { [name] = value }, folder.Path, arguments);

    private string[] Told => [.. Workers.Publishing.PublisherRole.Told(World.Outside.Subjects, "main").Select(t => t.Type)];

    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        await serving.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (platform is not null) await platform.DisposeAsync();
        await Ada.DisposeAsync();
        await World.DisposeAsync();
        folder.Dispose();
        stopping.Dispose();
    }
}
