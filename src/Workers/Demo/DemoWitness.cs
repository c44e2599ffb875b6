using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json;
using EventSourcedTrading.EventStore;
using EventSourcedTrading.Reports;
using EventSourcedTrading.Workers.Hosting;
using EventSourcedTrading.Workers.Publishing;
using NATS.Client.Core;

namespace EventSourcedTrading.Workers.Demo;

/// <summary>
/// Hears what the demonstration says over NATS, on a connection of its own, and holds it against the log, id by id, and against the
/// rows of the reports. It begins to listen before anything is said.
/// </summary>
internal sealed class DemoWitness : IAsyncDisposable
{
    private const string Portfolio = "main";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly NatsSubOpts Roomy = new() { ChannelOpts = new NatsSubChannelOpts { Capacity = 1 << 16 } };

    private readonly Platform platform;
    private readonly NatsConnection nats;
    private readonly ConcurrentDictionary<string, bool> intents = new();

    /// <summary>Id of each event that was told, and its type.</summary>
    private readonly ConcurrentDictionary<string, string> told = new();
    private readonly List<(NatsSub Subscription, Task Hearing)> ears = [];

    private DemoWitness(Platform platform) =>
        (this.platform, nats) = (platform, new NatsConnection(new NatsOpts { Url = platform.Options.Nats, Name = "witness" }));

    public static async Task<DemoWitness> ListenAsync(Platform platform, CancellationToken ct)
    {
        var (witness, subjects) = (new DemoWitness(platform), platform.Subjects);
        await witness.HearAsync(subjects.Intent(Portfolio, "*"), m => witness.intents[IntentOf(m)] = true, ct);
        foreach (var subject in PublisherRole.Told(subjects, Portfolio).Select(t => t.Subject).Distinct())
            await witness.HearAsync(subject, m => witness.told[m.Headers!["Nats-Msg-Id"]!] = m.Headers["Est-Type"]!, ct);
        await witness.nats.PingAsync(ct);
        return witness;
    }

    private async Task HearAsync(string subject, Action<NatsMsg> note, CancellationToken ct)
    {
        var subscription = await nats.SubscribeCoreAsync(subject, opts: Roomy, cancellationToken: ct);
        ears.Add((subscription, Task.Run(async () =>
        {
            await foreach (var message in subscription.Msgs.ReadAllAsync(CancellationToken.None))
                using (message) note(message);
        }, ct)));
    }

    private static string IntentOf(NatsMsg message)
    {
        using var json = JsonDocument.Parse(message.Memory);
        return $"{json.RootElement.GetProperty("agent").GetString()} {json.RootElement.GetProperty("intentId").GetString()}";
    }

    /// <summary>Waits until the publisher has told all that the log has, then compares.</summary>
    public async Task<DemoCompleteness> CompareAsync(CancellationToken ct)
    {
        var started = Stopwatch.GetTimestamp();
        await using var source = StoreConnection.Open(platform.Options.Postgres, StoreRole.Reader);
        var log = await LogAsync(source, ct);
        while (told.Count < log.Told.Count && Stopwatch.GetElapsedTime(started) < Patience) await Task.Delay(20, ct);
        await nats.PingAsync(ct);
        foreach (var (subscription, hearing) in ears)
        {
            await subscription.UnsubscribeAsync();
            await hearing;
        }

        var reader = new EventReader(source);
        var scope = new ReportScope(null, null, null, LogCheckpoint.Of(await reader.HeadAsync(ct)));
        var (orders, decisions, controls) = (
            await ReportMaking.MakeAsync(OrderRecords.Definition, scope, reader, ct: ct), await ReportMaking.MakeAsync(DecisionLog.Definition, scope, reader, ct: ct),
            await ReportMaking.MakeAsync(ControlChanges.Definition, scope, reader, ct: ct));
        var lines = orders.Tables.Single();
        DemoCount[] counts =
        [
            new("intents", intents.Count, log.Intents.Count, Rows(decisions, "votes") + Rows(decisions, "refusals") + Rows(decisions, "waiting")),
            new("decisions", Said("decision_made"), Logged("decision_made"), Rows(decisions, "decisions")),
            new("violations", Said("risk_violation_detected", "daily_loss_limit_reached", "drawdown_limit_reached"),
                Logged("risk_violation_detected", "daily_loss_limit_reached", "drawdown_limit_reached"), Rows(controls, "violations")),
            new("orders", Said("order_approved", "order_blocked"), Logged("order_approved", "order_blocked"), Distinct(lines, "order id")),
            new("fills", Said("order_filled", "order_partially_filled"), Logged("order_filled", "order_partially_filled"), Distinct(lines, "execution id")),
            new("changes of configuration", Said(Changes), Logged(Changes), Rows(controls, "configuration")),
        ];
        var missing = log.Told.Keys.Count(id => !told.ContainsKey(id)) + told.Keys.Count(id => !log.Told.ContainsKey(id))
            + log.Intents.Count(id => !intents.ContainsKey(id)) + intents.Keys.Count(id => !log.Intents.Contains(id));
        return new DemoCompleteness(counts, missing, Math.Round(Stopwatch.GetElapsedTime(started).TotalSeconds, 3));

        int Said(params string[] types) => told.Values.Count(types.Contains);
        int Logged(params string[] types) => log.Told.Values.Count(types.Contains);
    }

    private string[] Changes => [.. PublisherRole.Told(platform.Subjects, Portfolio).Where(t => t.Subject == platform.Subjects.Changes(Portfolio)).Select(t => t.Type)];

    private async Task<(Dictionary<string, string> Told, HashSet<string> Intents)> LogAsync(Npgsql.NpgsqlDataSource source, CancellationToken ct)
    {
        var (events, heard) = (new Dictionary<string, string>(), new HashSet<string>());
        var types = PublisherRole.Told(platform.Subjects, Portfolio).Select(t => t.Type).ToHashSet();
        await using var command = source.CreateCommand(
            """
            select id::text, type, coalesce(data->'intent'->>'agent', data->>'agent'), coalesce(data->'intent'->>'intentId', data->>'intentId')
              from events.mt_events where type <> 'inputs_recorded'
            """);
        await using var rows = await command.ExecuteReaderAsync(ct);
        while (await rows.ReadAsync(ct))
            if (types.Contains(rows.GetString(1))) events[rows.GetString(0)] = rows.GetString(1);
            else if (rows.GetString(1) is "intent_received" or "intent_refused") heard.Add($"{await rows.GetFieldValueAsync<string?>(2, ct)} {await rows.GetFieldValueAsync<string?>(3, ct)}");
        return (events, heard);
    }

    private static int Rows(Report report, string table) => report.Tables.Single(t => t.Name == table).Rows.Count;

    private static int Distinct(ReportTable table, string column)
    {
        var at = table.Columns.Select(c => c.Name).ToList().IndexOf(column);
        return table.Rows.Select(r => r[at]).Where(c => !string.IsNullOrEmpty(c)).Distinct().Count();
    }

    public async ValueTask DisposeAsync() => await nats.DisposeAsync();
}
