using HotChocolate.Language;
using HotChocolate.Validation;

namespace HotChocolate.Types;

/// <summary>The rules that a document of definitions has to keep before types can be made of it: names are unique and known, extensions extend what is there.</summary>
internal sealed class SdlValidator
{
    private static readonly HashSet<string> BuiltIn = [.. Scalars.All.Select(t => t.Name), .. Introspection.Types.Select(t => t.Name)];

    private readonly List<Error> _errors = [];
    private readonly Dictionary<string, ITypeDefinitionNode> _types = new(StringComparer.Ordinal);
    private readonly Dictionary<string, NameNode> _typeNames = new(StringComparer.Ordinal);
    private readonly Dictionary<string, NameNode> _directives = new(StringComparer.Ordinal);
    private readonly Dictionary<(string Type, string Member), NameNode> _members = [];
    private readonly Dictionary<OperationType, OperationTypeDefinitionNode> _roots = [];
    private readonly SdlDirectives _applied;
    private bool _hasSchema;

    private SdlValidator(DocumentNode document)
    {
        foreach (var type in document.Definitions.OfType<ITypeDefinitionNode>().Where(t => !t.IsExtension)) _types[type.Name.Value] = type;
        _applied = new SdlDirectives(document, _errors);
    }

    public static IReadOnlyList<Error> Validate(DocumentNode document)
    {
        var validator = new SdlValidator(document);
        foreach (var definition in document.Definitions) validator.Definition(definition);
        DirectiveCycles.Check(document, validator._errors.Add);
        return validator._errors;
    }

    private void Definition(IDefinitionNode definition)
    {
        switch (definition)
        {
            case SchemaDefinitionNode schema: Schema(schema); break;
            case ITypeDefinitionNode type: Type(type); break;
            case DirectiveDefinitionNode directive:
                if (!_directives.TryAdd(directive.Name.Value, directive.Name))
                    Report($"There can be only one directive named \"@{directive.Name.Value}\".", _directives[directive.Name.Value].Location, directive.Name.Location);
                Arguments($"@{directive.Name.Value}", directive.Arguments);
                break;
            default: Report("A schema is made of definitions of types and directives only; operations and fragments are for requests.", definition.Location); break;
        }
    }

    private void Schema(SchemaDefinitionNode schema)
    {
        if (!schema.IsExtension && _hasSchema) Report("Must provide only one schema definition.", schema.Location);
        _hasSchema |= !schema.IsExtension;
        _applied.Check(schema.Directives, DirectiveLocation.Schema, owner: "");
        foreach (var root in schema.OperationTypes)
        {
            var operation = root.Operation switch { OperationType.Query => "query", OperationType.Mutation => "mutation", _ => "subscription" };
            if (!_roots.TryAdd(root.Operation, root)) Report($"There can be only one {operation} type in schema.", _roots[root.Operation].Location, root.Location);
            Known(root.Type);
        }
    }

    private void Type(ITypeDefinitionNode type)
    {
        var name = type.Name.Value;
        if (type.IsExtension) Extension(type);
        else if (!_typeNames.TryAdd(name, type.Name)) Report($"There can be only one type named \"{name}\".", _typeNames[name].Location, type.Name.Location);
        _applied.Check(type.Directives, LocationOf(type), name);
        if (type is InputObjectTypeDefinitionNode { IsExtension: true } && type.Directives.FirstOrDefault(d => d.Name.Value == Directives.OneOf.Name) is { } oneOf)
            Report($"Directive \"@{Directives.OneOf.Name}\" may not be used on an extension.", oneOf.Location);
        switch (type)
        {
            case IComplexTypeDefinitionNode complex:
                foreach (var face in complex.Interfaces) Known(face);
                foreach (var field in complex.Fields) Field(name, field);
                break;
            case UnionTypeDefinitionNode union:
                foreach (var member in union.Types) Known(member);
                break;
            case EnumTypeDefinitionNode names:
                foreach (var value in names.Values)
                {
                    Unique(name, value.Name, $"Enum value \"{name}.{value.Name.Value}\"");
                    _applied.Check(value.Directives, DirectiveLocation.EnumValue);
                }

                break;
            case InputObjectTypeDefinitionNode input:
                foreach (var field in input.Fields)
                {
                    Unique(name, field.Name, $"Field \"{name}.{field.Name.Value}\"");
                    Input(field, DirectiveLocation.InputFieldDefinition);
                }

                break;
        }
    }

    private void Extension(ITypeDefinitionNode extension)
    {
        var name = extension.Name.Value;
        if (!_types.TryGetValue(name, out var type))
            Report($"Cannot extend type \"{name}\" because it is not defined.{Suggestions.For(name, _types.Keys)}", extension.Name.Location);
        else if (type.GetType() != extension.GetType()) Report($"Cannot extend non-{KindOf(extension)} type \"{name}\".", type.Location, extension.Location);
    }

    private void Field(string type, FieldDefinitionNode field)
    {
        Unique(type, field.Name, $"Field \"{type}.{field.Name.Value}\"");
        _applied.Check(field.Directives, DirectiveLocation.FieldDefinition);
        Arguments($"{type}.{field.Name.Value}", field.Arguments);
        Known(field.Type);
    }

    private void Arguments(string owner, IReadOnlyList<InputValueDefinitionNode> arguments)
    {
        foreach (var same in arguments.GroupBy(a => a.Name.Value, StringComparer.Ordinal).Where(g => g.Skip(1).Any()))
            Report($"Argument \"{owner}({same.Key}:)\" can only be defined once.", [.. same.Select(a => a.Name.Location)]);
        foreach (var argument in arguments) Input(argument, DirectiveLocation.ArgumentDefinition);
    }

    private void Input(InputValueDefinitionNode input, DirectiveLocation location)
    {
        _applied.Check(input.Directives, location);
        if (input.DefaultValue is { } value) UniqueInputFields.Check(value, _errors.Add);
        Known(input.Type);
    }

    private void Unique(string type, NameNode member, string what)
    {
        if (!_members.TryAdd((type, member.Value), member)) Report($"{what} can only be defined once.", _members[(type, member.Value)].Location, member.Location);
    }

    private void Known(ITypeNode type)
    {
        var named = type.NamedType();
        var name = named.Name.Value;
        if (!_types.ContainsKey(name) && !BuiltIn.Contains(name))
            Report($"Unknown type \"{name}\".{Suggestions.For(name, BuiltIn.Concat(_types.Keys))}", named.Location);
    }

    private void Report(string message, params ReadOnlySpan<Location> locations) => _errors.Add(new Error(message, locations));

    private static DirectiveLocation LocationOf(ITypeDefinitionNode type) => type switch
    {
        ObjectTypeDefinitionNode => DirectiveLocation.Object,
        InterfaceTypeDefinitionNode => DirectiveLocation.Interface,
        UnionTypeDefinitionNode => DirectiveLocation.Union,
        EnumTypeDefinitionNode => DirectiveLocation.Enum,
        InputObjectTypeDefinitionNode => DirectiveLocation.InputObject,
        _ => DirectiveLocation.Scalar,
    };

    private static string KindOf(ITypeDefinitionNode type) => type switch
    {
        ObjectTypeDefinitionNode => "object",
        InterfaceTypeDefinitionNode => "interface",
        UnionTypeDefinitionNode => "union",
        EnumTypeDefinitionNode => "enum",
        InputObjectTypeDefinitionNode => "input object",
        _ => "scalar",
    };
}
