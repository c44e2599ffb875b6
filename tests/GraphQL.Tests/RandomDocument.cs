using System.Globalization;
using System.Text;
using HotChocolate.Types;

namespace EventSourcedTrading.GraphQL.Tests;

/// <summary>Requests to a schema, mostly right: now and then a name, type, value, variable, fragment or directive is not what it should be.</summary>
/// <param name="wrong">One of so many choices is a wrong one; 0 for none.</param>
internal sealed class RandomDocument(Random random, Schema schema, int wrong)
{
    private static readonly string[] Aliases = ["a", "b", "c"];
    private static readonly string[] Values = ["1", "-1.5", "\"x\"", "true", "null", "V0", "V9", "[]", "[1]", "{}", "{f0: 1}", "2147483648", "\"\"\"b\"\"\""];

    private readonly List<(string Name, ICompositeType On)> fragments = [];
    private readonly Dictionary<string, string> variables = [];
    private int budget = 40;
    private bool conditions = true;

    public static string Make(Random random, Schema schema, int wrong) => new RandomDocument(random, schema, wrong).Make();

    private string Make()
    {
        var composites = schema.Types.Values.OfType<ICompositeType>().Where(t => !t.Name.StartsWith("__", StringComparison.Ordinal)).ToList();
        for (var i = random.Next(0, 4); i > 0; i--) fragments.Add(($"F{i}", composites[random.Next(composites.Count)]));
        var text = new StringBuilder();
        for (var i = Chance(6) ? 2 : 1; i > 0; i--) Operation(text, i);
        foreach (var (name, on) in fragments.ToList())
        {
            budget = 12;
            if (wrong == 0) fragments.RemoveAll(f => f.Name == name); // no circles: fragments lead to later ones
            text.Append(CultureInfo.InvariantCulture, $"fragment {name} on {(Wrong() ? "Nope" : on.Name)} {Selections(on, 0)}\n");
        }

        return text.ToString();
    }

    private void Operation(StringBuilder text, int number)
    {
        var roots = new (string Keyword, ObjectType? Type)[] { ("query", schema.QueryType), ("query", schema.QueryType), ("mutation", schema.MutationType), ("subscription", schema.SubscriptionType) };
        var (keyword, type) = roots[random.Next(roots.Length)];
        if (type is null) (keyword, type) = roots[0];
        conditions = keyword != "subscription"; // see docs/graphql-differences.md
        variables.Clear();
        budget = 40;
        var selections = keyword == "subscription" && !Wrong() ? Field(type!, 0) is { Length: > 0 } only ? $"{{ {only} }}" : "{ t }" : Selections(type!, 0);
        conditions = true;
        if (Wrong()) variables[Pick(["extra", "v0"])] = Pick(["Int", "[Nope!]", "Query", "I1"]);
        var defined = variables.Count == 0 || Wrong() ? "" : $"({string.Join(", ", variables.Select(v => $"${v.Key}: {v.Value}"))})";
        text.Append(CultureInfo.InvariantCulture, $"{keyword} {(Chance(5) && number == 1 ? "" : $"Q{(Wrong() ? 1 : number)}")}{defined}{Directive("on")} {selections}\n");
    }

    private string Selections(ICompositeType parent, int depth)
    {
        var all = new List<string>();
        for (var i = random.Next(1, 5); i > 0; i--)
        {
            var next = random.Next(6) switch
            {
                0 => Inline(parent, depth),
                1 => Spread(parent),
                _ => Field(parent, depth),
            };
            if (next.Length > 0) all.Add(next);
        }

        if (all.Count == 0) all.Add("__typename");
        return $"{{ {string.Join(Pick([" ", ", ", "\n  "]), all)} }}";
    }

    private string Field(ICompositeType parent, int depth)
    {
        if (--budget < 0 || Chance(15)) return Wrong() ? "nope" : "__typename";
        if (parent is not IComplexType complex) return "__typename";
        var field = complex.Fields[random.Next(complex.Fields.Count)];
        if (field.Type.IsComposite() && depth > 4) return "__typename";
        var alias = Chance(6) ? Pick(Aliases) + ": " : "";
        var inside = field.Type.IsComposite() != Wrong() ? " " + (field.Type.NamedType() is ICompositeType type ? Selections(type, depth + 1) : "{ x }") : "";
        return $"{alias}{field.Name}{(Wrong() ? "s" : "")}{Arguments(field.Arguments)}{Directive(depth == 0 && !conditions ? "on" : null)}{inside}";
    }

    private string Inline(ICompositeType parent, int depth)
    {
        if (--budget < 0) return "";
        var on = Fitting(parent);
        return $"...{(Chance(4) ? "" : $" on {on.Name}")}{Directive(conditions || depth > 0 ? null : "on")} {Selections(Chance(4) && parent == on ? parent : on, depth + (conditions ? 0 : 1))}".Replace("... {", on == parent ? "... {" : $"... on {on.Name} {{", StringComparison.Ordinal);
    }

    private string Spread(ICompositeType parent)
    {
        if (Wrong()) return $"...{Pick(["F1", "F2", "Gone"])}";
        var fitting = fragments.Where(f => Fits(parent, f.On)).ToList();
        return fitting.Count == 0 ? "" : $"...{fitting[random.Next(fitting.Count)].Name}{(conditions ? Directive(null) : "")}";
    }

    private ICompositeType Fitting(ICompositeType parent)
    {
        var all = schema.Types.Values.OfType<ICompositeType>().Where(t => !t.Name.StartsWith("__", StringComparison.Ordinal) && (wrong > 0 && random.Next(wrong) == 0 || Fits(parent, t))).ToList();
        return all.Count == 0 ? parent : all[random.Next(all.Count)];
    }

    private bool Fits(ICompositeType a, ICompositeType b) => Possible(a).Overlaps(Possible(b));

    private HashSet<ObjectType> Set(IEnumerable<ObjectType> all) => [.. all];
    private HashSet<ObjectType> Possible(ICompositeType type) => type is IAbstractType face ? Set(schema.PossibleTypes(face)) : [(ObjectType)type];

    private string Arguments(Members<InputField> known)
    {
        var given = known.Where(a => Wrong() ? Chance(2) : a.IsRequired || Chance(2)).Select(a => $"{a.Name}{(Wrong() ? "x" : "")}: {Value(a.Type, 0, a.DefaultValue is not null)}").ToList();
        if (Wrong() && given.Count > 0) given.Add(given[0]);
        return given.Count == 0 ? "" : $"({string.Join(", ", given)})";
    }

    private string Value(IType type, int depth, bool hasDefault)
    {
        if (Wrong()) return Pick(Values);
        if (Chance(5)) return Variable(type, hasDefault);
        if (type is NonNullType nonNull) return Literal(nonNull.InnerType, depth);
        return Chance(6) ? "null" : Literal(type, depth);
    }

    private string Literal(IType type, int depth) => type switch
    {
        ListType list => Chance(4) && list.ElementType is not ListType ? Literal(list.ElementType.Nullable(), depth) : $"[{string.Join(", ", Enumerable.Range(0, random.Next(0, 3)).Select(_ => Value(list.ElementType, depth, false)))}]",
        EnumType names => names.Values[random.Next(names.Values.Count)].Name,
        InputObjectType input => Object(input, depth + 1),
        _ => ((INamedType)type).Name switch
        {
            "Int" => Pick(["0", "-7", "2147483647"]),
            "Float" => Pick(["1", "1.5", "-2e10"]),
            "Boolean" => Pick(["true", "false"]),
            "ID" => Pick(["1", "\"a\""]),
            _ => Pick(["\"x\"", "\"\"\"y\"\"\"", "\"\\u0041\""]),
        },
    };

    private string Object(InputObjectType input, int depth)
    {
        if (input.IsOneOf && !Wrong()) return $"{{{input.Fields[0].Name}: {Literal(input.Fields[0].Type, depth)}}}";
        var fields = input.Fields.Where(f => Wrong() ? Chance(2) : f.IsRequired || (depth < 3 && Chance(2))).Select(f => $"{f.Name}{(Wrong() ? "x" : "")}: {Value(f.Type, depth, f.DefaultValue is not null)}").ToList();
        if (Wrong() && fields.Count > 0) fields.Add(fields[0]);
        return $"{{{string.Join(", ", fields)}}}";
    }

    private string Variable(IType type, bool hasDefault)
    {
        var name = Wrong() ? Pick(["v0", "v1", "gone"]) : $"v{variables.Count}";
        var written = Wrong() ? Pick(["Int", "String!", "[Int]", "Nope", type.ToString()!]) : hasDefault && Chance(2) ? type.Nullable().ToString()! : type.ToString()!;
        if (Chance(6) && type.Nullable() is ScalarType { Name: "Int" }) written += Wrong() ? " = \"x\"" : " = 5";
        variables.TryAdd(name, written);
        return "$" + name;
    }

    private string Directive(string? only)
    {
        if (!Chance(8)) return "";
        if (Wrong()) return Pick([" @nope", " @skip", " @include(if: 1)", " @on", " @skip(if: true) @skip(if: false)", " @include(unless: true)", " @on(a: 1) @on(b: V0)"]);
        return only is not null ? "" : Pick([" @skip(if: false)", " @include(if: true)", " @skip(if: true) @include(if: false)"]);
    }

    private bool Wrong() => wrong > 0 && random.Next(wrong) == 0;
    private bool Chance(int oneOf) => random.Next(oneOf) == 0;
    private string Pick(IReadOnlyList<string> all) => all[random.Next(all.Count)];
}
