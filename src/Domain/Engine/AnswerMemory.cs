using EventSourcedTrading.Domain.MetaAgent;
using EventSourcedTrading.Domain.Orders;

namespace EventSourcedTrading.Domain.Engine;

/// <summary>
/// The answers to the latest messages, so that a repeat gets the first answer again. Bounded; what has fallen out is older than the
/// frontier, and the host finds its answer in the log (ADR 0004).
/// </summary>
public sealed class AnswerMemory(int capacity)
{
    private readonly Dictionary<(string Sender, string Id), Remembered> byId = [];
    private readonly Queue<(string Sender, string Id)> order = new();

    public IEnumerable<Remembered> InOrder => order.Select(id => byId[id]);

    /// <summary>Ids are each sender's own: two may use the same one.</summary>
    public Remembered? Find(string sender, string id) => byId.GetValueOrDefault((sender, id));

    public void Remember(Remembered message)
    {
        var key = (message.Sender, message.Id);
        if (!byId.TryAdd(key, message)) return;
        order.Enqueue(key);
        // The oldest that is still undecided keeps the rest; the number of undecided intents has a bound of its own.
        while (order.Count > capacity && byId[order.Peek()].Answer is not null) byId.Remove(order.Dequeue());
    }

    public void Answered(Answer answer)
    {
        if (byId.TryGetValue((answer.Sender, answer.Id), out var message)) message.Answer = answer;
    }
}

public sealed class Remembered(string sender, string id, ulong fingerprint)
{
    public string Sender { get; } = sender;
    public string Id { get; } = id;

    /// <summary>Of the whole content: the same id with other content is a mistake of the sender, not a repeat.</summary>
    public ulong Fingerprint { get; } = fingerprint;
    public Answer? Answer { get; set; }
}

/// <summary>What became of an intent or a command; sent to its sender after the commit.</summary>
/// <param name="Id">Of the message that is answered.</param>
/// <param name="Sender">The agent or person that sent it.</param>
/// <param name="Outcome">Intents: refused, hold, approved or blocked. Commands: done or refused.</param>
/// <param name="Code">Stable reason code of a refusal, upper case.</param>
/// <param name="OfCommand">True if a command is answered, not an intent.</param>
public sealed record Answer(
    string Id, string Sender, string Outcome, string? Code, string Reason, string? DecisionId = null, string? OrderId = null, bool OfCommand = false)
{
    /// <summary>What became of an intent whose round was decided.</summary>
    /// <param name="outcome">What risk said of the order; null if there was none.</param>
    public static Answer To(Intent intent, DecisionMade decision, DomainEvent? outcome)
    {
        var (word, reason) = outcome switch
        {
            OrderApproved => ("approved", decision.Reason.ToString()),
            OrderBlocked blocked => ("blocked", blocked.Reason),
            _ => ("hold", decision.Reason.ToString()),
        };
        return new Answer(intent.IntentId, intent.Agent, word, null, reason, decision.DecisionId, decision.OrderId);
    }
}
