using System.CommandLine;
using System.Globalization;
using EventSourcedTrading.Workers.Configuration;
using EventSourcedTrading.Workers.Diagnostics;
using Spectre.Console;

namespace EventSourcedTrading.Workers.Cli;

/// <summary><c>est storage dead-letters</c> and <c>est storage replay</c></summary>
internal static class DeadLettersCommand
{
    private const string ListDescription = """
        what was turned away, newest first: intents, commands, calls; with its position, the whole of one

        Examples:
          est storage dead-letters                              the newest
          est storage dead-letters --portfolio main --kind intent
          est storage dead-letters 4711                         one, with what came
          est storage dead-letters --before 4711                the page after that one

        They lie in the log: malformed and refused intents in refusals-{portfolio}, refused commands in commands-{portfolio}, calls
        that the control plane turned away in turned-away.
        """;

    private const string ReplayDescription = """
        send a refused intent again; without --send it is only shown

        Examples:
          est storage replay 4711 --same-id --send                                              as it was: asks for the first answer again
          est storage replay 4711 --set asOf=2026-01-05T14:31:00Z --reason "feed was late"      shows what would go out
          est storage replay 4711 --set quantity=100 --reason "typing error" --send             sends it

        An id is answered once and for all, so the same id has no second effect. For another effect the intent gets an id that follows
        from its position here: a second replay is a repeat of the first, never a second order. The reason stands in its rationale.
        It is an intent like any other: it votes in the round of its asOf, and is refused as TOO_LATE once that is decided.
        """;

    private const int MaxWait = 300;

    public static Command List()
    {
        var position = new Argument<long?>("position") { Description = "its place in the log", Arity = ArgumentArity.ZeroOrOne };
        var portfolio = new Option<string?>("--portfolio") { Description = "only of this portfolio" };
        var kind = new Option<string?>("--kind") { Description = string.Join(", ", DeadLetters.Kinds) };
        var before = new Option<long>("--before") { Description = "only at lower positions: the next page", DefaultValueFactory = _ => long.MaxValue };
        var limit = new Option<int>("--limit") { Description = $"how many, 1 to {DeadLetters.MaxPage}", DefaultValueFactory = _ => 20 };
        return PlatformCommand.Create("dead-letters", ListDescription, [position, portfolio, kind, before, limit], async (parsed, view, json, ct) =>
        {
            var letters = new DeadLetters(view.Reader, view.Subjects);
            if (parsed.GetValue(position) is { } at) return await ShowAsync(letters, at, json, ct);
            if (parsed.GetValue(limit) is < 1 or > DeadLetters.MaxPage) throw new ConfigurationException($"--limit {parsed.GetValue(limit)} must be 1 to {DeadLetters.MaxPage}.");
            var only = parsed.GetValue(kind) is { } word ? PlatformCommand.OneOf("--kind", word, DeadLetters.Kinds) : null;
            var page = await letters.ListAsync(parsed.GetValue(portfolio), only, parsed.GetValue(before), parsed.GetValue(limit), ct);
            if (json) DiagnosticsJson.Print(page);
            else Show(page);
            return 0;
        });
    }

    public static Command Replay()
    {
        var position = new Argument<long>("position") { Description = "the dead letter's place in the log" };
        var same = new Option<bool>("--same-id") { Description = "as it came, to have its first answer again" };
        var set = new Option<string[]>("--set") { Description = "member=value, such as asOf=2026-01-05T14:31:00Z; repeat it for more", DefaultValueFactory = _ => [] };
        var reason = new Option<string?>("--reason") { Description = "why; stands in the rationale" };
        var send = new Option<bool>("--send") { Description = "send it; without, it is only shown" };
        var wait = new Option<int>("--wait") { Description = $"seconds to wait for the answer, 0 to {MaxWait}", DefaultValueFactory = _ => 10 };
        return PlatformCommand.Create("replay", ReplayDescription, [position, same, set, reason, send, wait], async (parsed, view, json, ct) =>
        {
            if (parsed.GetValue(wait) is < 0 or > MaxWait) throw new ConfigurationException($"--wait {parsed.GetValue(wait)} must be 0 to {MaxWait} seconds.");
            if (!parsed.GetValue(same) && string.IsNullOrWhiteSpace(parsed.GetValue(reason))) throw new ConfigurationException("--reason is missing: say why it goes out again; or --same-id, to have the first answer again.");
            var at = parsed.GetValue(position);
            if (await new DeadLetters(view.Reader, view.Subjects).FindAsync(at, ct) is not { } letter) return Unknown(at);
            var ready = DeadLetterReplay.Prepare(letter, parsed.GetValue(same), [.. parsed.GetValue(set)!.Select(Change)], parsed.GetValue(reason));
            if (parsed.GetValue(send)) ready = await DeadLetterReplay.SendAsync(ready, await view.NatsAsync(ct), TimeSpan.FromSeconds(parsed.GetValue(wait)), ct);
            if (json) DiagnosticsJson.Print(ready);
            else Show(ready);
            return ready is { Sent: true, Answer: null } ? Root.NotYet : 0;
        });
    }

    private static async Task<int> ShowAsync(DeadLetters letters, long at, bool json, CancellationToken ct)
    {
        if (await letters.FindAsync(at, ct) is not { } one) return Unknown(at);
        if (json)
        {
            DiagnosticsJson.Print(one);
            return 0;
        }

        Console.WriteLine($"{one.Kind} {one.Id} of {one.Sender} at position {one.Position}, {one.At}");
        Console.WriteLine($"{one.Code}: {one.Reason}");
        if (one.Subject is not null) Console.WriteLine($"subject {one.Subject}");
        if (one.Body is not null) Console.WriteLine(one.Whole ? one.Body : $"{one.Body}… (the first 2000 characters)");
        return 0;
    }

    private static void Show(DeadLetterPage page)
    {
        if (page.Items.Count == 0) Console.WriteLine("nothing was turned away");
        else
        {
            var table = PlatformCommand.Table("position", "at", "kind", "from", "id", "code", "reason");
            foreach (var l in page.Items) table.Row(l.Position.ToString(CultureInfo.InvariantCulture), l.At.ToString()[..19], l.Kind, l.Sender, l.Id, l.Code, l.Reason);
            AnsiConsole.Write(table);
        }

        if (page.Next is { } next) Terminal.Note($"There are more: --before {next}.");
    }

    private static void Show(ResentLetter letter)
    {
        Console.WriteLine($"{(letter.Sent ? "sent" : "would go out")} on {letter.Subject}");
        Console.WriteLine(letter.Body);
        if (letter.Answer is { } answer) Console.WriteLine($"answer: {answer.GetRawText()}");
        else Terminal.Note(letter.Sent ? $"No answer yet; `est messages trace {letter.Id}` tells later." : "Nothing was sent: --send sends it.");
    }

    private static int Unknown(long at)
    {
        Terminal.Error($"There is no dead letter at position {at}; `est storage dead-letters` lists them.");
        return Root.NotFound;
    }

    private static (string, string) Change(string text) => text.IndexOf('=', StringComparison.Ordinal) is var at and > 0 ? (text[..at], text[(at + 1)..])
        : throw new ConfigurationException($"--set '{text}' must be member=value, such as quantity=100.");
}
