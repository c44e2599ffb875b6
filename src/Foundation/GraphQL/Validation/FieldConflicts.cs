using System.Runtime.CompilerServices;
using HotChocolate.Language;
using HotChocolate.Types;

namespace HotChocolate.Validation;

/// <summary>
/// Tells which fields cannot be merged, pair by pair, as graphql-js does: within each selection, between a selection and the fragments it leads to, between
/// these fragments, and in the selections of the fields of each pair. A pair of fragments is looked at once.
/// </summary>
internal sealed class FieldConflicts
{
    private const int LongestDetail = 1_000;
    private const int MostNodes = 20;

    /// <summary>Fields of a selection by response name, and the fragments that it names.</summary>
    private sealed class Fields
    {
        public Dictionary<string, List<PlacedField>> ByName { get; } = new(StringComparer.Ordinal);
        public List<string> Fragments { get; } = [];
        public Dictionary<string, bool> Compared { get; } = new(StringComparer.Ordinal);
    }

    private sealed record Conflict(string Name, string Reason, List<FieldNode> First, List<FieldNode> Second);

    private readonly ValidationContext _context;
    private readonly Dictionary<SelectionSetNode, Fields> _fields = [];
    private readonly Dictionary<(string, string), bool> _compared = [];

    private FieldConflicts(ValidationContext context) => _context = context;

    public static void Report(ValidationContext context)
    {
        var conflicts = new FieldConflicts(context);
        foreach (var definition in context.Document.Definitions)
            if (SelectionSet.Of(context, definition) is { } root) conflicts.Visit(root);
    }

    /// <summary>Lists and non-nulls must be the same, and leaves; of other types only what is selected of them matters.</summary>
    public static bool TypesConflict(IType a, IType b) => (a, b) switch
    {
        _ when ReferenceEquals(a, b) => false,
        (ListType x, ListType y) => TypesConflict(x.ElementType, y.ElementType),
        (ListType, _) or (_, ListType) => true,
        (NonNullType x, NonNullType y) => TypesConflict(x.InnerType, y.InnerType),
        (NonNullType, _) or (_, NonNullType) => true,
        _ => a is ILeafType || b is ILeafType,
    };

    private void Visit(SelectionSet set)
    {
        var fields = Collect(set);
        var found = new List<Conflict>();
        foreach (var (name, same) in fields.ByName)
        {
            for (var i = 0; i < same.Count; i++)
            {
                for (var j = i + 1; j < same.Count; j++) Compare(name, same[i], same[j], false, found);
                Report(found);
            }
        }

        for (var i = 0; i < fields.Fragments.Count; i++)
        {
            Compare(fields, fields.Fragments[i], false, found);
            for (var j = i + 1; j < fields.Fragments.Count; j++) Compare(fields.Fragments[i], fields.Fragments[j], false, found);
            Report(found);
        }

        foreach (var field in fields.ByName.Values.SelectMany(same => same))
            if (field.Inside is { } inside) Visit(inside);
    }

    /// <summary>Early, so that too many of them end it.</summary>
    private void Report(List<Conflict> found)
    {
        foreach (var conflict in found)
        {
            _context.Report(
                $"Fields \"{Short(conflict.Name)}\" conflict because {conflict.Reason}. Use different aliases on the fields to fetch both if this was intentional.",
                [.. conflict.First.Concat(conflict.Second).Select(f => f.Location)]);
        }

        found.Clear();
    }

    private Fields Collect(SelectionSet set)
    {
        if (_fields.TryGetValue(set.Node, out var fields)) return fields;
        _fields[set.Node] = fields = new Fields();
        var names = new HashSet<string>(StringComparer.Ordinal);
        set.Collect(
            _context,
            field => (fields.ByName.TryGetValue(field.Node.ResponseName, out var same) ? same : fields.ByName[field.Node.ResponseName] = []).Add(field),
            name =>
            {
                if (names.Add(name)) fields.Fragments.Add(name);
            });
        return fields;
    }

    private Fields? Collect(string fragment) => _context.Fragment(fragment) is { } definition ? Collect(SelectionSet.Of(_context, definition)!.Value) : null;

    /// <summary>A selection with a fragment, and with those that lead from it.</summary>
    private void Compare(Fields fields, string fragment, bool exclusive, List<Conflict> found)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        _context.Spend();
        if (fields.ByName.Count == 0) return;
        if (fields.Compared.TryGetValue(fragment, out var before) && (!before || exclusive)) return;
        fields.Compared[fragment] = exclusive;
        if (Collect(fragment) is not { } others || ReferenceEquals(fields, others)) return;
        Compare(fields, others, exclusive, found);
        foreach (var further in others.Fragments) Compare(fields, further, exclusive, found);
    }

    /// <summary>Two fragments, and those that lead from them.</summary>
    private void Compare(string first, string second, bool exclusive, List<Conflict> found)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        _context.Spend();
        if (first == second || WasCompared(first, second, exclusive) || WasCompared(second, first, exclusive)) return;
        _compared[(first, second)] = exclusive;
        if (Collect(first) is not { } a || Collect(second) is not { } b) return;
        Compare(a, b, exclusive, found);
        foreach (var further in b.Fragments) Compare(first, further, exclusive, found);
        foreach (var further in a.Fragments) Compare(further, second, exclusive, found);
    }

    private bool WasCompared(string first, string second, bool exclusive) => _compared.TryGetValue((first, second), out var before) && (exclusive || !before);

    private void Compare(Fields a, Fields b, bool exclusive, List<Conflict> found)
    {
        _context.Spend(a.ByName.Count);
        foreach (var (name, first) in a.ByName)
        {
            if (!b.ByName.TryGetValue(name, out var second)) continue;
            foreach (var one in first)
                foreach (var other in second) Compare(name, one, other, exclusive, found);
        }
    }

    private void Compare(string name, PlacedField a, PlacedField b, bool exclusive, List<Conflict> found)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        _context.Spend();
        exclusive |= a.Parent is ObjectType && b.Parent is ObjectType && !ReferenceEquals(a.Parent, b.Parent);
        if (Reason(a, b, exclusive) is { } reason) found.Add(new Conflict(name, reason, [a.Node], [b.Node]));
        else if (a.Inside is { } one && b.Inside is { } other) CompareInside(name, (a.Node, Collect(one)), (b.Node, Collect(other)), exclusive, found);
    }

    private string? Reason(PlacedField a, PlacedField b, bool exclusive)
    {
        if (!exclusive && a.Node.Name.Value != b.Node.Name.Value) return $"\"{Short(a.Node.Name.Value)}\" and \"{Short(b.Node.Name.Value)}\" are different fields";
        if (!exclusive && a.Signature != b.Signature && !HaveSameArguments(a.Node.Arguments, b.Node.Arguments)) return "they have differing arguments";
        return a.Definition is not null && b.Definition is not null && TypesConflict(a.Definition.Type, b.Definition.Type)
            ? $"they return conflicting types \"{a.Definition.Type}\" and \"{b.Definition.Type}\"" : null;
    }

    /// <summary>Only for arguments that are given twice, which another rule refuses: each of the first is the last of its name of the second.</summary>
    private bool HaveSameArguments(IReadOnlyList<ArgumentNode> a, IReadOnlyList<ArgumentNode> b)
    {
        if (a.Count != b.Count) return false;
        _context.Spend(a.Count);
        var values = new Dictionary<string, string>(b.Count, StringComparer.Ordinal);
        foreach (var argument in b) values[argument.Name.Value] = PlacedField.Sign(argument.Value);
        return a.All(argument => values.TryGetValue(argument.Name.Value, out var value) && value == PlacedField.Sign(argument.Value));
    }

    /// <summary>What is found inside becomes one conflict of the two fields.</summary>
    private void CompareInside(string name, (FieldNode Node, Fields Fields) a, (FieldNode Node, Fields Fields) b, bool exclusive, List<Conflict> found)
    {
        var before = found.Count;
        Compare(a.Fields, b.Fields, exclusive, found);
        foreach (var fragment in b.Fields.Fragments) Compare(a.Fields, fragment, exclusive, found);
        foreach (var fragment in a.Fields.Fragments) Compare(b.Fields, fragment, exclusive, found);
        foreach (var first in a.Fields.Fragments)
            foreach (var second in b.Fields.Fragments) Compare(first, second, exclusive, found);
        if (found.Count == before) return;
        var inside = found.GetRange(before, found.Count - before);
        found.RemoveRange(before, inside.Count);
        found.Add(new Conflict(name, Short(Reason(inside)), Nodes(a.Node, inside.Select(c => c.First)), Nodes(b.Node, inside.Select(c => c.Second))));
    }

    private static string Reason(List<Conflict> inside)
    {
        var text = "";
        foreach (var conflict in inside)
        {
            text += $"{(text.Length > 0 ? " and " : "")}subfields \"{Short(conflict.Name)}\" conflict because {conflict.Reason}";
            if (text.Length > LongestDetail) break;
        }

        return text;
    }

    /// <summary>Where there are too many, the deepest.</summary>
    private static List<FieldNode> Nodes(FieldNode node, IEnumerable<List<FieldNode>> inside)
    {
        var nodes = new List<FieldNode> { node };
        foreach (var more in inside)
        {
            nodes.AddRange(more.Skip(Math.Max(0, more.Count - (MostNodes - nodes.Count))));
            if (nodes.Count == MostNodes) break;
        }

        return nodes;
    }

    private static string Short(string text) => text.Length > LongestDetail ? string.Concat(text.AsSpan(0, LongestDetail), "...") : text;
}
