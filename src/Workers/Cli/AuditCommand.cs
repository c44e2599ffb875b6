using System.CommandLine;
using System.Text.Json;
using EventSourcedTrading.Api.Http;
using EventSourcedTrading.EventStore;
using EventSourcedTrading.Privacy;
using EventSourcedTrading.Projections.Audit;
using Npgsql;

namespace EventSourcedTrading.Workers.Cli;

/// <summary><c>est audit</c>: reads the database itself, so it takes the platform's database user and no key.</summary>
public static class AuditCommand
{
    public static Command Create() => new("audit", "what is in the log, and is it what was written: find events, see why each is there, verify, prove")
    {
        AuditFind.Create(), AuditShow.Create(), AuditTrees.Why(), AuditTrees.Followed(), AuditVerify.Create(), AuditProve.Create(), AuditKeys.Key(), AuditKeys.Rotate(),
    };

    /// <summary>A command that asks the audit index.</summary>
    internal static Command Ask(string name, string description, Symbol[] parameters, Func<ParseResult, NpgsqlDataSource, PersonDirectory, bool, CancellationToken, Task<int>> ask)
    {
        var (json, database) = (CommonOptions.Json(), CommonOptions.Database());
        var command = new Command(name, description);
        command.Add(parameters);
        command.Add(json);
        command.Add(database);
        command.SetAction(async (parsed, ct) =>
        {
            await using var source = StoreConnection.Open(CommonOptions.Platform(null, parsed.GetValue(database)).Postgres, StoreRole.Reader);
            try
            {
                return await ask(parsed, source, People.Of(source), parsed.GetValue(json), ct);
            }
            catch (AuditFilterException wrong)
            {
                Terminal.Error(wrong.Message);
                return Root.WrongUsage;
            }
        });
        return command;
    }

    internal static void Print<T>(T value) => Console.WriteLine(JsonSerializer.Serialize(value, ApiJson.Options));

    /// <summary>A place in the log, or the id of an order.</summary>
    internal static Argument<string> Event() => new("event") { Description = "its position in the log, or the id of an order, such as 4711 or main-42" };

    /// <param name="newest">Which event of an order is meant: its newest or its first.</param>
    /// <returns>Null if there is none; the user has been told so.</returns>
    internal static async Task<long?> FindAsync(AuditQuery query, string text, bool newest, CancellationToken ct)
    {
        if (text.Length > 0 && text.All(char.IsAsciiDigit)) return AuditQuestion.Position("position", text);
        var found = await query.FindAsync(new AuditFilter(Order: text), 1, newest, ct: ct);
        if (found.Items.Count > 0) return found.Items[0].Position;
        Terminal.Error($"There is no order '{text}' in the audit index, which has come to position {found.IndexedTo}; `est audit find --type order_approved` shows the latest.");
        return null;
    }

    internal static int Unknown(long position, long indexedTo)
    {
        Terminal.Error($"There is no event at position {position}; the audit index has come to {indexedTo}. `est projections status` tells how far the log goes.");
        return Root.NotFound;
    }
}
