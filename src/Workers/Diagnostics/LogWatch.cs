using System.Runtime.CompilerServices;
using EventSourcedTrading.EventStore;

namespace EventSourcedTrading.Workers.Diagnostics;

/// <summary>Looks on as the log grows. Takes no lock and keeps no checkpoint, so any number may.</summary>
/// <param name="reader">As est_reader.</param>
public sealed class LogWatch(EventReader reader, TimeProvider time)
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(200);

    /// <summary>Events behind a position, and those to come, until cancelled.</summary>
    /// <param name="stream">Only of this stream; null for the whole log.</param>
    public async IAsyncEnumerable<RecordedEvent> FollowAsync(long after, string? stream, [EnumeratorCancellation] CancellationToken ct)
    {
        while (true)
        {
            var head = (await reader.HeadAsync(ct)).Size;
            if (head > after)
            {
                await foreach (var e in reader.ReadAllAsync(after + 1, ct: ct))
                {
                    if (e.SeqId > head) break;
                    if (stream is null || e.StreamId == stream) yield return e;
                }

                after = head;
            }

            await Task.Delay(LookEvery, time, ct);
        }
    }
}
