using EventSourcedTrading.Backtesting.Running;
using EventSourcedTrading.Domain.Backtests;
using EventSourcedTrading.Domain.Engine;
using EventSourcedTrading.Domain.Json;
using EventSourcedTrading.Domain.Time;
using EventSourcedTrading.EventStore;
using EventSourcedTrading.Workers.Messaging;
using NATS.Client.Core;
using Npgsql;

namespace EventSourcedTrading.Workers.Backtests;

/// <summary>
/// Tells the log that a backtest was begun and what came out, and NATS the latter; each where it is configured. A run that broke off and goes
/// on is not begun again.
/// </summary>
public sealed class BacktestJournal : IAsyncDisposable
{
    private readonly NpgsqlDataSource? source;
    private readonly EventAppender? appender;
    private readonly OptimisticAppender? log;
    private readonly EventReader? reader;
    private readonly string? nats;
    private readonly Subjects subjects;

    /// <param name="postgres">Null for no log.</param>
    /// <param name="nats">Null for no message.</param>
    public BacktestJournal(string? postgres, string? nats, string prefix, TimeProvider time)
    {
        (this.nats, subjects) = (nats, new Subjects(prefix));
        if (postgres is null) return;
        source = StoreConnection.Open(postgres, StoreRole.App);
        reader = new EventReader(source);
        appender = new EventAppender(source);
        log = new OptimisticAppender(reader, appender, time);
    }

    /// <summary>What the environment configures.</summary>
    public static BacktestJournal FromEnvironment(TimeProvider time) => new(Variable("EST_POSTGRES"), Variable("EST_NATS"), Variable("EST_PREFIX") ?? "", time);

    public Task StartedAsync(RunIdentity run, BacktestConfiguration configuration, string source, CancellationToken ct) => AddAsync(run.Id, new BacktestStarted(
        run.Id, configuration.Portfolio.Id, run.Data.Hash, run.ConfigurationHash, run.CodeVersion, run.Seed, source, [.. configuration.Agents.Select(a => a.Agent)], configuration.TradeFrom), ct);

    public async Task CompletedAsync(BacktestResult r, CancellationToken ct)
    {
        var completed = new BacktestCompleted(r.Id, r.Portfolio, r.DecisionDigest, r.Signals, r.Events, r.Figures(), r.AsOf);
        await AddAsync(r.Id, completed, ct);
        if (nats is null) return;
        await using var connection = new NatsConnection(new NatsOpts { Url = nats, Name = "est backtest" });
        await connection.PublishAsync(subjects.BacktestResult(r.Id), EventJson.Serialize(completed), headers: new NatsHeaders { ["Est-Type"] = EventJson.AliasOf(completed) }, cancellationToken: ct);
        await connection.PingAsync(ct);
    }

    /// <summary>The digest with which a run ended, if its stream says so last; else null.</summary>
    public async Task<string?> DigestOfAsync(string id, CancellationToken ct) =>
        await LastAsync(id, ct) is BacktestCompleted completed ? completed.DecisionDigest : null;

    public async ValueTask DisposeAsync()
    {
        if (appender is not null) await appender.DisposeAsync();
        if (source is not null) await source.DisposeAsync();
    }

    private async Task AddAsync(string id, DomainEvent e, CancellationToken ct)
    {
        if (log is null) return;
        var (stream, data) = (StreamOf(id), EventJson.Serialize(e));
        await log.TransactAsync(null, [stream], async () =>
            await LastAsync(id, ct) is { } last && EventJson.Serialize(last).AsSpan().SequenceEqual(data) ? [] : [new DecidedEvent(stream, EventJson.AliasOf(e), data)], ct);
    }

    private async Task<DomainEvent?> LastAsync(string id, CancellationToken ct)
    {
        await foreach (var e in reader!.ReadStreamAsync(StreamOf(id), direction: ReadDirection.Backwards, maxCount: 1, ct: ct)) return EventJson.Deserialize(e.Type, e.Data.Span);
        return null;
    }

    private static string StreamOf(string id) => $"backtest-{id}";

    private static string? Variable(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;
}
