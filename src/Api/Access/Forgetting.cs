using EventSourcedTrading.Domain.Control;
using EventSourcedTrading.Domain.Time;
using EventSourcedTrading.Privacy;
using Npgsql;

namespace EventSourcedTrading.Api.Access;

/// <param name="Keys">Ids of the API keys that were revoked.</param>
public sealed record ForgottenPerson(string Person, IReadOnlyList<string> Keys);

/// <summary>Forgets a person: no more keys, no more name, and that on record.</summary>
/// <param name="source">Connects as est_app.</param>
public sealed class Forgetting(NpgsqlDataSource source, EventLog log, ApiKeys keys, PersonDirectory persons, TimeProvider time)
{
    public const string Stream = "persons";

    /// <summary>Harmless to repeat: what was begun is brought to its end.</summary>
    /// <param name="person">A reference.</param>
    /// <param name="actor">A reference, or the word for what is no person.</param>
    /// <exception cref="RefusedException">No such person, or a reason that says the name.</exception>
    public async Task<ForgottenPerson> ForgetAsync(string person, string actor, string reason, CancellationToken ct)
    {
        if (string.IsNullOrWhiteSpace(reason)) throw new RefusedException("REASON_MISSING", "reason must say why; it is kept on record", "reason");
        if (await PersonRecords.FindAsync(source, null, person, ct) is not { } known) throw new RefusedException("UNKNOWN_PERSON", $"there is no person '{person}'", "person");
        if (known.ForgottenAt is null) await CheckAsync(person, reason, ct);
        var revoked = await keys.RevokeAllAsync(person, actor, reason, ct);
        var at = time.GetUtcNow();
        await PersonRecords.ForgetAsync(source, person, at, ct);
        persons.Refresh();
        // In force first, on record second; if we die in between, a repeat puts it on record.
        if (!await log.HasAsync<PersonForgotten>(Stream, e => e.Person == person, ct))
            await log.AppendAsync(Stream, $"person:{person}", [new PersonForgotten(person, actor, reason, Timestamp.From(known.ForgottenAt ?? at))], ct);
        return new ForgottenPerson(person, revoked);
    }

    /// <summary>The reason stays for ever, so it must not say what is to be forgotten. Whose master key is lost has no name to compare with.</summary>
    private async Task CheckAsync(string person, string reason, CancellationToken ct)
    {
        try
        {
            if ((await persons.NamesAsync(person, ct)).TryGetValue(person, out var name) && reason.Contains(name, StringComparison.OrdinalIgnoreCase))
                throw new RefusedException("BAD_REASON", "reason has the person's name in it, and it stays in the log for ever; say it without", "reason");
        }
        catch (MasterKeyException)
        {
        }
    }
}
