namespace HotChocolate.Types;

/// <param name="Kind">The name that graphql-js gives it, such as <c>FIELD_REMOVED</c>.</param>
/// <param name="IsBreaking">A request that was right may not be any more; otherwise it still is, but may be answered differently.</param>
public sealed record SchemaChange(string Kind, string Description, bool IsBreaking);

/// <summary>What a new version of a schema changes for those who wrote requests for the old one.</summary>
public sealed class SchemaComparison
{
    private readonly List<SchemaChange> _changes = [];

    private SchemaComparison()
    {
    }

    /// <summary>Changes that make a request wrong that was right.</summary>
    public static IReadOnlyList<SchemaChange> BreakingChanges(Schema old, Schema @new) => [.. Compare(old, @new).Where(c => c.IsBreaking)];

    /// <summary>Changes that leave every request right, but may surprise: values that were not there, other defaults.</summary>
    public static IReadOnlyList<SchemaChange> DangerousChanges(Schema old, Schema @new) => [.. Compare(old, @new).Where(c => !c.IsBreaking)];

    private static List<SchemaChange> Compare(Schema old, Schema @new)
    {
        var comparison = new SchemaComparison();
        comparison.Both(old.Types.Values, @new.Types.Values, t => t.Name, comparison.Type, removed: t => comparison.Break(
            "TYPE_REMOVED", Scalars.All.Any(s => s.Name == t.Name) ? $"Standard scalar {t.Name} was removed because it is not referenced anymore." : $"{t.Name} was removed."));
        comparison.Both(old.DirectiveTypes.Values, @new.DirectiveTypes.Values, d => d.Name, comparison.Directive, removed: d => comparison.Break("DIRECTIVE_REMOVED", $"{d.Name} was removed."));
        return comparison._changes;
    }

    private void Type(INamedType old, INamedType @new)
    {
        switch (old, @new)
        {
            case (EnumType a, EnumType b):
                Both(a.Values, b.Values, v => v.Name,
                    added: v => Warn("VALUE_ADDED_TO_ENUM", $"{v.Name} was added to enum type {a.Name}."),
                    removed: v => Break("VALUE_REMOVED_FROM_ENUM", $"{v.Name} was removed from enum type {a.Name}."));
                break;
            case (UnionType a, UnionType b):
                Both(a.Types, b.Types, t => t.Name,
                    added: t => Warn("TYPE_ADDED_TO_UNION", $"{t.Name} was added to union type {a.Name}."),
                    removed: t => Break("TYPE_REMOVED_FROM_UNION", $"{t.Name} was removed from union type {a.Name}."));
                break;
            case (InputObjectType a, InputObjectType b):
                InputFields(a, b);
                break;
            case (ObjectType or InterfaceType, ObjectType or InterfaceType) when old.GetType() == @new.GetType():
                Fields((IComplexType)old, (IComplexType)@new);
                break;
            case var _ when old.GetType() != @new.GetType():
                Break("TYPE_CHANGED_KIND", $"{old.Name} changed from {KindOf(old)} to {KindOf(@new)}.");
                break;
        }
    }

    private void InputFields(InputObjectType old, InputObjectType @new) => Both(
        old.Fields, @new.Fields, f => f.Name,
        (a, b) =>
        {
            if (!IsSafeInput(a.Type, b.Type)) Break("FIELD_CHANGED_KIND", $"{old.Name}.{a.Name} changed type from {a.Type} to {b.Type}.");
        },
        added: f =>
        {
            if (f.IsRequired) Break("REQUIRED_INPUT_FIELD_ADDED", $"A required field {f.Name} on input type {old.Name} was added.");
            else Warn("OPTIONAL_INPUT_FIELD_ADDED", $"An optional field {f.Name} on input type {old.Name} was added.");
        },
        removed: f => Break("FIELD_REMOVED", $"{old.Name}.{f.Name} was removed."));

    private void Fields(IComplexType old, IComplexType @new)
    {
        Both(old.Fields, @new.Fields, f => f.Name, (a, b) =>
        {
            Arguments($"{old.Name}.{a.Name}", a, b);
            if (!IsSafeOutput(a.Type, b.Type)) Break("FIELD_CHANGED_KIND", $"{old.Name}.{a.Name} changed type from {a.Type} to {b.Type}.");
        },
        removed: f => Break("FIELD_REMOVED", $"{old.Name}.{f.Name} was removed."));
        Both(old.Interfaces, @new.Interfaces, i => i.Name,
            added: i => Warn("IMPLEMENTED_INTERFACE_ADDED", $"{i.Name} added to interfaces implemented by {old.Name}."),
            removed: i => Break("IMPLEMENTED_INTERFACE_REMOVED", $"{old.Name} no longer implements interface {i.Name}."));
    }

    private void Arguments(string field, OutputField old, OutputField @new) => Both(
        old.Arguments, @new.Arguments, a => a.Name, (a, b) => Argument(field, a, b),
        added: a =>
        {
            if (a.IsRequired) Break("REQUIRED_ARG_ADDED", $"A required arg {a.Name} on {field} was added.");
            else Warn("OPTIONAL_ARG_ADDED", $"An optional arg {a.Name} on {field} was added.");
        },
        removed: a => Break("ARG_REMOVED", $"{field} arg {a.Name} was removed."));

    private void Argument(string field, InputField old, InputField @new)
    {
        if (!IsSafeInput(old.Type, @new.Type))
        {
            Break("ARG_CHANGED_KIND", $"{field} arg {old.Name} has changed type from {old.Type} to {@new.Type}.");
            return;
        }

        if (old.DefaultValue is null) return;
        var (was, now) = (Printed(old), Printed(@new));
        if (now is null) Warn("ARG_DEFAULT_VALUE_CHANGE", $"{field} arg {old.Name} defaultValue was removed.");
        else if (was != now) Warn("ARG_DEFAULT_VALUE_CHANGE", $"{field} arg {old.Name} has changed defaultValue from {was} to {now}.");
    }

    private void Directive(DirectiveType old, DirectiveType @new)
    {
        Both(old.Arguments, @new.Arguments, a => a.Name,
            added: a =>
            {
                if (a.IsRequired) Break("REQUIRED_DIRECTIVE_ARG_ADDED", $"A required arg {a.Name} on directive {old.Name} was added.");
            },
            removed: a => Break("DIRECTIVE_ARG_REMOVED", $"{a.Name} was removed from {old.Name}."));
        if (old.IsRepeatable && !@new.IsRepeatable) Break("DIRECTIVE_REPEATABLE_REMOVED", $"Repeatable flag was removed from {old.Name}.");
        foreach (var location in old.Locations.Where(l => !@new.Locations.Contains(l))) Break("DIRECTIVE_LOCATION_REMOVED", $"{location.ToName()} was removed from {old.Name}.");
    }

    private void Both<T>(
        IEnumerable<T> old, IEnumerable<T> @new, Func<T, string> name, Action<T, T>? kept = null, Action<T>? added = null, Action<T>? removed = null)
    {
        var before = old.ToDictionary(name, StringComparer.Ordinal);
        var after = @new.ToDictionary(name, StringComparer.Ordinal);
        foreach (var (key, member) in before)
        {
            if (after.TryGetValue(key, out var still)) kept?.Invoke(member, still);
            else removed?.Invoke(member);
        }

        if (added is null) return;
        foreach (var (key, member) in after)
            if (!before.ContainsKey(key)) added(member);
    }

    private void Break(string kind, string description) => _changes.Add(new SchemaChange(kind, description, IsBreaking: true));
    private void Warn(string kind, string description) => _changes.Add(new SchemaChange(kind, description, IsBreaking: false));

    /// <summary>A result may lose null, nothing else.</summary>
    private static bool IsSafeOutput(IType old, IType @new) => (old, @new) switch
    {
        (NonNullType a, NonNullType b) => IsSafeOutput(a.InnerType, b.InnerType),
        (NonNullType, _) => false,
        (_, NonNullType b) => IsSafeOutput(old, b.InnerType),
        (ListType a, ListType b) => IsSafeOutput(a.ElementType, b.ElementType),
        (INamedType a, INamedType b) => a.Name == b.Name,
        _ => false,
    };

    /// <summary>An input may take null, nothing else.</summary>
    private static bool IsSafeInput(IType old, IType @new) => (old, @new) switch
    {
        (NonNullType a, NonNullType b) => IsSafeInput(a.InnerType, b.InnerType),
        (NonNullType a, _) => IsSafeInput(a.InnerType, @new),
        (ListType a, ListType b) => IsSafeInput(a.ElementType, b.ElementType),
        (INamedType a, INamedType b) => a.Name == b.Name,
        _ => false,
    };

    private static string? Printed(InputField field) => field.DefaultInFull() is { } value ? DefaultValues.PrintSorted(value) : null;

    private static string KindOf(INamedType type) => type switch
    {
        ScalarType => "a Scalar type",
        ObjectType => "an Object type",
        InterfaceType => "an Interface type",
        UnionType => "a Union type",
        EnumType => "an Enum type",
        _ => "an Input type",
    };
}
