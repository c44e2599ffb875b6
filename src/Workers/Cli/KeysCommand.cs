using System.CommandLine;
using System.Text.Json;
using EventSourcedTrading.Api;
using EventSourcedTrading.Api.Access;
using EventSourcedTrading.Domain.Control;
using EventSourcedTrading.EventStore;
using EventSourcedTrading.Privacy;
using Spectre.Console;
using Command = System.CommandLine.Command;

namespace EventSourcedTrading.Workers.Cli;

/// <summary>
/// <c>est keys</c>: works on the database itself, so it takes the platform's database user and no key. That is how the first key comes
/// to be; and whoever has that user could write to the log anyway.
/// </summary>
public static class KeysCommand
{
    /// <summary>Who issued a key that was made here: no person of the control plane.</summary>
    private const string Issuer = "database";

    public static Command Create() => new("keys", "who may call the control plane: issue, list and revoke API keys") { Issue(), List(), Revoke() };

    private static Command Issue()
    {
        var person = new Option<string>("--person") { Description = "whose key it is; commands are counted to this name, so two keys of one person carry the same", Required = true };
        var roles = new Option<Role[]>("--role")
        {
            Description = string.Join(", ", Enum.GetValues<Role>().Select(ApiKeys.WordOf)) + "; may be given several times", Required = true, AllowMultipleArgumentsPerToken = true,
        };
        var days = new Option<int>("--days") { Description = $"how long it is good for, 1 to {ApiKeys.MaxDays}", DefaultValueFactory = _ => 90 };
        return Action("create", "issue a key and show it, this once", [person, roles, days], async (parsed, keys, persons, json, ct) =>
        {
            var reason = $"est keys create by {await People.ActorAsync(persons, ct)}";
            var key = await keys.IssueAsync(parsed.GetValue(person)!, parsed.GetValue(roles)!, parsed.GetValue(days), Issuer, reason, ct);
            if (json) Console.WriteLine(JsonSerializer.Serialize(new IssuedKey(key.KeyId, key.Reveal()), CliJson.Default.IssuedKey));
            else
            {
                Console.WriteLine(key.Reveal());
                Terminal.Note("Shown once: keep it in EST_API_KEY or a password store. `est keys revoke` makes it worthless.");
            }
        });
    }

    private static Command List() => Action("list", "every key that was issued; never a secret", [], async (_, keys, persons, json, ct) =>
    {
        var all = await People.NamedAsync(persons, await keys.ListAsync(ct), ct);
        if (json)
        {
            Console.WriteLine(JsonSerializer.Serialize(all, Api.Http.ApiJson.Options));
            return;
        }

        var table = new Table().AddColumns("key", "person", "roles", "issued by", "expires", "used", "state").RoundedBorder();
        foreach (var key in all)
        {
            var state = key.RevokedAt is not null ? "revoked" : key.ExpiresAt.ToDateTime() <= DateTime.UtcNow ? "expired" : "good";
            table.AddRow(key.KeyId, Markup.Escape(key.Person), string.Join(", ", key.Roles.Select(ApiKeys.WordOf)), Markup.Escape(key.IssuedBy), key.ExpiresAt.ToString()[..10], key.UsedAt?.ToString()[..13] ?? "never", state);
        }

        AnsiConsole.Write(table);
    });

    private static Command Revoke()
    {
        var id = new Argument<string>("key") { Description = "id of the key, the part after est_" };
        var reason = new Option<string>("--reason") { Description = "why; kept on record", Required = true };
        return Action("revoke", "make a key worthless from this moment on", [id, reason], async (parsed, keys, persons, json, ct) =>
        {
            var key = await People.NamedAsync(persons, await keys.RevokeAsync(parsed.GetValue(id)!, Issuer, parsed.GetValue(reason)!, ct), ct);
            Console.WriteLine(json ? JsonSerializer.Serialize(key, Api.Http.ApiJson.Options) : $"revoked {key.KeyId} of {key.Person}");
        });
    }

    private static Command Action(string name, string description, Symbol[] parameters, Func<ParseResult, ApiKeys, PersonDirectory, bool, CancellationToken, Task> run)
    {
        var (json, database) = (CommonOptions.Json(), CommonOptions.Database());
        var command = new Command(name, description) { json, database };
        command.Add(parameters);
        command.SetAction(async (parsed, ct) =>
        {
            await using var source = StoreConnection.Open(CommonOptions.Platform(null, parsed.GetValue(database)).Postgres, StoreRole.App);
            await using var appender = new EventAppender(source);
            try
            {
                var persons = People.Of(source);
                var keys = new ApiKeys(source, new EventLog(new EventReader(source), appender, TimeProvider.System), persons, TimeProvider.System);
                await run(parsed, keys, persons, parsed.GetValue(json), ct);
                return 0;
            }
            catch (RefusedException refused)
            {
                Terminal.Error(refused.Message);
                return refused.Status.Http == 404 ? Root.NotFound : Root.WrongUsage;
            }
        });
        return command;
    }
}

/// <param name="Key">The whole key; nobody can show it again.</param>
public sealed record IssuedKey(string KeyId, string Key);
