using System.CommandLine;
using EventSourcedTrading.Workers.Cli;

namespace EventSourcedTrading.Cli.Tests;

/// <summary>The program's tree of commands.</summary>
public static class Tree
{
    /// <summary>What can be run, by its words without <c>est</c>, in the order of the help.</summary>
    public static IEnumerable<(string Path, Command Command)> Leaves() => Below(Root.Create(), "");

    private static IEnumerable<(string, Command)> Below(Command command, string path)
    {
        foreach (var child in command.Subcommands)
        {
            var name = path.Length == 0 ? child.Name : $"{path} {child.Name}";
            if (child.Action is not null) yield return (name, child);
            foreach (var below in Below(child, name)) yield return below;
        }
    }
}
