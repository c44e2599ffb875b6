using System.Runtime.CompilerServices;
using HotChocolate.Language;

namespace HotChocolate.Validation;

/// <summary>Each fragment is used, and none contains itself (specification, sections 5.5.1.4 and 5.5.2.2).</summary>
internal sealed class FragmentUse
{
    private readonly ValidationContext _context;
    private readonly HashSet<string> _visited = new(StringComparer.Ordinal);
    private readonly List<FragmentSpreadNode> _way = [];
    private readonly Dictionary<string, int> _open = new(StringComparer.Ordinal);

    private FragmentUse(ValidationContext context) => _context = context;

    public static void Check(ValidationContext context)
    {
        var cycles = new FragmentUse(context);
        foreach (var fragment in context.Document.Definitions.OfType<FragmentDefinitionNode>())
        {
            if (context.Fragment(fragment.Name.Value) is not { } last || !context.IsUsed(last))
                context.Report($"Fragment \"{fragment.Name.Value}\" is never used.", fragment.Location);
            cycles.Follow(fragment);
        }
    }

    /// <summary>Depth first; goes on behind a cycle, to find all. Each fragment is entered once.</summary>
    private void Follow(FragmentDefinitionNode fragment)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        if (!_visited.Add(fragment.Name.Value)) return;
        _open[fragment.Name.Value] = _way.Count;
        foreach (var spread in _context.SpreadsIn(fragment.SelectionSet))
        {
            _way.Add(spread);
            if (_open.TryGetValue(spread.Name.Value, out var start)) Report(start);
            else if (_context.Fragment(spread.Name.Value) is { } next) Follow(next);
            _way.RemoveAt(_way.Count - 1);
        }

        _open.Remove(fragment.Name.Value);
    }

    private void Report(int start)
    {
        _context.Spend(_way.Count - start);
        var via = string.Join(", ", _way.Skip(start).SkipLast(1).Select(s => $"\"{s.Name.Value}\""));
        _context.Report($"Cannot spread fragment \"{_way[^1].Name.Value}\" within itself{(via.Length > 0 ? $" via {via}" : "")}.", [.. _way.Skip(start).Select(s => s.Location)]);
    }
}
