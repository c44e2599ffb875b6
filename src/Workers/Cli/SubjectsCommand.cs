using System.CommandLine;
using System.Globalization;
using EventSourcedTrading.Workers.Diagnostics;
using NATS.Client.Core;
using Spectre.Console;

namespace EventSourcedTrading.Workers.Cli;

/// <summary><c>est subjects</c></summary>
internal static class SubjectsCommand
{
    private const string Text = """
        every subject of NATS: what goes over it, who publishes it, who listens, and how many messages its stream holds

        Examples:
          est subjects                 with counts, where EST_NATS is set and answers
          est subjects --offline       without
          est subjects --json          for programs; docs/asyncapi.yaml has the payloads

        → is said by the platform, ← is said to it. Where a subject has no stream, who does not listen misses the message.
        """;

    public static Command Create()
    {
        var offline = new Option<bool>("--offline") { Description = "ask no server" };
        return PlatformCommand.Create("subjects", Text, [offline], async (parsed, view, json, ct) =>
        {
            var counted = !parsed.GetValue(offline) && view.Options.Nats.Length > 0;
            var entries = SubjectCatalog.Of(view.Subjects);
            IReadOnlyList<LiveSubject> subjects = [.. entries.Select(e => LiveSubject.Of(e, null))];
            if (counted)
            {
                try
                {
                    subjects = await LiveSubjects.CountAsync(await view.JetStreamAsync(ct), entries, view.Portfolios, ct);
                }
                catch (NatsException e)
                {
                    counted = false;
                    Terminal.Note($"Not counted: {e.Message}");
                }
            }

            if (json) DiagnosticsJson.Print(subjects);
            else AnsiConsole.Write(Table(subjects, counted));
            return 0;
        });
    }

    public static Table Table(IEnumerable<LiveSubject> subjects, bool counted)
    {
        var table = PlatformCommand.Table("", "subject", "payload", "from", "to", "stream");
        table.Columns[1].NoWrap();
        if (counted) table.AddColumn(new TableColumn("messages").RightAligned());
        foreach (var s in subjects)
        {
            string[] cells = [s.Direction == Direction.Send ? "→" : "←", s.Subject, s.Payload, string.Join(", ", s.Publishers), string.Join(", ", s.Consumers), s.Stream ?? "none"];
            table.Row(counted ? [.. cells, s.Messages?.ToString("#,0", CultureInfo.InvariantCulture) ?? ""] : cells);
        }

        return table;
    }
}
