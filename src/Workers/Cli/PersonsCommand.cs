using System.CommandLine;
using System.Text.Json;
using EventSourcedTrading.Api;
using EventSourcedTrading.Api.Access;
using EventSourcedTrading.EventStore;
using EventSourcedTrading.Privacy;
using Npgsql;
using Spectre.Console;
using Command = System.CommandLine.Command;

namespace EventSourcedTrading.Workers.Cli;

/// <summary><c>est persons</c>: who the references in the log are, and the end of that. Works on the database itself, as <c>est keys</c> does.</summary>
public static class PersonsCommand
{
    public static Command Create() => new("persons", "who the references in the log are: list, find and forget persons, exchange the master key") { List(), Show(), Find(), Forget(), Rekey() };

    private static Command List() => Action("list", "everybody, newest first", StoreRole.Reader, [], async (_, source, json, ct) =>
    {
        var all = await PersonRecords.ListAsync(source, Master(), ct);
        if (json) Print(all, CliJson.Default.IReadOnlyListPersonView);
        else
        {
            var table = new Table().AddColumns("reference", "name", "since", "forgotten").RoundedBorder();
            foreach (var person in all)
                table.AddRow(person.Reference, Markup.Escape(NameOf(person)), $"{person.CreatedAt:yyyy-MM-dd}", person.ForgottenAt is { } at ? $"{at:yyyy-MM-dd}" : "");
            AnsiConsole.Write(table);
        }

        return 0;
    });

    private static Command Show()
    {
        var reference = Reference("reference, such as person-k3jx2mq7a4bc");
        return Action("show", "whom a reference means", StoreRole.Reader, [reference], async (parsed, source, json, ct) =>
            Say(await PersonRecords.FindAsync(source, Master(), parsed.GetValue(reference)!, ct), parsed.GetValue(reference)!, json));
    }

    private static Command Find()
    {
        var name = Reference("name, as keys and tokens have it");
        return Action("find", "the reference of a name", StoreRole.Reader, [name], async (parsed, source, json, ct) =>
            Say(await PersonRecords.FindAsync(source, Master(), await People.Of(source).ActorAsync(parsed.GetValue(name)!, ct), ct), parsed.GetValue(name)!, json));
    }

    private static Command Forget()
    {
        var person = Reference("reference, or name");
        var reason = new Option<string>("--reason") { Description = "why, without the name; kept on record", Required = true };
        return Action("forget", "destroy the key to a person's name and addresses, and revoke the person's API keys; there is no way back", StoreRole.App, [person, reason], async (parsed, source, json, ct) =>
        {
            await using var appender = new EventAppender(source);
            var (persons, log) = (People.Of(source), new EventLog(new EventReader(source), appender, TimeProvider.System));
            var given = parsed.GetValue(person)!;
            var reference = PersonReference.IsOne(given) ? given : await persons.ActorAsync(given, ct);
            var keys = new ApiKeys(source, log, persons, TimeProvider.System);
            var done = await new Forgetting(source, log, keys, persons, TimeProvider.System).ForgetAsync(reference, await ActorAsync(persons, ct), parsed.GetValue(reason)!, ct);
            if (json) Print(done, CliJson.Default.ForgottenPerson);
            else Console.WriteLine($"{done.Person} means nobody any more{(done.Keys.Count == 0 ? "" : $"; revoked {string.Join(", ", done.Keys)}")}");
            Terminal.Note("Older copies of the database still have the name, sealed: `est persons rekey`, then destroy the old master key, to make it gone from those too.");
            return 0;
        });
    }

    private static Command Rekey()
    {
        var file = new Option<string>("--new-key-file") { Description = "file with the new master key; made if it is not there", Required = true };
        return Action("rekey", "put everybody's key under another master key, so that older copies of the database need the old one", StoreRole.App, [file], async (parsed, source, json, ct) =>
        {
            var path = parsed.GetValue(file)!;
            var old = Master() ?? throw new MasterKeyException("there is no master key to replace: EST_PRIVACY_KEY or EST_PRIVACY_KEY_FILE names the old one");
            var next = File.Exists(path) ? MasterKeySource.ReadFile(path) : MasterKeySource.CreateFile(path);
            var count = await PersonRecords.RekeyAsync(source, old, next, ct);
            if (json) Print(new Rekeyed(count, old.Id, next.Id), CliJson.Default.Rekeyed);
            else Console.WriteLine($"{count} persons are under master key {next.Id} now, no longer under {old.Id}");
            Terminal.Note($"Set EST_PRIVACY_KEY_FILE={path} and restart what runs. Once the old key is destroyed, nobody can read names in older copies of the database.");
            return 0;
        });
    }

    /// <summary>Who must forget persons because the master key is lost has no name under it either.</summary>
    private static async Task<string> ActorAsync(PersonDirectory persons, CancellationToken ct)
    {
        try
        {
            return await People.ActorAsync(persons, ct);
        }
        catch (MasterKeyException)
        {
            return People.Nobody;
        }
    }

    private static int Say(PersonView? person, string asked, bool json)
    {
        if (person is null)
        {
            Terminal.Error($"there is no person '{asked}'; `est persons list` shows all that there are");
            return Root.NotFound;
        }

        if (json) Print(person, CliJson.Default.PersonView);
        else Console.WriteLine($"{person.Reference} is {NameOf(person)}, since {person.CreatedAt:yyyy-MM-dd}");
        return 0;
    }

    private static string NameOf(PersonView person) => person.Name ?? (person.ForgottenAt is { } at ? $"nobody: forgotten on {at:yyyy-MM-dd}" : "under another master key");

    private static MasterKey? Master() => People.Keys.Find();

    private static void Print<T>(T value, System.Text.Json.Serialization.Metadata.JsonTypeInfo<T> type) => Console.WriteLine(JsonSerializer.Serialize(value, type));

    private static Argument<string> Reference(string description) => new("person") { Description = description };

    private static Command Action(string name, string description, StoreRole role, Symbol[] parameters, Func<ParseResult, NpgsqlDataSource, bool, CancellationToken, Task<int>> run)
    {
        var (json, database) = (CommonOptions.Json(), CommonOptions.Database());
        var command = new Command(name, description) { json, database };
        command.Add(parameters);
        command.SetAction(async (parsed, ct) =>
        {
            await using var source = StoreConnection.Open(CommonOptions.Platform(null, parsed.GetValue(database)).Postgres, role);
            try
            {
                return await run(parsed, source, parsed.GetValue(json), ct);
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

/// <param name="From">Id of the old master key.</param>
/// <param name="To">Id of the new one.</param>
public sealed record Rekeyed(int Persons, string From, string To);
