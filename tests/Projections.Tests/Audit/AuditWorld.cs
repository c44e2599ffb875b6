using System.Text.Json;
using System.Text.Json.Nodes;
using EventSourcedTrading.EventStore;

namespace EventSourcedTrading.Projections.Tests.Audit;

/// <summary>An event as one would look it up by hand, from its JSON, without the index.</summary>
internal sealed record Looked(RecordedEvent Recorded, IReadOnlyList<(string Member, string Value)> Members)
{
    public static Looked Of(RecordedEvent e) => new(e, e.Type == "inputs_recorded" ? [] : [.. Walk("", JsonNode.Parse(e.Data.Span))]);

    public bool Has(string member, string value) => Members.Contains((member, value));

    /// <summary>Columns of the index have one value; agents, and these alone, several.</summary>
    public string? One(string member) => Members.Where(m => m.Member == member).Select(m => m.Value).FirstOrDefault();

    public IEnumerable<string> Agents => Members.Where(m => m.Member is "agent" or "abstained" or "absent" or "veto").Select(m => m.Value);

    public string? Order => One("orderId") ?? (Recorded.StreamId.StartsWith("order-", StringComparison.Ordinal) ? Recorded.StreamId[6..] : null);

    public string? Decision => One("decisionId") ?? (Recorded.StreamId.StartsWith("round-", StringComparison.Ordinal) ? Recorded.StreamId[6..] : null);

    private HashSet<string>? words;

    public HashSet<string> Words => words ??= [.. Members.Where(m => m.Member is "reason" or "rationale" or "detail" or "why").SelectMany(m => m.Value.Split(' ')).Select(w => w.ToLowerInvariant())];

    private static IEnumerable<(string, string)> Walk(string member, JsonNode? node) => node switch
    {
        JsonObject o => o.SelectMany(p => Walk(p.Key, p.Value)),
        JsonArray a => a.SelectMany(item => Walk(member, item)),
        JsonValue v when v.GetValueKind() == JsonValueKind.String => [(member, v.GetValue<string>())],
        _ => [],
    };
}

/// <summary>A log with causes, and its audit index.</summary>
internal static class AuditWorld
{
    public static async Task<(World World, List<Looked> Log)> CreateAsync(int seed, int batches)
    {
        var world = await World.CreateAsync();
        await world.AppendAsync(Caused(new Session(seed, "main", "eur").Batches(batches), new Random(seed)));
        await world.CatchUpAsync();
        return (world, [.. (await world.LogAsync()).Select(Looked.Of)]);
    }

    /// <summary>
    /// As an engine gives causes: an input, the event before in the same stream however old, or any event of the same batch.
    /// </summary>
    private static IEnumerable<AppendBatch> Caused(IEnumerable<AppendBatch> batches, Random random)
    {
        var n = 0;
        foreach (var batch in batches)
        {
            var events = new List<PendingEvent>();
            foreach (var e in batch.Events)
            {
                var cause = events.Count == 0 ? null : random.Next(4) switch
                {
                    0 => $"signal:sim:{n++ / 3}",
                    1 when e.Version > 1 => EventId.For(e.StreamId, e.Version - 1).ToString(),
                    _ when events.Count > 1 => events[random.Next(1, events.Count)].Id.ToString(),
                    _ => $"intent:{n++}",
                };
                events.Add(e with { CausationId = cause });
            }

            yield return new AppendBatch(events, batch.RecordedAt);
        }
    }

    /// <summary>
    /// Stretches the index as if a thousand events stood between any two, so that a short log fills many pages, and lets the clock of
    /// its writers go back and forth. Positions in the index are those of the log times 997 then.
    /// </summary>
    public static Task StretchAsync(World world) => world.ExecuteAsync(
        """
        update read.audit_index_rows set seq = -seq * 997;
        update read.audit_index_rows set seq = -seq, recorded_at = recorded_at + (-seq % 7 - 3) * interval '5 minutes',
               keys = (select array_agg(((-audit_index_rows.seq) >> 15) << 40 | (k & ((1::bigint << 40) - 1))) from unnest(keys) k);
        delete from read.audit_time_rows;
        insert into read.audit_time_rows select side, seq >> 10, min(recorded_at), max(recorded_at) from read.audit_index_rows group by 1, 2;
        """);
}
