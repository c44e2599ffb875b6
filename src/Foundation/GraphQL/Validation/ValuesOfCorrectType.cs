using System.Runtime.CompilerServices;
using HotChocolate.Language;
using HotChocolate.Types;

namespace HotChocolate.Validation;

/// <summary>A value that stands in a document is one of the type that is wanted there (specification, sections 5.6.1, 5.6.2 and 5.6.4).</summary>
internal sealed class ValuesOfCorrectType(Action<Error> report, Func<string, Func<IEnumerable<string>>, string> suggest)
{
    /// <param name="type">Null where it is not known; nothing is wrong then.</param>
    public static void Check(ValidationContext context, IValueNode value, IType? type)
    {
        if (type is not null) new ValuesOfCorrectType(context.Report, context.Suggest).Check(value, type);
    }

    /// <summary>Of a schema's default values.</summary>
    public static void Check(IValueNode value, IType type, Action<Error> report) => new ValuesOfCorrectType(report, (name, known) => Suggestions.For(name, known())).Check(value, type);

    private void Check(IValueNode value, IType type)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        switch (value)
        {
            case VariableNode:
                break;
            case NullValueNode:
                if (type.IsNonNull()) Wrong(value, type);
                break;
            case ListValueNode list when type.Nullable() is ListType wanted:
                foreach (var item in list.Items) Check(item, wanted.ElementType);
                break;
            case ListValueNode:
                Leaf(value, type.Nullable());
                break;
            case ObjectValueNode given when type.NamedType() is InputObjectType wanted:
                Fields(given, wanted);
                break;
            default:
                Leaf(value, type);
                break;
        }
    }

    private void Fields(ObjectValueNode given, InputObjectType type)
    {
        var byName = new Dictionary<string, IValueNode>(given.Fields.Count, StringComparer.Ordinal);
        foreach (var field in given.Fields) byName[field.Name.Value] = field.Value;
        foreach (var field in type.Fields)
            if (field.IsRequired && !byName.ContainsKey(field.Name))
                report(new Error($"Field \"{type.Name}.{field.Name}\" of required type \"{field.Type}\" was not provided.", given.Location));
        if (type.IsOneOf && byName.Count != 1)
            report(new Error($"OneOf Input Object \"{type.Name}\" must specify exactly one key.", given.Location));
        else if (type.IsOneOf && byName.First() is { Value: NullValueNode, Key: var key })
            report(new Error($"Field \"{type.Name}.{key}\" must be non-null.", given.Location));
        foreach (var field in given.Fields)
        {
            if (type.Fields.TryGet(field.Name.Value, out var wanted)) Check(field.Value, wanted.Type);
            else
                report(new Error($"Field \"{field.Name.Value}\" is not defined by type \"{type.Name}\".{suggest(field.Name.Value, () => type.Fields.Select(f => f.Name))}", field.Location));
        }
    }

    private void Leaf(IValueNode value, IType type)
    {
        switch (type.NamedType())
        {
            case EnumType names when value is not EnumValueNode:
                var text = SyntaxPrinter.Print(value);
                report(new Error($"Enum \"{names.Name}\" cannot represent non-enum value: {text}.{Meant(names, text)}", value.Location));
                break;
            case EnumType names:
                var name = ((EnumValueNode)value).Value;
                if (!names.Values.Contains(name))
                    report(new Error($"Value \"{name}\" does not exist in \"{names.Name}\" enum.{Meant(names, name)}", value.Location));
                break;
            case ScalarType scalar:
                Scalar(value, type, scalar);
                break;
            default:
                Wrong(value, type);
                break;
        }
    }

    private void Scalar(IValueNode value, IType type, ScalarType scalar)
    {
        if (Literals.HasVariable(value) && !Scalars.All.Contains(scalar)) return; // known only with the request's variables
        try
        {
            _ = scalar.ParseLiteral is { } parse ? parse(value) : scalar.ParseValue(Literals.Plain(value, Literals.NoVariables)!);
        }
        catch (SerializationException e)
        {
            report(new Error(Scalars.All.Contains(scalar) ? e.Message : $"Expected value of type \"{type}\", found {SyntaxPrinter.Print(value)}; {e.Message}", value.Location));
        }
    }

    private string Meant(EnumType type, string name) =>
        suggest(name, () => type.Values.Select(v => v.Name)).Replace("Did you mean ", "Did you mean the enum value ", StringComparison.Ordinal);

    private void Wrong(IValueNode value, IType type) => report(new Error($"Expected value of type \"{type}\", found {SyntaxPrinter.Print(value)}.", value.Location));
}
