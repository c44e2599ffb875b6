using HotChocolate.Language;

namespace HotChocolate.Types;

/// <summary>
/// A schema as text, everything in it sorted by name, so that two schemas that are the same to clients are the same text.
/// As <c>printSchema(lexicographicSortSchema(…))</c> of graphql-js.
/// </summary>
public static class SchemaPrinter
{
    /// <summary>Without the built-in scalars and directives.</summary>
    public static string Print(Schema schema)
    {
        var parts = new List<string>();
        if (Roots(schema) is { } roots) parts.Add(roots);
        parts.AddRange(Sorted(schema.DirectiveTypes.Values.Where(d => !Directives.All.Any(known => known.Name == d.Name)), d => d.Name).Select(Directive));
        parts.AddRange(Sorted(schema.Types.Values.Where(t => !IsBuiltIn(t.Name)), t => t.Name).Select(Type));
        return string.Join("\n\n", parts);
    }

    internal static bool IsBuiltIn(string type) => Scalars.All.Any(s => s.Name == type) || Introspection.Types.Any(t => t.Name == type);

    private static IOrderedEnumerable<T> Sorted<T>(IEnumerable<T> all, Func<T, string> name) => all.OrderBy(name, NaturalOrder.Instance);

    /// <summary>Null where the roots have their usual names, no other type has one of these, and nothing is to be said of the schema.</summary>
    private static string? Roots(Schema schema)
    {
        var roots = new[] { ("query", "Query", schema.QueryType), ("mutation", "Mutation", schema.MutationType), ("subscription", "Subscription", schema.SubscriptionType) };
        if (schema.Description is null && roots.All(root => root.Item3 is null ? !schema.Types.ContainsKey(root.Item2) : root.Item3.Name == root.Item2)) return null;
        return $"{Described(schema.Description)}schema {{\n{string.Join('\n', roots.Where(r => r.Item3 is not null).Select(r => $"  {r.Item1}: {r.Item3!.Name}"))}\n}}";
    }

    private static string Type(INamedType type) => Described(type.Description) + type switch
    {
        ScalarType scalar => $"scalar {scalar.Name}{(scalar.SpecifiedBy is { } url ? $" @specifiedBy(url: {Quoted(url.OriginalString)})" : "")}",
        ObjectType complex => $"type {complex.Name}{Complex(complex)}",
        InterfaceType complex => $"interface {complex.Name}{Complex(complex)}",
        UnionType union => $"union {union.Name}{(union.Types.Count > 0 ? " = " : "")}{string.Join(" | ", Sorted(union.Types, t => t.Name))}",
        EnumType names => $"enum {names.Name}{Block(Sorted(names.Values, v => v.Name), v => v.Description, v => v.Name + Deprecated(v.DeprecationReason))}",
        InputObjectType input => $"input {input.Name}{(input.IsOneOf ? " @oneOf" : "")}{Block(Sorted(input.Fields, f => f.Name), f => f.Description, Input)}",
        _ => throw new ArgumentOutOfRangeException(nameof(type), type.GetType().Name, "not a kind of named type"),
    };

    private static string Complex(IComplexType type) =>
        (type.Interfaces.Count > 0 ? $" implements {string.Join(" & ", Sorted(type.Interfaces, i => i.Name))}" : "")
        + Block(Sorted(type.Fields, f => f.Name), f => f.Description, f => $"{f.Name}{Arguments(f.Arguments, "  ")}: {f.Type}{Deprecated(f.DeprecationReason)}");

    private static string Directive(DirectiveType directive) =>
        $"{Described(directive.Description)}directive @{directive.Name}{Arguments(directive.Arguments, "")}{(directive.IsRepeatable ? " repeatable" : "")} on "
        + $"{string.Join(" | ", Sorted(directive.Locations.Select(l => l.ToName()), n => n))}";

    private static string Block<T>(IEnumerable<T> members, Func<T, string?> description, Func<T, string> print)
    {
        var lines = members.Select((member, i) => $"{Described(description(member), "  ", isFirst: i == 0)}  {print(member)}").ToList();
        return lines.Count == 0 ? "" : $" {{\n{string.Join('\n', lines)}\n}}";
    }

    private static string Arguments(Members<InputField> arguments, string indentation)
    {
        if (arguments.Count == 0) return "";
        var sorted = Sorted(arguments, a => a.Name);
        if (arguments.All(a => string.IsNullOrEmpty(a.Description))) return $"({string.Join(", ", sorted.Select(Input))})";
        var lines = sorted.Select((a, i) => $"{Described(a.Description, "  " + indentation, isFirst: i == 0)}  {indentation}{Input(a)}");
        return $"(\n{string.Join('\n', lines)}\n{indentation})";
    }

    private static string Input(InputField field) =>
        $"{field.Name}: {field.Type}{(field.DefaultInFull() is { } value ? $" = {DefaultValues.PrintSorted(value)}" : "")}{Deprecated(field.DeprecationReason)}";

    private static string Deprecated(string? reason) => reason switch
    {
        null => "",
        Directives.NoLongerSupported => " @deprecated",
        _ => $" @deprecated(reason: {Quoted(reason)})",
    };

    private static string Described(string? description, string indentation = "", bool isFirst = true)
    {
        if (description is null) return "";
        var text = BlockString.CanHold(description) ? BlockString.Print(description) : Quoted(description);
        return $"{(indentation.Length > 0 && !isFirst ? "\n" : "")}{indentation}{text.Replace("\n", "\n" + indentation, StringComparison.Ordinal)}\n";
    }

    private static string Quoted(string text) => SyntaxPrinter.Print((IValueNode)new StringValueNode(default, text, block: false));
}
