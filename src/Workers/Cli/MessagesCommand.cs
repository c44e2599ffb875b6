using System.CommandLine;
using System.Globalization;
using EventSourcedTrading.Workers.Diagnostics;
using Spectre.Console;

namespace EventSourcedTrading.Workers.Cli;

/// <summary><c>est messages</c></summary>
internal static class MessagesCommand
{
    private const string Description = """
        one message from NATS to its effects, with times: stored, taken into a batch, events, answer, publications

        Examples:
          est messages trace breakout@1.0.0.7             an intent, by its id
          est messages trace sim:318                      a signal, feed:sequence
          est messages trace olga:kill-1                  a command
          est messages trace main-1                       an order, from the input that asked for it
          est messages trace 4711                         an event, by its position; or by its id
          EST_PREFIX=demo est messages trace main-1 --database est_demo      in what `est demo` has left

        Steps stand in the order in which one came of the other. Times are those of who took the step: the NATS server, the engine, the
        writer of the log; a batch and its events have the time at which it was begun. Clocks of several machines differ by as much as
        `est check-env` says. NATS keeps messages for a while only: what it has lost is noted, and the log goes on.
        """;

    public static Command Create()
    {
        var id = new Argument<string>("id") { Description = "of an intent, signal, command, order, decision or event" };
        var trace = PlatformCommand.Create("trace", Description, [id], async (parsed, view, json, ct) =>
        {
            var wanted = parsed.GetValue(id)!;
            if (await new Tracing(view).OfAsync(wanted, ct) is not { } found)
            {
                Terminal.Error($"Nothing has the id '{wanted}': no order, decision or event, and no input of the last {Tapes.SearchedBatches} batches of a tape. `est audit find` looks by other things.");
                return Root.NotFound;
            }

            if (json) DiagnosticsJson.Print(found);
            else Show(found);
            return 0;
        });
        return new Command("messages", "messages on their way: trace one") { trace };
    }

    private static string Short(string text) => text.Length <= 400 ? text : text[..400] + "…";

    private static void Show(MessageTrace trace)
    {
        Console.WriteLine($"{trace.Kind} {trace.Id}");
        if (trace.Message is { } message) Console.WriteLine(Short(message.GetRawText()));
        if (trace.Lines.Count > 0) Console.WriteLine($"from {trace.Lines[0].At}");
        var table = PlatformCommand.Table("after ms", "step", "what", "where", "position");
        table.Columns[0].RightAligned();
        foreach (var l in trace.Lines)
            table.Row(l.AfterMs.ToString("0.0", CultureInfo.InvariantCulture), l.Step.ToString().ToLowerInvariant(), l.What, l.Where, l.Position?.ToString(CultureInfo.InvariantCulture));
        AnsiConsole.Write(table);
        foreach (var note in trace.Notes) Terminal.Note(note);
        if (trace.Truncated) Terminal.Note("There is more: `est audit followed POSITION` shows it.");
    }
}
