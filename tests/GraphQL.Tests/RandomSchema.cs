using System.Globalization;
using System.Text;

namespace EventSourcedTrading.GraphQL.Tests;

/// <summary>Schemas that are right, as text: every kind of type, fields of interfaces repeated as they must be, defaults of their types.</summary>
internal sealed class RandomSchema(Random random)
{
    private static readonly string[] BuiltIn = ["Int", "Float", "String", "Boolean", "ID"];
    private static readonly string[] Texts = ["\"Said.\"", "\"\"\"\n  Said at\n    length.\n  \"\"\"", "\"\"", "\"two\\nlines\"", "\"\"\" lead\"\"\""];

    private readonly StringBuilder text = new();
    private readonly List<string> enums = [];
    private readonly List<string> inputs = [];
    private readonly List<string> faces = [];
    private readonly List<string> objects = [];
    private readonly List<string> unions = [];
    private readonly Dictionary<string, List<string>> fieldsOf = [];
    private readonly Dictionary<string, HashSet<string>> facesOf = [];

    public static string Make(Random random) => new RandomSchema(random).Make();

    private string Make()
    {
        for (var i = random.Next(1, 3); i > 0; i--) enums.Add($"E{i}");
        for (var i = random.Next(1, 4); i > 0; i--) inputs.Add($"I{i}");
        for (var i = random.Next(1, 4); i > 0; i--) faces.Add($"F{i}");
        for (var i = random.Next(2, 6); i > 0; i--) objects.Add($"O{i}");
        for (var i = random.Next(0, 3); i > 0; i--) unions.Add($"U{i}");
        objects.Add("Query");
        foreach (var name in enums) Line($"{Description()}enum {name} {{ {string.Join(' ', Enumerable.Range(0, random.Next(1, 4)).Select(i => $"{Description()}V{i}{Deprecated()}"))} }}");
        Line($"{Description()}scalar S{(Chance(2) ? " @specifiedBy(url: \"https://example.org/s\")" : "")}");
        foreach (var name in inputs) Input(name);
        foreach (var name in faces) Complex("interface", name, faces.IndexOf(name));
        foreach (var name in objects) Complex("type", name, faces.Count);
        foreach (var name in unions) Line($"{Description()}union {name} = {string.Join(" | ", Some(objects))}");
        if (Chance(2)) Line("type Mutation { m(x: Int!): O1 n: Query }");
        if (Chance(2)) Line("type Subscription { s(x: Int): O1 t: Int }");
        if (Chance(2)) Line($"{Description()}directive @on(a: Int{Default("Int")}, b: [E1]) {(Chance(2) ? "repeatable " : "")}on FIELD | QUERY | FRAGMENT_SPREAD");
        if (Chance(4)) Line("\"Told of the whole.\" schema { query: Query }");
        return text.ToString();
    }

    private void Input(string name)
    {
        var oneOf = Chance(3);
        var fields = Enumerable.Range(0, random.Next(1, 5)).Select(i =>
        {
            var type = oneOf || i == 0 ? Pick(BuiltIn) : Wrapped(Chance(3) ? Pick(inputs) : Leaf());
            if (!oneOf && type.EndsWith('!') && type.StartsWith('I')) type = type[..^1]; // never without an end
            return $"{Description()}f{i}: {type}{(oneOf ? "" : Default(type))}{(type.EndsWith('!') ? "" : Deprecated())}";
        });
        Line($"{Description()}input {name}{(oneOf ? " @oneOf" : "")} {{ {string.Join(' ', fields)} }}");
    }

    private void Complex(string keyword, string name, int before)
    {
        // All interfaces before it in the list that are chosen, and theirs.
        var chosen = new HashSet<string>();
        foreach (var face in faces.Take(before))
            if (Chance(2)) chosen.UnionWith([face, .. facesOf[face]]);
        facesOf[name] = chosen;
        var fields = new Dictionary<string, string>();
        foreach (var face in chosen)
            foreach (var field in fieldsOf[face]) fields.TryAdd(field[..field.IndexOfAny(['(', ':'])], field);
        for (var i = random.Next(1, 4); i > 0; i--)
        {
            var field = $"{char.ToLowerInvariant(name[0])}{name[1..]}{i}";
            fields[field] = $"{field}{Arguments()}: {Wrapped(Output())}{Deprecated()}"; // on who implements it as well
        }

        if (name.StartsWith('O')) fields.TryAdd("name", $"name: {Pick(["String", "String!", "Int", "[String]"])}"); // the same name with other types
        fieldsOf[name] = [.. fields.Values];
        var implements = chosen.Count > 0 ? $" implements {string.Join(" & ", chosen)}" : "";
        Line($"{Description()}{keyword} {name}{implements} {{ {string.Join(' ', fields.Values.Select(f => Description() + f))} }}");
    }

    private string Arguments() => Chance(2) ? "" : $"({string.Join(", ", Enumerable.Range(0, random.Next(1, 4)).Select(_ => Wrapped(Chance(3) ? Pick(inputs) : Leaf())).Select((type, i) => $"{Description()}a{i}: {type}{Default(type)}"))})";

    private string Output() => random.Next(4) switch
    {
        0 => Leaf(),
        1 => Pick(objects),
        2 => Pick(faces),
        _ => unions.Count > 0 ? Pick(unions) : Pick(objects),
    };

    private string Leaf() => Chance(4) ? Pick(enums) : Chance(8) ? "S" : Pick(BuiltIn);

    private string Wrapped(string type)
    {
        if (Chance(3)) type += "!";
        if (Chance(4)) type = $"[{type}]";
        return Chance(4) && !type.EndsWith('!') ? type + "!" : type;
    }

    private string Default(string type)
    {
        if (!Chance(3)) return "";
        var value = type switch
        {
            "Int" or "Int!" => random.Next(-5, 5).ToString(CultureInfo.InvariantCulture),
            "Float" or "Float!" => Pick(["1", "1.5", "2.50", "1e3"]),
            "String" or "String!" => Pick(["\"x\"", "\"\"\"y\n z\"\"\"", "\"\\u00e9\\n\""]),
            "Boolean" or "Boolean!" => Pick(["true", "false"]),
            "ID" or "ID!" => Pick(["1", "\"01\"", "\"a\""]),
            "E1" or "E1!" or "[E1]" or "[E1!]" => "V0",
            "[Int]" or "[Int!]" or "[Float]" => Pick(["[]", "[1, 2]", "3"]),
            _ => type.EndsWith('!') ? "" : "null",
        };
        return value.Length == 0 ? "" : $" = {value}";
    }

    private IEnumerable<string> Some(List<string> all) => all.Where(_ => Chance(2)).DefaultIfEmpty(all[0]).ToList();

    private string Description() => Chance(5) ? Pick(Texts) + " " : "";
    private string Deprecated() => Chance(8) ? Pick([" @deprecated", " @deprecated(reason: \"old \\\" thing\")"]) : "";
    private bool Chance(int oneOf) => random.Next(oneOf) == 0;
    private string Pick(IReadOnlyList<string> all) => all[random.Next(all.Count)];
    private void Line(string line) => text.Append(line).Append('\n');
}
