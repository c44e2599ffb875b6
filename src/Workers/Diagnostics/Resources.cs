using System.Globalization;
using EventSourcedTrading.EventStore;
using EventSourcedTrading.Projections.Following;
using EventSourcedTrading.Workers.Configuration;
using EventSourcedTrading.Workers.Diagnostics.Checks;
using EventSourcedTrading.Workers.Messaging;
using NATS.Client.JetStream.Models;
using Npgsql;

namespace EventSourcedTrading.Workers.Diagnostics;

/// <summary>Schema: tables, roles, grants. Log: the events. ReadModel: can be made again from the log. Stream: messages of JetStream.</summary>
public enum ResourceKind { Schema, Log, ReadModel, Stream }

public enum ResourceState { Ready, Missing, Differs }

/// <summary>Something that keeps state.</summary>
/// <param name="Detail">What it holds, or what is other than it should be.</param>
/// <param name="Clearable">Whether `est resources clear` may empty it.</param>
public sealed record Resource(string Name, ResourceKind Kind, ResourceState State, string Detail, bool Clearable);

/// <summary>What the platform needs to be there: finds it, makes it, empties what may be emptied.</summary>
public static class Resources
{
    public const string Schema = "schema", Log = "log";

    public static async Task<IReadOnlyList<Resource>> ListAsync(PlatformView view, CancellationToken ct)
    {
        var all = new List<Resource>();
        var migrated = await SchemaAsync(view, ct);
        all.Add(migrated);
        if (migrated.State == ResourceState.Missing)
        {
            all.Add(new Resource(Log, ResourceKind.Log, ResourceState.Missing, "no schema yet", false));
            all.AddRange(ProjectionHost.Names.Select(n => new Resource(n, ResourceKind.ReadModel, ResourceState.Missing, "no schema yet", true)));
        }
        else
        {
            all.Add(await LogAsync(view, ct));
            foreach (var s in await new ProjectionHost(view.App).StatusAsync(ct))
                all.Add(new Resource(s.Name, ResourceKind.ReadModel, ResourceState.Ready, $"at {s.Position} of {s.Head}, {s.State.ToString().ToLowerInvariant()}", true));
        }

        var js = await view.JetStreamAsync(ct);
        foreach (var wanted in StreamSetup.All(view.Subjects, view.Portfolios))
        {
            var found = await NatsChecks.StreamAsync(js, wanted.Name!, ct);
            var other = found is null ? null : NatsChecks.Difference(wanted, found.Config);
            all.Add(new Resource(wanted.Name!, ResourceKind.Stream, found is null ? ResourceState.Missing : other is null ? ResourceState.Ready : ResourceState.Differs,
                found is null ? "not made yet" : other ?? string.Create(CultureInfo.InvariantCulture, $"{found.State.Messages:#,0} messages, {found.State.Bytes >> 10:#,0} KiB"), true));
        }

        return all;
    }

    /// <summary>Migrates the database and makes the streams, or puts their configuration right. Nothing that is there is lost.</summary>
    /// <returns>What was done.</returns>
    public static async Task<IReadOnlyList<string>> SetUpAsync(PlatformView view, CancellationToken ct)
    {
        var done = new List<string>();
        await using (var owner = NpgsqlDataSource.Create(view.Postgres))
            foreach (var migration in await Migrator.ApplyAsync(owner, ct)) done.Add($"applied {migration.Name}");
        var js = await view.JetStreamAsync(ct);
        foreach (var wanted in StreamSetup.All(view.Subjects, view.Portfolios))
        {
            var found = await NatsChecks.StreamAsync(js, wanted.Name!, ct);
            if (found is not null && NatsChecks.Difference(wanted, found.Config) is null) continue;
            await StreamSetup.EnsureAsync(js, wanted, ct);
            done.Add($"{(found is null ? "made" : "changed")} stream {wanted.Name}");
        }

        return done;
    }

    /// <summary>Empties a read model, or a stream whose messages were taken.</summary>
    /// <param name="loseUnread">How many messages may be lost that nobody has taken: exactly as many as there are, or the answer is no.</param>
    /// <returns>What was done.</returns>
    /// <exception cref="ConfigurationException">There is no such resource, or it must not be emptied so.</exception>
    public static async Task<string> ClearAsync(PlatformView view, string name, long loseUnread, CancellationToken ct)
    {
        if (name is Log or Schema or "events" or "audit")
            throw new ConfigurationException(
                $"{name} is not cleared by any command: the log is the only record of what was done and why. To throw a platform away, drop its database as the server's administrator; to begin a new one, give it a new database.");
        if (ProjectionHost.Names.Contains(name, StringComparer.Ordinal))
        {
            await new ProjectionHost(view.App).ClearAsync(name, ct);
            return $"{name} is empty; a host folds the log into it again with the next event, `est projections rebuild {name}` at once";
        }

        var streams = StreamSetup.All(view.Subjects, view.Portfolios);
        if (streams.All(s => s.Name != name))
            throw new ConfigurationException($"There is no resource '{name}'; there are {string.Join(", ", [.. ProjectionHost.Names, .. streams.Select(s => s.Name!)])}.");
        var js = await view.JetStreamAsync(ct);
        var info = await NatsChecks.StreamAsync(js, name, ct) ?? throw new ConfigurationException($"Stream {name} is not there: nothing to clear.");
        var unread = await Unread.CountAsync(view, info, ct);
        if (unread.Sum(u => u.Messages) is var lost && lost != loseUnread)
            throw new ConfigurationException(lost == 0 ? $"--lose-unread {loseUnread}: every message of {name} was taken, so none would be lost; leave the option out."
                : $"{name} has messages that were not taken: {string.Join(", ", unread.Select(u => $"{u.Messages} by {u.Reader}"))}. Let them be taken first; or say --lose-unread {lost} to lose just these.");
        // Up to what was looked at: what comes meanwhile stays.
        var purged = await js.PurgeStreamAsync(name, new StreamPurgeRequest { Seq = info.State.LastSeq + 1 }, ct);
        return $"{purged} messages of {name} are gone";
    }

    private static async Task<Resource> SchemaAsync(PlatformView view, CancellationToken ct)
    {
        await using var source = NpgsqlDataSource.Create(view.Postgres);
        var (applied, known) = (await Migrator.AppliedAsync(source, ct), Migrator.Migrations);
        var state = applied.Count == 0 ? ResourceState.Missing : applied.Select(a => (a.Number, a.Sha256)).SequenceEqual(known.Select(k => (k.Number, k.Sha256))) ? ResourceState.Ready : ResourceState.Differs;
        return new Resource(Schema, ResourceKind.Schema, state, $"{applied.Count} of {known.Count} migrations", false);
    }

    private static async Task<Resource> LogAsync(PlatformView view, CancellationToken ct)
    {
        var head = await new EventReader(view.Reader).HeadAsync(ct);
        return new Resource(Log, ResourceKind.Log, ResourceState.Ready, string.Create(CultureInfo.InvariantCulture, $"{head.Size:#,0} events"), false);
    }
}
