using System.Buffers;
using EventSourcedTrading.Domain.Json;

namespace EventSourcedTrading.Domain.Engine;

/// <summary>
/// What one run of the engine puts on record. Live, an event that is decided is appended. Following a log that is already
/// written, the log's event stands in its place, whatever this version of the code would have decided: the log is the truth, and
/// the differences are counted.
/// </summary>
public sealed class Record(PortfolioState state)
{
    private readonly ArrayBufferWriter<byte> left = new(1_024);
    private readonly ArrayBufferWriter<byte> right = new(1_024);
    private Queue<Logged>? script;

    public List<Recorded> Events { get; } = new(256);
    public List<Answer> Answers { get; } = new(64);

    /// <summary>How often the log had something else than this code would have written.</summary>
    public long Differences { get; private set; }

    /// <summary>Is told of each event while a log is followed: what this code decided beside what the log has.</summary>
    public Action<Compared>? OnCompared { get; set; }

    /// <summary>Events put, or tried to put, on record since the input was taken up; bounds the work of one input.</summary>
    public int Puts { get; internal set; }

    /// <summary>Puts an event on record and the state behind it; returns what stands on record, or null if the log has nothing more.</summary>
    public DomainEvent? Put(DomainEvent decided, string? correlationId, Cause? cause = null)
    {
        Puts++;
        if (script is null)
        {
            var head = Evolving.Apply(state, decided);
            var previous = head.Version > 0 ? Cause.Of(head) : default;
            head.Version++;
            Events.Add(new Recorded(head, head.Version, decided, correlationId, cause ?? previous));
            return decided;
        }

        if (!script.TryDequeue(out var logged))
        {
            Differences++;
            OnCompared?.Invoke(new Compared(decided, null, null));
            return null;
        }

        // Where the log's event is lost, what this code decides stands for it: those that follow rest on it.
        var standing = logged.Event ?? decided;
        if (logged.Event is null || !SameText(logged.Event, decided)) Differences++;
        Take(logged, standing, decided, correlationId, cause);
        return standing;
    }

    public void Reply(in Answer answer, AnswerMemory memory)
    {
        memory.Answered(answer);
        if (script is null) Answers.Add(answer);
    }

    /// <summary>Repeats an earlier answer.</summary>
    public void Repeat(in Answer answer)
    {
        if (script is null) Answers.Add(answer);
    }

    /// <summary>From now on the log decides.</summary>
    internal void Follow(Queue<Logged> events) => script = events;

    /// <summary>Takes up what the log has beyond what this code would have written, and goes back to deciding.</summary>
    internal void Unfollow()
    {
        while (script!.TryDequeue(out var logged))
        {
            Differences++;
            if (logged.Event is { } standing) Take(logged, standing, null, null, null);
            else OnCompared?.Invoke(new Compared(null, null, logged));
        }

        script = null;
    }

    public void Clear()
    {
        Events.Clear();
        Answers.Clear();
    }

    /// <summary>As they would be written: records with lists in them do not compare by value, and 1.0 is 1.</summary>
    private bool SameText(DomainEvent logged, DomainEvent decided)
    {
        if (logged.GetType() != decided.GetType()) return false;
        left.ResetWrittenCount();
        right.ResetWrittenCount();
        EventJson.Serialize(logged, left);
        EventJson.Serialize(decided, right);
        return left.WrittenSpan.SequenceEqual(right.WrittenSpan);
    }

    private void Take(in Logged logged, DomainEvent standing, DomainEvent? decided, string? correlationId, Cause? cause)
    {
        var head = Evolving.Apply(state, standing);
        if (OnCompared is { } told)
        {
            // The place that this code would have given it, before the log's own version counts.
            var place = decided is null ? default(Recorded?)
                : new Recorded(head, head.Version + 1, decided, correlationId, cause ?? (head.Version > 0 ? Cause.Of(head) : default));
            told(new Compared(decided, place, logged));
        }

        head.Version = logged.Version > 0 ? logged.Version : head.Version + 1;
    }
}
