using System.Buffers;

namespace EventSourcedTrading.Api.Live;

/// <summary>The next stretch of the log for a subscriber, and for all others that want the same.</summary>
/// <param name="events">What of it he wants; empty where only his position moves.</param>
/// <param name="upTo">With this he has everything up to this place of the log.</param>
/// <param name="isLive">False if it was read for him alone, because he was behind.</param>
internal sealed class FeedPage(IReadOnlyList<FeedEvent> events, long upTo, bool isLive)
{
    /// <summary>Bytes of a chunk, beyond which it takes no further event: 32 KiB.</summary>
    private const int ChunkBytes = 32 << 10;

    private IReadOnlyList<FeedChunk>? chunks;

    public IReadOnlyList<FeedEvent> Events => events;

    public long UpTo => upTo;

    public bool IsLive => isLive;

    /// <summary>The events as JSON arrays, none for no event. They are written once for all that share the page.</summary>
    public IReadOnlyList<FeedChunk> Chunks => chunks ??= Write();

    private List<FeedChunk> Write()
    {
        var written = new List<FeedChunk>();
        var buffer = new ArrayBufferWriter<byte>();
        for (var i = 0; i < events.Count; i++)
        {
            buffer.Write(buffer.WrittenCount == 0 ? "["u8 : ","u8);
            buffer.Write(events[i].Json.Span);
            var isLast = i == events.Count - 1;
            if (!isLast && buffer.WrittenCount < ChunkBytes) continue;
            buffer.Write("]"u8);
            written.Add(new FeedChunk(buffer.WrittenSpan.ToArray(), isLast ? upTo : events[i].Recorded.SeqId));
            buffer.ResetWrittenCount();
        }

        return written;
    }
}

/// <param name="Json">An array of events as UTF-8; see <see cref="FeedEvent.Json"/>.</param>
/// <param name="UpTo">With this the subscriber has everything up to this place of the log.</param>
internal sealed record FeedChunk(ReadOnlyMemory<byte> Json, long UpTo);
