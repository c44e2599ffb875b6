using EventSourcedTrading.Privacy;
using EventSourcedTrading.Projections.Audit;

namespace EventSourcedTrading.Api.Http;

/// <summary>The audit index knows references alone: what is asked by name, and shown with one, passes here.</summary>
public static class AuditPersons
{
    /// <summary>Before a name that is to be looked for as it is: in logs from before there were references.</summary>
    public const string Clear = "clear:";

    /// <summary>The question with a reference in the place of an actor's name.</summary>
    public static async ValueTask<AuditQuestion> AskedAsync(AuditQuestion question, PersonDirectory persons, CancellationToken ct) =>
        question.Actor is not { } actor ? question
        : question with { Actor = actor.StartsWith(Clear, StringComparison.Ordinal) ? actor[Clear.Length..] : await persons.ActorAsync(actor, ct) };

    /// <summary>An event as the log has it, with the names that its references stand for; null if the log is not that long.</summary>
    public static async Task<AuditEvent?> EventAsync(AuditQuery query, long position, Func<string, Task<IReadOnlyDictionary<string, string>>> names, CancellationToken ct)
    {
        if (await query.EventAsync(position, ct) is not { } recorded) return null;
        var e = AuditEvent.Of(recorded);
        return await names($"{e.CausationId} {e.Data.GetRawText()}") is { Count: > 0 } known ? e with { Persons = known } : e;
    }
}
