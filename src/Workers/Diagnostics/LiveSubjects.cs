using NATS.Client.JetStream;
using NATS.Client.JetStream.Models;

namespace EventSourcedTrading.Workers.Diagnostics;

/// <summary>A subject with what its stream holds at this moment.</summary>
/// <param name="Messages">Null where no stream keeps them, or it is not there.</param>
public sealed record LiveSubject(
    string Subject, Direction Direction, string? Stream, string Payload, IReadOnlyList<string> Publishers, IReadOnlyList<string> Consumers, string Summary, long? Messages)
{
    public static LiveSubject Of(SubjectEntry e, long? messages) => new(e.Subject, e.Direction, e.Stream, e.Payload, e.Publishers, e.Consumers, e.Summary, messages);
}

/// <summary>Counts messages by subject.</summary>
public static class LiveSubjects
{
    /// <param name="portfolios">Whose inboxes are counted; together, where a subject is every portfolio's.</param>
    public static async Task<IReadOnlyList<LiveSubject>> CountAsync(NatsJSContext js, IReadOnlyList<SubjectEntry> entries, IReadOnlyList<string> portfolios, CancellationToken ct)
    {
        var counted = new List<LiveSubject>(entries.Count);
        foreach (var entry in entries) counted.Add(LiveSubject.Of(entry, await CountAsync(js, entry, portfolios, ct)));
        return counted;
    }

    private static async Task<long?> CountAsync(NatsJSContext js, SubjectEntry entry, IReadOnlyList<string> portfolios, CancellationToken ct)
    {
        if (entry.Stream is not { } pattern) return null;
        string[] streams = pattern.Contains("{portfolio}", StringComparison.Ordinal) ? [.. portfolios.Select(p => pattern.Replace("{portfolio}", p, StringComparison.Ordinal))] : [pattern];
        long? sum = null;
        foreach (var stream in streams)
        {
            try
            {
                var state = (await js.GetStreamAsync(stream, new StreamInfoRequest { SubjectsFilter = entry.Pattern }, ct)).Info.State;
                sum = (sum ?? 0) + (state.Subjects?.Values.Sum() ?? 0);
            }
            catch (NatsJSApiException e) when (e.Error.Code == 404)
            {
                // Not made yet: nothing to count.
            }
        }

        return sum;
    }
}
