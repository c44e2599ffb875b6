using HotChocolate.Language;
using HotChocolate.Types;

namespace HotChocolate.Validation;

/// <summary>Names of types and fragments in a request are known, and a fragment stands where it can apply (specification, sections 5.5.1.2, 5.5.1.3, 5.5.2.1 and 5.5.2.3).</summary>
internal static class TypeConditions
{
    public static void CheckKnown(ValidationContext context, NamedTypeNode type)
    {
        if (context.Type(type) is not null || context.DefinesType(type.Name.Value)) return;
        context.Report($"Unknown type \"{type.Name.Value}\".{context.Suggest(type.Name.Value, () => context.Schema.Types.Keys)}", type.Location);
    }

    /// <param name="fragment">Its name; null for a fragment in place.</param>
    public static void CheckComposite(ValidationContext context, NamedTypeNode condition, string? fragment)
    {
        if (context.Type(condition) is null or ICompositeType) return;
        context.Report($"Fragment{(fragment is null ? "" : $" \"{fragment}\"")} cannot condition on non composite type \"{condition}\".", condition.Location);
    }

    public static void CheckInline(ValidationContext context, InlineFragmentNode fragment, ICompositeType? type, ICompositeType? parent)
    {
        if (type is null || parent is null || type.Overlaps(parent, context.Schema)) return;
        context.Report($"Fragment cannot be spread here as objects of type \"{parent.Name}\" can never be of type \"{type.Name}\".", fragment.Location);
    }

    public static void CheckSpread(ValidationContext context, FragmentSpreadNode spread, ICompositeType? parent)
    {
        if (context.Fragment(spread.Name.Value) is not { } fragment) context.Report($"Unknown fragment \"{spread.Name.Value}\".", spread.Name.Location);
        else if (parent is not null && context.Type(fragment.TypeCondition) is ICompositeType type && !type.Overlaps(parent, context.Schema))
            context.Report($"Fragment \"{spread.Name.Value}\" cannot be spread here as objects of type \"{parent.Name}\" can never be of type \"{type.Name}\".", spread.Location);
    }
}
