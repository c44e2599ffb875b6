using HotChocolate.Language;
using HotChocolate.Resolvers;
using HotChocolate.Types;

namespace EventSourcedTrading.GraphQL.Tests.Execution;

/// <summary>A schema of every kind of type, drawn from a seed, whose fields give what <see cref="ValueRule"/> says.</summary>
internal sealed class ValuedSchema
{
    private readonly Random _random;
    private readonly ValueRule _rule;
    private readonly List<EnumType> _enums = [];
    private readonly List<InputObjectType> _inputs = [];
    private readonly List<INamedType> _composites = [];

    public ValuedSchema(int seed)
    {
        (_random, _rule) = (new Random(seed), new ValueRule(seed));
        for (var i = 0; i < 2; i++) _enums.Add(Enum($"E{i}"));
        for (var i = 0; i < 3; i++) _inputs.Add(Input(i));
        var faces = Enumerable.Range(0, 2).Select(i => new InterfaceType($"I{i}") { ResolveType = ValueRule.TypeOf }).ToList();
        var objects = Enumerable.Range(0, 4).Select(i => new ObjectType($"O{i}")).ToList();
        var unions = Enumerable.Range(0, 2).Select(i => new UnionType($"U{i}") { ResolveType = ValueRule.TypeOf }).ToList();
        _composites.AddRange([.. faces, .. objects, .. unions]);
        foreach (var union in unions)
            foreach (var member in objects.Where(_ => _random.Next(2) == 0).DefaultIfEmpty(objects[0])) union.Types.Add(member);
        for (var i = 0; i < faces.Count; i++)
            for (var f = 0; f < 3; f++) faces[i].Fields.Add(Field($"i{i}f{f}"));
        foreach (var type in objects)
        {
            foreach (var face in faces.Where(_ => _random.Next(2) == 0))
            {
                type.Interfaces.Add(face);
                foreach (var field in face.Fields) type.Fields.Add(field);
            }

            var own = _random.Next(2, 6);
            for (var f = 0; f < own; f++) type.Fields.Add(Field($"f{f}"));
        }

        var (query, mutation) = (new ObjectType("Query"), new ObjectType("Mutation"));
        foreach (var root in new[] { query, mutation })
            for (var f = 0; f < 8; f++) root.Fields.Add(Field($"f{f}"));
        var subscription = new ObjectType("Subscription");
        for (var f = 0; f < 8; f++) subscription.Fields.Add(Field($"f{f}", followed: true));
        _rule.Schema = Schema = Schema.Create(query, mutation, subscription, _composites);
    }

    public Schema Schema { get; }

    /// <summary>As text, for the other side.</summary>
    public string Sdl() => string.Join("\n", Schema.Types.Values.Where(t => !t.Name.StartsWith("__", StringComparison.Ordinal)).Select(Sdl).Where(s => s.Length > 0));

    private static string Sdl(INamedType type) => type switch
    {
        EnumType e => $"enum {e.Name} {{ {string.Join(" ", e.Values.Select(v => v.Name))} }}",
        InputObjectType i => $"input {i.Name} {(i.IsOneOf ? "@oneOf " : "")}{{ {string.Join(" ", i.Fields.Select(Sdl))} }}",
        UnionType u => $"union {u.Name} = {string.Join(" | ", u.Types.Select(t => t.Name))}",
        IComplexType c => $"{(c is ObjectType ? "type" : "interface")} {c.Name} {(c.Interfaces.Count > 0 ? "implements " + string.Join(" & ", c.Interfaces.Select(i => i.Name)) : "")} {{\n{string.Concat(c.Fields.Select(Sdl))}}}",
        _ => "",
    };

    private static string Sdl(OutputField field) =>
        $"  {field.Name}{(field.Arguments.Count > 0 ? $"({string.Join(", ", field.Arguments.Select(Sdl))})" : "")}: {field.Type}\n";

    private static string Sdl(InputField field) => $"{field.Name}: {field.Type}{(field.DefaultValue is { } value ? " = " + SyntaxPrinter.Print(value) : "")}";

    private OutputField Field(string name, bool followed = false)
    {
        var type = Wrap(_random.Next(10) < 6 ? Leaf() : _composites[_random.Next(_composites.Count)]);
        var arguments = _random.Next(10) < 7 ? 0 : _random.Next(1, 3);
        SubscribeResolverDelegate? open = followed ? _rule.OpenAsync : null;
        var field = arguments == 0 && _random.Next(2) == 0
            ? new OutputField(name, type) { PureResolver = parent => _rule.Of(type, parent, name), SubscribeResolver = open }
            : new OutputField(name, type) { Resolver = _rule.OfAsync, SubscribeResolver = open };
        for (var a = 0; a < arguments; a++) field.Arguments.Add(Argument($"a{a}"));
        return field;
    }

    private InputField Argument(string name)
    {
        var type = Wrap(InputType(3));
        var usual = _random.Next(3) == 0 ? RandomValues.Literal(type, _random) : null;
        return new InputField(name, type, defaultValue: usual);
    }

    private InputObjectType Input(int index)
    {
        var type = new InputObjectType($"In{index}") { IsOneOf = index == 1 };
        for (var f = 0; f < 3; f++)
        {
            var fieldType = Wrap(InputType(index));
            if (type.IsOneOf) type.Fields.Add(new InputField($"x{f}", fieldType.Nullable()));
            else type.Fields.Add(new InputField($"x{f}", fieldType, defaultValue: _random.Next(3) == 0 ? RandomValues.Literal(fieldType, _random) : null));
        }

        return type;
    }

    /// <param name="inputs">How many input objects there are to choose of.</param>
    private INamedType InputType(int inputs) => inputs > 0 && _random.Next(3) == 0 ? _inputs[_random.Next(Math.Min(inputs, _inputs.Count))] : Leaf();

    private INamedType Leaf() => _random.Next(6) == 0 ? _enums[_random.Next(_enums.Count)] : Scalars.All[_random.Next(Scalars.All.Count)];

    private IType Wrap(INamedType type) => _random.Next(10) switch
    {
        < 4 => type,
        < 6 => new NonNullType(type),
        6 => new ListType(type),
        7 => new ListType(new NonNullType(type)),
        8 => new NonNullType(new ListType(type)),
        _ => new ListType(new ListType(type)),
    };

    private EnumType Enum(string name)
    {
        var type = new EnumType(name);
        for (var v = 0; v < 3; v++) type.Values.Add(new EnumValue($"{name}_{v}"));
        return type;
    }
}
