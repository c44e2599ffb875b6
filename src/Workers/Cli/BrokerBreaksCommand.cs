using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using EventSourcedTrading.Domain.Brokers;
using EventSourcedTrading.Domain.Json;
using EventSourcedTrading.EventStore;
using EventSourcedTrading.Workers.Brokering;
using Spectre.Console;

namespace EventSourcedTrading.Workers.Cli;

/// <summary><c>est broker breaks</c></summary>
public static class BrokerBreaksCommand
{
    public static Command Create()
    {
        var all = new Option<bool>("--all") { Description = "those that are resolved, too" };
        var (database, json) = (CommonOptions.Database(), CommonOptions.Json());
        var command = new Command("breaks", "in what our books and the brokers' differ: since when, whose task it is, and what was done about it") { all, database, json };
        command.SetAction(async (parsed, ct) =>
        {
            await using var source = StoreConnection.Open(CommonOptions.Platform(null, parsed.GetValue(database)).Postgres, StoreRole.Reader);
            var breaks = (await ReadAsync(new EventReader(source), ct)).Where(b => parsed.GetValue(all) || b.Resolved is null).OrderBy(b => b.Found, StringComparer.Ordinal).ToArray();
            if (parsed.GetValue(json)) Console.WriteLine(JsonSerializer.Serialize(breaks, CliJson.Default.BrokerBreakArray));
            else Write(breaks);
            return breaks.Any(b => b.Resolved is null) ? Root.Failed : 0;
        });
        return command;
    }

    private static async Task<IReadOnlyCollection<BrokerBreak>> ReadAsync(EventReader reader, CancellationToken ct)
    {
        var breaks = new Dictionary<string, BrokerBreak>(StringComparer.Ordinal);
        var open = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var broker in BrokerCatalog.Names)
        {
            await foreach (var e in reader.ReadStreamAsync($"reconciliation-{broker}", ct: ct))
            {
                switch (EventJson.Deserialize(e.Type, e.Data.Span))
                {
                    case BreakFound f:
                        var key = open[f.BreakId] = $"{f.BreakId}@{f.AsOf}";
                        breaks[key] = new BrokerBreak(f.BreakId, f.Portfolio, f.Broker, f.Kind.ToString(), f.Key, f.Ours, f.Theirs, f.Action.ToString(), f.Owner, f.AsOf.ToString(), null, null);
                        break;
                    case BreakResolved r when open.Remove(r.BreakId, out var known):
                        breaks[known] = breaks[known] with { Resolved = r.AsOf.ToString(), How = r.Detail };
                        break;
                }
            }
        }

        return breaks.Values;
    }

    private static void Write(BrokerBreak[] breaks)
    {
        if (breaks.Length == 0)
        {
            Console.WriteLine("The books agree.");
            return;
        }

        var table = new Table().Border(TableBorder.Minimal);
        foreach (var column in (string[])["break", "ours", "theirs", "action", "owner", "age"]) table.AddColumn(column);
        foreach (var b in breaks)
        {
            var age = TimeProvider.System.GetUtcNow() - DateTimeOffset.Parse(b.Found, CultureInfo.InvariantCulture);
            table.AddRow(Array.ConvertAll((string[])[b.Id, b.Ours, b.Theirs, b.Action, b.Owner, b.How ?? age.ToString(@"d\.hh\:mm", CultureInfo.InvariantCulture)], t => t.EscapeMarkup()));
        }

        AnsiConsole.Write(table);
    }
}

/// <param name="Found">UTC.</param>
/// <param name="Resolved">Null while it is open.</param>
internal sealed record BrokerBreak(
    string Id, string Portfolio, string Broker, string Kind, string Key, string Ours, string Theirs, string Action, string Owner, string Found, string? Resolved, string? How);
