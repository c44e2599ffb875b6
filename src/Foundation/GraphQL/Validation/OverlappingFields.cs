using HotChocolate.Language;
using HotChocolate.Types;

namespace HotChocolate.Validation;

/// <summary>
/// Fields that answer under one name can be merged (specification, section 5.3.2). Not by comparing each pair: the fields of a place are grouped by
/// response name, each is compared with the first of its group, and the selections of a group are one place again, looked at once (Simon Adameit's
/// algorithm). Places are sets of selection sets; documents that make absurdly many of them are given up.
/// </summary>
internal sealed class OverlappingFields
{
    private readonly ValidationContext _context;
    private readonly Dictionary<SelectionSetNode, int> _ids = [];
    private readonly HashSet<string> _seen = new(StringComparer.Ordinal);
    private readonly Queue<(List<SelectionSet> Place, bool ShapeOnly)> _open = [];

    private OverlappingFields(ValidationContext context) => _context = context;

    /// <summary>Pairs are only compared to tell which of them conflict, once it is known that some do.</summary>
    public static void Check(ValidationContext context)
    {
        if (!new OverlappingFields(context).CanMerge()) FieldConflicts.Report(context);
    }

    private bool CanMerge()
    {
        // A fragment that is used is looked at where it is.
        foreach (var definition in _context.Document.Definitions)
            if (!(definition is FragmentDefinitionNode fragment && _context.IsUsed(fragment)) && SelectionSet.Of(_context, definition) is { } root)
                Add([root], shapeOnly: false);
        while (_open.TryDequeue(out var next))
            if (!CanMerge(next.Place, next.ShapeOnly)) return false;
        return true;
    }

    private bool CanMerge(List<SelectionSet> place, bool shapeOnly)
    {
        var groups = Group(place);
        foreach (var group in groups.Values)
        {
            if (group.Count == 1)
            {
                Add(group, shapeOnly);
                continue;
            }

            if (!HaveSameShape(group)) return false;
            var exclusive = !shapeOnly && Exclusive(group);
            if (shapeOnly || exclusive) Add(group, shapeOnly: true);
            if (shapeOnly) continue;
            foreach (var together in exclusive ? Partition(group) : [group])
            {
                if (together.Exists(field => field.Signature != together[0].Signature)) return false;
                Add(together, shapeOnly: false);
            }
        }

        return true;
    }

    private Dictionary<string, List<PlacedField>> Group(List<SelectionSet> place)
    {
        var groups = new Dictionary<string, List<PlacedField>>(StringComparer.Ordinal);
        var (fragments, names) = (new List<FragmentDefinitionNode>(), new HashSet<string>(StringComparer.Ordinal));
        foreach (var set in place) set.Collect(_context, Field, Spread);
        for (var i = 0; i < fragments.Count; i++) SelectionSet.Of(_context, fragments[i])!.Value.Collect(_context, Field, Spread);
        return groups;

        void Field(PlacedField field) => (groups.TryGetValue(field.Node.ResponseName, out var group) ? group : groups[field.Node.ResponseName] = []).Add(field);

        void Spread(string name)
        {
            if (names.Add(name) && _context.Fragment(name) is { } fragment) fragments.Add(fragment);
        }
    }

    /// <summary>Looks later at what is selected of fields, as one place.</summary>
    private void Add(List<PlacedField> group, bool shapeOnly)
    {
        if (group.Count == 1 && group[0].Inside is { } only) Add([only], shapeOnly);
        else if (group.Count > 1 && group.Exists(field => field.Node.SelectionSet is not null))
            Add([.. group.Select(field => field.Inside).OfType<SelectionSet>().DistinctBy(set => set.Node)], shapeOnly);
    }

    private void Add(List<SelectionSet> place, bool shapeOnly)
    {
        _context.Spend(4 * place.Count);
        var ids = place.ConvertAll(set => _ids.TryGetValue(set.Node, out var id) ? id : _ids[set.Node] = _ids.Count);
        ids.Sort();
        var key = string.Join(',', ids);
        if (_seen.Contains(key) || !_seen.Add(shapeOnly ? key + "s" : key)) return; // all rules include that of the shape
        _open.Enqueue((place, shapeOnly));
    }

    private static bool HaveSameShape(List<PlacedField> group)
    {
        IType? first = null;
        foreach (var field in group)
        {
            if (field.Definition is null) continue;
            first ??= field.Definition.Type;
            if (FieldConflicts.TypesConflict(first, field.Definition.Type)) return false;
        }

        return true;
    }

    /// <summary>Whether there are fields of two objects; a value cannot be both of them.</summary>
    private static bool Exclusive(List<PlacedField> group)
    {
        ICompositeType? first = null;
        foreach (var field in group)
        {
            if (field.Parent is not ObjectType || ReferenceEquals(field.Parent, first)) continue;
            if (first is not null) return true;
            first = field.Parent;
        }

        return false;
    }

    /// <summary>For each object its fields and those that any object may have.</summary>
    private IEnumerable<List<PlacedField>> Partition(List<PlacedField> group)
    {
        var shared = group.FindAll(field => field.Parent is not ObjectType);
        foreach (var own in group.Where(field => field.Parent is ObjectType).GroupBy(field => field.Parent))
        {
            _context.Spend(shared.Count);
            yield return [.. shared, .. own];
        }
    }
}
