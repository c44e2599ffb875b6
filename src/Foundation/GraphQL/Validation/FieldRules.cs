using HotChocolate.Language;
using HotChocolate.Types;

namespace HotChocolate.Validation;

/// <summary>A field is of its parent, and has a selection just where its type needs one (specification, sections 5.3.1 and 5.3.3).</summary>
internal static class FieldRules
{
    public static OutputField? Find(Schema schema, ICompositeType parent, string name) =>
        parent is IComplexType complex && complex.Fields.TryGet(name, out var field) ? field
        : name.StartsWith("__", StringComparison.Ordinal) ? Introspection.MetaField(schema, parent, name) : null;

    public static void ReportUnknown(ValidationContext context, FieldNode node, ICompositeType parent)
    {
        var name = node.Name.Value;
        var suggestion = parent is IAbstractType face && context.MaySuggest() ? Suggestions.DidYouMean(TypesWith(context.Schema, face, name), "to use an inline fragment on") : "";
        if (suggestion.Length == 0 && parent is IComplexType complex) suggestion = context.Suggest(name, () => complex.Fields.Select(f => f.Name));
        context.Report($"Cannot query field \"{name}\" on type \"{parent.Name}\".{suggestion}", node.Location);
    }

    public static void CheckLeaf(ValidationContext context, FieldNode node, IType type)
    {
        var isLeaf = type.IsLeaf();
        if (isLeaf && node.SelectionSet is { } selections)
            context.Report($"Field \"{node.Name.Value}\" must not have a selection since type \"{type}\" has no subfields.", selections.Location);
        else if (!isLeaf && node.SelectionSet is null)
            context.Report($"Field \"{node.Name.Value}\" of type \"{type}\" must have a selection of subfields. Did you mean \"{node.Name.Value} {{ ... }}\"?", node.Location);
    }

    /// <summary>Types that have the field and that a value of the parent may be of: those that most of its possible types are of first, then the more general ones.</summary>
    private static List<string> TypesWith(Schema schema, IAbstractType parent, string field)
    {
        var uses = new Dictionary<IComplexType, int>();
        foreach (var possible in schema.PossibleTypes(parent))
        {
            if (!possible.Fields.Contains(field)) continue;
            uses[possible] = 1;
            foreach (var face in possible.Interfaces)
                if (face.Fields.Contains(field)) uses[face] = uses.GetValueOrDefault(face) + 1;
        }

        var sorted = uses.Keys.ToList();
        sorted.Sort((a, b) =>
            uses[a] != uses[b] ? uses[b] - uses[a]
            : a is InterfaceType && b.Interfaces.Contains(a.Name) ? -1
            : b is InterfaceType && a.Interfaces.Contains(b.Name) ? 1
            : NaturalOrder.Instance.Compare(a.Name, b.Name));
        return sorted.ConvertAll(type => type.Name);
    }
}
