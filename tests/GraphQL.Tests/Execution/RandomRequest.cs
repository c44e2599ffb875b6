using System.Text;
using System.Text.Json.Nodes;
using HotChocolate.Language;
using HotChocolate.Types;

namespace EventSourcedTrading.GraphQL.Tests.Execution;

/// <summary>A document for a schema, valid unless two of its fields of one name cannot be merged, with variables of which some are wrong.</summary>
internal sealed class RandomRequest
{
    private const int Depth = 4;
    private readonly Schema _schema;
    private readonly Random _random;
    private readonly int _wrong;
    private readonly bool _follows;
    private readonly StringBuilder _variables = new();
    private readonly List<(string Name, INamedType On, string Body)> _fragments = [];
    private int _names;

    public RandomRequest(Schema schema, Random random, bool follow = false)
    {
        (_schema, _random, _wrong, _follows) = (schema, random, random.Next(3) == 0 ? 15 : 0, follow);
        var (keyword, root) = follow ? ("subscription", schema.SubscriptionType!) : random.Next(5) == 0 ? ("mutation", schema.MutationType!) : ("query", schema.QueryType!);
        var body = follow ? Followed(root) : Selections(root, 0);
        Text = $"{keyword} Op{(_variables.Length > 0 ? $"({_variables})" : "")} {body}\n"
            + string.Concat(_fragments.Select(f => $"fragment {f.Name} on {f.On.Name} {f.Body}\n"));
    }

    public string Text { get; }
    public JsonObject Variables { get; } = [];

    private string Selections(INamedType type, int depth)
    {
        var text = new StringBuilder("{");
        for (var i = _random.Next(1, depth == 0 ? 7 : 5); i > 0; i--) text.Append(' ').Append(Selection(type, depth));
        return text.Append(" }").ToString();
    }

    /// <summary>Of a subscription's root one field, in a fragment or not, once or twice; now and then another beside it, or a condition, which validation refuses.</summary>
    private string Followed(ObjectType root)
    {
        var field = Field(root.Fields[_random.Next(root.Fields.Count)], 0, conditional: _random.Next(10) == 0);
        switch (_random.Next(10))
        {
            case 0: return $"{{ {field} {field} }}";
            case 1: return $"{{ ... {{ {field} }} {field} }}";
            case 2: return $"{{ ... on {root.Name} {{ {field} }} }}";
            case 3: return $"{{ {field} {Selection(root, Depth)} }}";
            case 4:
                var name = $"F{_names++}";
                _fragments.Add((name, root, $"{{ {field} }}"));
                return $"{{ ...{name} {(_random.Next(2) == 0 ? $"...{name}" : field)} }}";
            default: return $"{{ {field} }}";
        }
    }

    private string Selection(INamedType type, int depth)
    {
        var kind = _random.Next(100);
        if (depth < Depth && kind < 12)
        {
            var on = _random.Next(4) == 0 ? null : Narrowed(type);
            return $"...{(on is null ? "" : $" on {on.Name}")}{Condition()} {Selections(on ?? type, depth + 1)}";
        }

        if (depth < Depth && kind < 24) return $"...{Fragment(type, depth)}{Condition()}";
        if (type is not IComplexType { Fields: { Count: > 0 } fields } || kind < 30) return $"{Alias(8)}__typename";
        var field = fields[_random.Next(fields.Count)];
        if (field.Type.IsComposite() && depth >= Depth) return $"{Alias(8)}__typename";
        return Field(field, depth, conditional: true);
    }

    private string Field(OutputField field, int depth, bool conditional)
    {
        var arguments = Arguments(field);
        var below = field.Type.IsComposite() ? " " + Selections(field.Type.NamedType(), depth + 1) : "";
        return $"{(arguments.Length > 0 ? Alias(1) : Alias(5))}{field.Name}{arguments}{(conditional ? Condition() : "")}{below}";
    }

    private string Fragment(INamedType type, int depth)
    {
        var known = _fragments.Where(f => f.On == type).ToList();
        if (known.Count > 0 && _random.Next(2) == 0) return known[_random.Next(known.Count)].Name;
        var (name, on) = ($"F{_names++}", Narrowed(type));
        var body = Selections(on, depth + 1);
        _fragments.Add((name, on, body));
        return name;
    }

    /// <summary>A type that a value of the type may be of too.</summary>
    private INamedType Narrowed(INamedType type)
    {
        var choices = new List<INamedType> { type };
        if (type is IAbstractType @abstract) choices.AddRange(_schema.PossibleTypes(@abstract));
        if (type is IComplexType complex) choices.AddRange(complex.Interfaces);
        return choices[_random.Next(choices.Count)];
    }

    /// <param name="oneOf">How often there is one.</param>
    private string Alias(int oneOf) => _random.Next(oneOf) == 0 ? $"n{_names++}: " : "";

    private string Condition() => _random.Next(10) switch
    {
        0 => $" @skip(if: {Flag()})",
        1 => $" @include(if: {Flag()})",
        _ => "",
    };

    private string Flag() => _random.Next(2) == 0 ? _random.Next(3) == 0 ? "true" : "false" : Variable(new NonNullType(Scalars.Boolean));

    private string Arguments(OutputField field)
    {
        var given = field.Arguments.Where(a => a.IsRequired || _random.Next(2) == 0).Select(a => $"{a.Name}: {Value(a.Type)}").ToList();
        return given.Count == 0 ? "" : $"({string.Join(", ", given)})";
    }

    private string Value(IType type)
    {
        if (_random.Next(5) < 2) return Variable(type);
        if (_random.Next(4) == 0 && type.Nullable() is ListType list) return $"[{Variable(list.ElementType)}, {Variable(list.ElementType)}]";
        return SyntaxPrinter.Print(RandomValues.Literal(type, _random));
    }

    private string Variable(IType type)
    {
        var name = $"v{_names++}";
        var usual = _random.Next(4) == 0 ? " = " + SyntaxPrinter.Print(RandomValues.Literal(type, _random)) : "";
        // A default lets a nullable variable stand where null must not.
        var declared = usual.Length > 0 && !usual.EndsWith("null", StringComparison.Ordinal) && _random.Next(2) == 0 ? type.Nullable() : type;
        _variables.Append($"{(_variables.Length > 0 ? ", " : "")}${name}: {declared}{usual}");
        if (declared != type && _follows && _random.Next(2) == 0) Variables[name] = null; // what opens the source is coerced but once
        else if (_random.Next(100) >= (declared.IsNonNull() ? _wrong : 25)) Variables[name] = RandomValues.Json(declared, _random, _wrong);
        return $"${name}";
    }
}
