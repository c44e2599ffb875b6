using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using EventSourcedTrading.Domain.Time;
using EventSourcedTrading.EventStore;
using EventSourcedTrading.Projections.Audit;
using EventSourcedTrading.Workers.Configuration;
using EventSourcedTrading.Workers.Diagnostics;
using Spectre.Console;

namespace EventSourcedTrading.Workers.Cli;

/// <summary><c>est streams</c></summary>
internal static class StreamsCommand
{
    private const string ShowDescription = """
        the events of one stream, oldest first; without a stream, the families of streams that there are

        Examples:
          est streams show                                    which streams there can be, and what each holds
          est streams show order-main-1                       an order's life
          est streams show tape-main --from -3                the last three batches
          est streams show risk-main --from 40 --limit 20     a page
          est streams show order-main-1 --data                with all that each event says
        """;

    private const string FollowDescription = """
        watch the log grow, or one stream of it; Ctrl-C ends it

        Examples:
          est streams follow                           the whole log from now on
          est streams follow order-main-1 --last 5     an order, its last five events first
          est streams follow --json | jq .type         a line of JSON for each event
          est streams follow --max 10                  end after ten
        """;

    private const string DiffDescription = """
        what is other: between two streams, event by event, or between two versions of one stream

        Examples:
          est streams diff order-main-1 order-main-2                        two orders
          est streams diff order-main-1 order-main-1 --other est_demo       the same order in another database
          est streams diff order-main-1 --from 1 --to 4                     what versions 2 to 4 have changed

        Ends with 0 if nothing is other, and with 1 if something is.
        """;

    private const int MaxPage = 1_000;

    public static Command Create() => new("streams", "event streams of the log: show, follow, compare") { Show(), Follow(), Diff() };

    private static Command Show()
    {
        var stream = Stream(ArgumentArity.ZeroOrOne);
        var from = new Option<long>("--from") { Description = "first version; negative counts from the end", DefaultValueFactory = _ => 1 };
        var limit = new Option<int>("--limit") { Description = $"how many, 1 to {MaxPage}", DefaultValueFactory = _ => 50 };
        var data = new Option<bool>("--data") { Description = "with all that each event says" };
        return PlatformCommand.Create("show", ShowDescription, [stream, from, limit, data], async (parsed, view, json, ct) =>
        {
            if (parsed.GetValue(stream) is not { } id) return Families(json);
            if (parsed.GetValue(limit) is < 1 or > MaxPage) throw new ConfigurationException($"--limit {parsed.GetValue(limit)} must be 1 to {MaxPage}.");
            var reader = new EventReader(view.Reader);
            var version = await reader.StreamVersionAsync(id, ct);
            if (version == 0) return Unknown(id);
            var first = parsed.GetValue(from) < 0 ? Math.Max(1, version + 1 + parsed.GetValue(from)) : Math.Max(1, parsed.GetValue(from));
            var events = new List<AuditEvent>();
            await foreach (var e in reader.ReadStreamAsync(id, first, maxCount: parsed.GetValue(limit), ct: ct)) events.Add(AuditEvent.Of(e));
            var next = events.Count > 0 && events[^1].Version < version ? events[^1].Version + 1 : (long?)null;
            if (json) DiagnosticsJson.Print(new { stream = id, version, items = events, next });
            else Print(events, parsed.GetValue(data));
            if (next is { } more && !json) Terminal.Note($"There are more: --from {more}; the stream is at version {version}.");
            return 0;
        });
    }

    private static Command Follow()
    {
        var stream = Stream(ArgumentArity.ZeroOrOne);
        var last = new Option<long>("--last") { Description = "so many events of the log before now, first", DefaultValueFactory = _ => 0 };
        var most = new Option<long>("--max") { Description = "end after so many events", DefaultValueFactory = _ => long.MaxValue };
        return PlatformCommand.Create("follow", FollowDescription, [stream, last, most], async (parsed, view, json, ct) =>
        {
            var (id, reader) = (parsed.GetValue(stream), new EventReader(view.Reader));
            if (parsed.GetValue(most) < 1) throw new ConfigurationException($"--max {parsed.GetValue(most)} must be 1 or more.");
            if (parsed.GetValue(last) < 0) throw new ConfigurationException($"--last {parsed.GetValue(last)} must not be negative.");
            var after = await AfterAsync(reader, id, parsed.GetValue(last), ct);
            if (!json) Terminal.Note($"following {id ?? "the log"} behind position {after}; Ctrl-C ends it");
            var left = parsed.GetValue(most);
            try
            {
                await foreach (var e in new LogWatch(reader, TimeProvider.System).FollowAsync(after, id, ct))
                {
                    Console.WriteLine(json ? JsonSerializer.Serialize(AuditEvent.Of(e), Line) : $"{Timestamp.From(e.Timestamp)}  {e.SeqId}  {e.StreamId} v{e.Version}  {e.Type}");
                    if (--left == 0) return 0;
                }
            }
            catch (OperationCanceledException) when (ct.IsCancellationRequested)
            {
                // Somebody has seen enough: that is how it ends.
            }

            return 0;
        });
    }

    private static Command Diff()
    {
        var left = Stream(ArgumentArity.ExactlyOne);
        var right = new Argument<string?>("other-stream") { Description = "the stream to compare with; leave it out to compare versions", Arity = ArgumentArity.ZeroOrOne };
        var other = new Option<string?>("--other") { Description = "the database of the second stream, on the same server" };
        var (from, to) = (new Option<long?>("--from") { Description = "version before" }, new Option<long?>("--to") { Description = "version after; the newest if left out" });
        return PlatformCommand.Create("diff", DiffDescription, [left, right, other, from, to], async (parsed, view, json, ct) =>
        {
            var (id, reader) = (parsed.GetValue(left)!, new EventReader(view.Reader));
            if (await reader.StreamVersionAsync(id, ct) == 0) return Unknown(id);
            if (parsed.GetValue(right) is not { } second)
            {
                if (parsed.GetValue(from) is not { } before) throw new ConfigurationException("Name a second stream, or a version to compare with: --from 1.");
                var difference = StreamDiff.States(await StreamState.ReadAsync(reader, id, before, ct), await StreamState.ReadAsync(reader, id, parsed.GetValue(to), ct));
                if (json) DiagnosticsJson.Print(difference);
                else Print(difference.Members, $"version {difference.From}", $"version {difference.To}");
                return difference.Members.Count == 0 ? 0 : Root.Failed;
            }

            await using var theirs = StoreConnection.Open(parsed.GetValue(other) is { } database ? CommonOptions.WithDatabase(view.Postgres, database) : view.Postgres, StoreRole.Reader);
            if (await new EventReader(theirs).StreamVersionAsync(second, ct) == 0) return Unknown(second);
            var found = await StreamDiff.EventsAsync(reader, id, new EventReader(theirs), second, ct);
            if (json) DiagnosticsJson.Print(found);
            else Print(found);
            return found.Differing == 0 ? 0 : Root.Failed;
        });
    }

    private static readonly JsonSerializerOptions Line = new(DiagnosticsJson.Options) { WriteIndented = false };

    private static Argument<string?> Stream(ArgumentArity arity) => new("stream") { Description = "such as order-main-1, tape-main, risk-main", Arity = arity };

    /// <summary>Where to begin so that the last few events are seen again.</summary>
    private static async Task<long> AfterAsync(EventReader reader, string? stream, long last, CancellationToken ct)
    {
        var head = (await reader.HeadAsync(ct)).Size;
        if (stream is null || last == 0) return Math.Max(0, head - last);
        var version = await reader.StreamVersionAsync(stream, ct);
        await foreach (var e in reader.ReadStreamAsync(stream, Math.Max(1, version - last + 1), maxCount: 1, ct: ct)) return e.SeqId - 1;
        return head;
    }

    private static int Families(bool json)
    {
        if (json) DiagnosticsJson.Print(EventStreamCatalog.All.Select(f => new { stream = f.Stream, types = f.Types }));
        else
        {
            var table = PlatformCommand.Table("stream", "events");
            foreach (var (stream, types) in EventStreamCatalog.All) table.Row(stream, string.Join(", ", types));
            AnsiConsole.Write(table);
        }

        return 0;
    }

    private static void Print(List<AuditEvent> events, bool data)
    {
        if (data)
        {
            foreach (var e in events) Console.WriteLine($"v{e.Version}  {e.Type}  position {e.Position}  {e.RecordedAt}\n{JsonSerializer.Serialize(e.Data, DiagnosticsJson.Options)}");
            return;
        }

        var table = PlatformCommand.Table("version", "position", "recorded", "type", "caused by");
        foreach (var e in events) table.Row(N(e.Version), N(e.Position), e.RecordedAt.ToString(), e.Type, e.CausationId);
        AnsiConsole.Write(table);
    }

    private static void Print(StreamDifferences found)
    {
        foreach (var e in found.First)
        {
            Console.WriteLine($"version {e.Version}: {e.LeftType ?? "nothing"}{(e.LeftType == e.RightType ? "" : $", {e.RightType ?? "nothing"}")}");
            if (e.LeftType is not null && e.RightType is not null) Print(e.Members, found.Left, found.Right);
        }

        Console.WriteLine($"{found.Compared} versions are on both sides, {found.Differing} differ or are on one{(found.Differing > found.First.Count ? $"; the first {found.First.Count} are shown" : "")}");
    }

    private static void Print(IReadOnlyList<MemberDifference> members, string left, string right)
    {
        if (members.Count == 0)
        {
            Console.WriteLine("nothing is other");
            return;
        }

        var table = PlatformCommand.Table("member", left, right);
        foreach (var m in members) table.Row(m.Path, m.Left ?? "—", m.Right ?? "—");
        AnsiConsole.Write(table);
    }

    private static int Unknown(string stream)
    {
        Terminal.Error($"There is no stream '{stream}'; `est streams show` lists the families, `est storage counts streams` those that there are.");
        return Root.NotFound;
    }

    private static string N(long value) => value.ToString(CultureInfo.InvariantCulture);
}
