using System.CommandLine;
using System.Globalization;
using EventSourcedTrading.Projections.Audit;
using Spectre.Console;

namespace EventSourcedTrading.Workers.Cli;

/// <summary><c>est audit why</c> and <c>est audit followed</c></summary>
internal static class AuditTrees
{
    /// <summary>Deeper trees would leave the screen: they are drawn as lines.</summary>
    private const int MaxDrawn = 20;

    private const int MaxIndent = 40;

    public static Command Why()
    {
        var of = AuditCommand.Event();
        return AuditCommand.Ask("why", """
            what caused an event, and what caused that, up to the input that began it; of an order, its newest event

            Examples:
              est audit why main-42      from the end of an order up to the market
              est audit why 4711 --json
            """, [of], async (p, source, persons, json, ct) =>
        {
            var query = new AuditQuery(source);
            if (await AuditCommand.FindAsync(query, p.GetValue(of)!, newest: true, ct) is not { } at) return Root.NotFound;
            return await new Causes(source).WhyAsync(at, ct) is { } tree ? Show(await People.NamedAsync(persons, tree, ct), json) : AuditCommand.Unknown(at, await query.IndexedToAsync(ct));
        });
    }

    public static Command Followed()
    {
        var of = AuditCommand.Event();
        return AuditCommand.Ask("followed", """
            all that an event caused, and what that caused; of an order, from its first event on

            Examples:
              est audit followed main-42
              est audit find --type kill_switch_engaged --limit 1 --json     gives a position, then
              est audit followed POSITION                                    shows which orders that cancelled
            """, [of], async (p, source, persons, json, ct) =>
        {
            var query = new AuditQuery(source);
            if (await AuditCommand.FindAsync(query, p.GetValue(of)!, newest: false, ct) is not { } at) return Root.NotFound;
            return await new Effects(source).FollowedAsync(at, ct) is { } tree ? Show(await People.NamedAsync(persons, tree, ct), json) : AuditCommand.Unknown(at, await query.IndexedToAsync(ct));
        });
    }

    private static int Show(CausalTree tree, bool json)
    {
        if (json)
        {
            AuditCommand.Print(tree);
            return 0;
        }

        if (AnsiConsole.Profile.Out.IsTerminal && tree.Nodes.All(n => n.Depth <= MaxDrawn)) Draw(tree);
        else
            foreach (var node in tree.Nodes) Console.WriteLine(new string(' ', Math.Min(2 * node.Depth, MaxIndent)) + Line(node.Event));

        if (tree.Ends is { } ends) Console.WriteLine(ends);
        if (tree.Input is { } input)
        {
            var data = input.Data.GetRawText();
            Console.WriteLine($"in the course of {input.Kind}, input {input.Index} of the tape at position {input.TapeSeq}: {(data.Length <= 500 ? data : data[..500] + "…")}");
        }

        if (tree.Truncated) Terminal.Note($"There is more than {CausalTree.MaxDepth} levels or {CausalTree.MaxNodes:#,0} events: ask again from one of those below.");
        return 0;
    }

    private static void Draw(CausalTree tree)
    {
        var drawn = new Tree(Markup.Escape(Line(tree.Nodes[0].Event)));
        var places = new Dictionary<long, TreeNode>();
        foreach (var node in tree.Nodes.Skip(1))
        {
            var text = Markup.Escape(Line(node.Event));
            places[node.Event.Position] = places.TryGetValue(node.Parent!.Value, out var parent) ? parent.AddNode(text) : drawn.AddNode(text);
        }

        AnsiConsole.Write(drawn);
    }

    private static string Line(AuditRow e) => string.Join("  ", new[]
    {
        e.Position.ToString(CultureInfo.InvariantCulture), e.Type, AuditFind.About(e), AuditFind.By(e), AuditFind.Words(e),
    }.Where(part => part.Length > 0));
}
