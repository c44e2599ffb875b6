using HotChocolate.Language;

namespace HotChocolate.Types;

/// <summary>
/// Makes a schema of its text. Its fields have no resolvers: a parent is a dictionary with the values under the fields' names; interfaces and unions
/// need a <see cref="InterfaceType.ResolveType"/> before they can be resolved.
/// </summary>
public sealed class SchemaBuilder
{
    private readonly Dictionary<string, INamedType> _types = new(StringComparer.Ordinal);
    private readonly SchemaDefects _defects = new();

    private SchemaBuilder()
    {
    }

    /// <summary>Definitions and extensions of types in one text.</summary>
    /// <exception cref="SyntaxException" />
    /// <exception cref="SchemaException">It breaks rules of the specification: all of them that do not follow from others.</exception>
    public static Schema FromSdl(string sdl) => FromDocument(Utf8GraphQLParser.Parse(sdl, ParserOptions.Trusted));

    /// <inheritdoc cref="FromSdl" />
    public static Schema FromDocument(DocumentNode document)
    {
        if (SdlValidator.Validate(document) is { Count: > 0 } broken) throw new SchemaException(broken);
        var builder = new SchemaBuilder();
        var schema = builder.Build(document);
        if (builder._defects.Unreadable is { Count: > 0 } unreadable) throw new SchemaException(unreadable);
        return SchemaValidator.Validate(schema, builder._defects) is { Count: > 0 } errors ? throw new SchemaException(errors) : schema;
    }

    private Schema Build(DocumentNode document)
    {
        foreach (var scalar in Scalars.All) _types.Add(scalar.Name, scalar);
        foreach (var type in Introspection.Types) _types.Add(type.Name, type);
        var own = document.Definitions.OfType<ITypeDefinitionNode>().Where(t => !SchemaPrinter.IsBuiltIn(t.Name.Value)).ToList();
        foreach (var type in own.Where(t => !t.IsExtension)) _types.Add(type.Name.Value, Empty(type, own));
        foreach (var type in own) Fill(type);

        var schemas = document.Definitions.OfType<SchemaDefinitionNode>().ToList();
        var definition = schemas.Find(s => !s.IsExtension);
        var roots = schemas.SelectMany(s => s.OperationTypes).ToDictionary(r => r.Operation, r => r.Type.Name.Value);
        return Schema.Create(
            Root(OperationType.Query, "Query"), Root(OperationType.Mutation, "Mutation"), Root(OperationType.Subscription, "Subscription"),
            own.Where(t => !t.IsExtension).Select(t => _types[t.Name.Value]),
            document.Definitions.OfType<DirectiveDefinitionNode>().Select(Directive), definition?.Description?.Value);

        ObjectType? Root(OperationType operation, string usual)
        {
            var name = definition is null && _types.ContainsKey(usual) ? usual : roots.GetValueOrDefault(operation);
            if (name is null) return null;
            if (_types[name] is ObjectType root) return root;
            _defects.Add(operation == OperationType.Query
                ? $"Query root type must be Object type, it cannot be {name}."
                : $"{operation} root type must be Object type if provided, it cannot be {name}.");
            _defects.HasQuery |= operation == OperationType.Query;
            return null;
        }
    }

    private INamedType Empty(ITypeDefinitionNode type, List<ITypeDefinitionNode> all) => (type, type.Name.Value, type.Description?.Value) switch
    {
        (ObjectTypeDefinitionNode, var name, var description) => new ObjectType(name, description),
        (InterfaceTypeDefinitionNode, var name, var description) => new InterfaceType(name, description),
        (UnionTypeDefinitionNode, var name, var description) => new UnionType(name, description),
        (EnumTypeDefinitionNode, var name, var description) => new EnumType(name, description),
        (InputObjectTypeDefinitionNode input, var name, var description) => new InputObjectType(name, description) { IsOneOf = input.Directives.Any(d => d.Name.Value == Directives.OneOf.Name) },
        (_, var name, var description) => new ScalarType(name, description, all.Where(t => t.Name.Value == name).Select(SpecifiedBy).FirstOrDefault(url => url is not null)),
    };

    private void Fill(ITypeDefinitionNode node)
    {
        switch (node, _types[node.Name.Value])
        {
            case (IComplexTypeDefinitionNode complex, IComplexType type):
                foreach (var face in complex.Interfaces) Implement(type, _types[face.Name.Value]);
                foreach (var field in complex.Fields) type.Fields.Add(Field(field));
                break;
            case (UnionTypeDefinitionNode union, UnionType type):
                foreach (var member in union.Types) Include(type, _types[member.Name.Value]);
                break;
            case (EnumTypeDefinitionNode names, EnumType type):
                foreach (var value in names.Values) type.Values.Add(new EnumValue(value.Name.Value, value.Description?.Value, DeprecationReason(value)));
                break;
            case (InputObjectTypeDefinitionNode input, InputObjectType type):
                foreach (var field in input.Fields) type.Fields.Add(Input(field));
                break;
        }
    }

    private void Implement(IComplexType type, INamedType face)
    {
        if (face is not InterfaceType implemented) _defects.Add($"Type {type.Name} must only implement Interface types, it cannot implement {face.Name}.");
        else if (type.Interfaces.Contains(face.Name))
            _defects.Add($"Type {type.Name} {(ReferenceEquals(type, face) ? "cannot implement itself because it would create a circular reference" : $"can only implement {face.Name} once")}.");
        else type.Interfaces.Add(implemented);
    }

    private void Include(UnionType union, INamedType member)
    {
        if (member is ObjectType possible) union.Types.Add(possible);
        else _defects.AddMember(union, member);
    }

    private OutputField Field(FieldDefinitionNode node)
    {
        var field = new OutputField(node.Name.Value, Type(node.Type), node.Description?.Value, DeprecationReason(node));
        foreach (var argument in node.Arguments) field.Arguments.Add(Input(argument));
        return field;
    }

    private InputField Input(InputValueDefinitionNode node) => new(node.Name.Value, Type(node.Type), node.Description?.Value, node.DefaultValue, DeprecationReason(node));

    private DirectiveType Directive(DirectiveDefinitionNode node)
    {
        var locations = node.Locations.Select(l => DirectiveLocations.TryParse(l.Value, out var location) ? location : default).ToList();
        var directive = new DirectiveType(node.Name.Value, locations, node.Description?.Value, node.IsRepeatable);
        foreach (var argument in node.Arguments) directive.Arguments.Add(Input(argument));
        return directive;
    }

    private IType Type(ITypeNode type) => type switch
    {
        ListTypeNode list => new ListType(Type(list.Type)),
        NonNullTypeNode nonNull => new NonNullType(Type(nonNull.Type)),
        _ => _types[((NamedTypeNode)type).Name.Value],
    };

    private string? DeprecationReason(IHasDirectives node) =>
        node.Directives.FirstOrDefault(d => d.Name.Value == Directives.Deprecated.Name) is not { } deprecated ? null
        : deprecated.Arguments.Count == 0 ? Directives.NoLongerSupported : Text(deprecated, "reason");

    private Uri? SpecifiedBy(ITypeDefinitionNode node) =>
        node.Directives.FirstOrDefault(d => d.Name.Value == Directives.SpecifiedBy.Name) is { } directive && Text(directive, "url") is { } url
        && Uri.TryCreate(url, UriKind.RelativeOrAbsolute, out var address) ? address : null;

    private string? Text(DirectiveNode directive, string argument)
    {
        switch (directive.Arguments.FirstOrDefault(a => a.Name.Value == argument)?.Value)
        {
            case StringValueNode text: return text.Value;
            case NullValueNode nothing: _defects.Unreadable.Add(new Error($"Argument \"{argument}\" of non-null type \"String!\" must not be null.", nothing.Location)); break;
            case { } other: _defects.Unreadable.Add(new Error($"Argument \"{argument}\" has invalid value {SyntaxPrinter.Print(other)}.", other.Location)); break;
        }

        return null;
    }
}
