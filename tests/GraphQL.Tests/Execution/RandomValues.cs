using System.Globalization;
using System.Text.Json.Nodes;
using HotChocolate.Language;
using HotChocolate.Types;

namespace EventSourcedTrading.GraphQL.Tests.Execution;

/// <summary>Values for input: right ones in a document, and ones in JSON that may be wrong.</summary>
internal static class RandomValues
{
    private static readonly string[] Words = ["", "a", "Größe", "\"q\"", "1", "true"];

    public static IValueNode Literal(IType type, Random random)
    {
        if (!type.IsNonNull() && random.Next(8) == 0) return new NullValueNode(default);
        switch (type.Nullable())
        {
            case ListType list when random.Next(4) == 0 && !list.ElementType.IsNonNull(): return Literal(new NonNullType(list.ElementType), random);
            case ListType list: return new ListValueNode(default, [.. Enumerable.Range(0, random.Next(3)).Select(_ => Literal(list.ElementType, random))]);
            case EnumType choice: return new EnumValueNode(default, choice.Values[random.Next(choice.Values.Count)].Name);
            case InputObjectType { IsOneOf: true } input:
                var only = input.Fields[random.Next(input.Fields.Count)];
                return new ObjectValueNode(default, [Field(only, Literal(new NonNullType(only.Type.Nullable()), random))]);
            case InputObjectType input:
                return new ObjectValueNode(default, [.. input.Fields.Where(f => f.IsRequired || random.Next(2) == 0).Select(f => Field(f, Literal(f.Type, random)))]);
            case ScalarType scalar: return Scalar(scalar.Name, random);
            default: throw new ArgumentOutOfRangeException(nameof(type));
        }
    }

    /// <param name="wrong">In how many of a hundred places there is something else.</param>
    public static JsonNode? Json(IType type, Random random, int wrong)
    {
        if (random.Next(100) < wrong) return Anything(random, 2);
        if (!type.IsNonNull() && random.Next(8) == 0) return null;
        switch (type.Nullable())
        {
            case ListType list when random.Next(4) == 0: return Json(list.ElementType, random, wrong);
            case ListType list: return new JsonArray([.. Enumerable.Range(0, random.Next(3)).Select(_ => Json(list.ElementType, random, wrong))]);
            case EnumType choice: return JsonValue.Create(choice.Values[random.Next(choice.Values.Count)].Name);
            case InputObjectType input:
                var json = new JsonObject();
                foreach (var field in input.Fields)
                    if (input.IsOneOf ? random.Next(3) == 0 : (field.IsRequired && random.Next(10) > 0) || random.Next(2) == 0) json[field.Name] = Json(field.Type, random, wrong);
                if (random.Next(100) < wrong) json["unknown"] = 1;
                return json;
            case ScalarType scalar: return JsonNode.Parse(SyntaxPrinter.Print(Scalar(scalar.Name, random)));
            default: throw new ArgumentOutOfRangeException(nameof(type));
        }
    }

    private static JsonNode? Anything(Random random, int depth) => random.Next(depth > 0 ? 9 : 7) switch
    {
        0 => null,
        1 => JsonValue.Create(random.Next(-3, 3)),
        2 => JsonValue.Create(1.5),
        3 => JsonValue.Create("NOPE"),
        4 => JsonValue.Create(true),
        5 => JsonValue.Create(4294967296),
        6 => JsonNode.Parse("1.0"),
        7 => new JsonArray([.. Enumerable.Range(0, random.Next(13)).Select(_ => Anything(random, depth - 1))]),
        _ => new JsonObject { ["a"] = Anything(random, depth - 1), ["b"] = Anything(random, depth - 1) },
    };

    private static ObjectFieldNode Field(InputField field, IValueNode value) => new(default, new NameNode(default, field.Name), value);

    private static IValueNode Scalar(string name, Random random) => name switch
    {
        "Int" => new IntValueNode(default, random.Next(-1000, 1000).ToString(CultureInfo.InvariantCulture)),
        "Float" => random.Next(2) == 0 ? new IntValueNode(default, "7") : new FloatValueNode(default, random.Next(2) == 0 ? "-0.125" : "1.5e3"),
        "Boolean" => new BooleanValueNode(default, random.Next(2) == 0),
        "ID" => random.Next(2) == 0 ? new IntValueNode(default, "42") : new StringValueNode(default, "x-1", false),
        _ => new StringValueNode(default, Words[random.Next(Words.Length)], false),
    };
}
