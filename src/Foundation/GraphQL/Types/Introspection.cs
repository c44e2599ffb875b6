using System.Collections;
using HotChocolate.Language;
using HotChocolate.Resolvers;

namespace HotChocolate.Types;

/// <summary>What a schema tells of itself (specification, section 4). Parents are the parts of the type system themselves.</summary>
public static class Introspection
{
    private static readonly NonNullType Text = new(Scalars.String);
    private static readonly NonNullType Flag = new(Scalars.Boolean);

    public static EnumType TypeKind { get; } = Enum("__TypeKind", "What kind a type is of.",
        ("SCALAR", "A scalar."),
        ("OBJECT", "An object: has `fields` and `interfaces`."),
        ("INTERFACE", "An interface: has `fields`, `interfaces` and `possibleTypes`."),
        ("UNION", "A union: has `possibleTypes`."),
        ("ENUM", "An enum: has `enumValues`."),
        ("INPUT_OBJECT", "An input object: has `inputFields`."),
        ("LIST", "A list: has `ofType`."),
        ("NON_NULL", "A type without null: has `ofType`."));

    public static EnumType DirectiveLocation { get; } = Locations();

    public static ObjectType Schema { get; } = new("__Schema", "What a server can be asked: its types, its directives, and where operations begin.");
    public static ObjectType Type { get; } = new("__Type", "A type. Its `kind` tells which of the other fields are there; lists and non-nulls have another type inside them (`ofType`).");
    public static ObjectType Field { get; } = new("__Field", "A field of an object or interface.");
    public static ObjectType InputValue { get; } = new("__InputValue", "An argument of a field or directive, or a field of an input object.");
    public static ObjectType EnumValue { get; } = new("__EnumValue", "A value of an enum; in JSON it is its name as a string.");
    public static ObjectType Directive { get; } = new("__Directive", "A directive that the server understands, or that its schema carries.");

    /// <summary>Of the query type: <c>__schema</c>. Also of the query type: <see cref="TypeField"/>. Of every object, interface and union: <see cref="TypenameField"/>.</summary>
    public static OutputField SchemaField { get; } = new("__schema", new NonNullType(Schema), "The schema of this server.")
    {
        Resolver = context => new(context.Schema),
    };

    public static OutputField TypeField { get; } = With(
        new("__type", Type, "One type of the schema, by name; null if there is none.") { Resolver = context => new(context.Schema.Types.GetValueOrDefault(context.ArgumentValue<string>("name"))) },
        new InputField("name", Text));

    public static OutputField TypenameField { get; } = new("__typename", Text, "The name of the object's type.") { Resolver = context => new(context.ObjectType.Name), Cost = 0 };

    static Introspection()
    {
        Schema.Fields.Add(Of<Schema>("description", Scalars.String, schema => schema.Description));
        Schema.Fields.Add(Of<Schema>("types", ListOf(Type, nullable: false), schema => schema.Types.Values, "Every type, those of introspection too."));
        Schema.Fields.Add(Of<Schema>("queryType", new NonNullType(Type), schema => schema.QueryType, "Where queries begin."));
        Schema.Fields.Add(Of<Schema>("mutationType", Type, schema => schema.MutationType, "Where mutations begin, if there are any."));
        Schema.Fields.Add(Of<Schema>("subscriptionType", Type, schema => schema.SubscriptionType, "Where subscriptions begin, if there are any."));
        Schema.Fields.Add(Of<Schema>("directives", ListOf(Directive, nullable: false), schema => schema.DirectiveTypes.Values, "Every directive, the built-in ones too."));

        Type.Fields.Add(Of<IType>("kind", new NonNullType(TypeKind), KindOf));
        Type.Fields.Add(Of<IType>("name", Scalars.String, type => (type as INamedType)?.Name));
        Type.Fields.Add(Of<IType>("description", Scalars.String, type => (type as INamedType)?.Description));
        Type.Fields.Add(Of<IType>("specifiedByURL", Scalars.String, type => (type as ScalarType)?.SpecifiedBy?.OriginalString));
        Type.Fields.Add(Deprecatable<IType, OutputField>("fields", ListOf(Field), type => (type as IComplexType)?.Fields, field => field.DeprecationReason));
        Type.Fields.Add(Of<IType>("interfaces", ListOf(Type), type => (type as IComplexType)?.Interfaces));
        Type.Fields.Add(new OutputField("possibleTypes", ListOf(Type)) { Resolver = context => new(context.Parent<IType>() is IAbstractType type ? context.Schema.PossibleTypes(type) : null) });
        Type.Fields.Add(Deprecatable<IType, EnumValue>("enumValues", ListOf(EnumValue), type => (type as EnumType)?.Values, value => value.DeprecationReason));
        Type.Fields.Add(Deprecatable<IType, InputField>("inputFields", ListOf(InputValue), type => (type as InputObjectType)?.Fields, field => field.DeprecationReason));
        Type.Fields.Add(Of<IType>("ofType", Type, type => type switch { ListType list => list.ElementType, NonNullType nonNull => nonNull.InnerType, _ => null }));
        Type.Fields.Add(Of<IType>("isOneOf", Scalars.Boolean, type => (type as InputObjectType)?.IsOneOf));

        Field.Fields.Add(Of<OutputField>("name", Text, field => field.Name));
        Field.Fields.Add(Of<OutputField>("description", Scalars.String, field => field.Description));
        Field.Fields.Add(Deprecatable<OutputField, InputField>("args", ListOf(InputValue, nullable: false), field => field.Arguments, argument => argument.DeprecationReason));
        Field.Fields.Add(Of<OutputField>("type", new NonNullType(Type), field => field.Type));
        Field.Fields.Add(Of<OutputField>("isDeprecated", Flag, field => field.DeprecationReason is not null));
        Field.Fields.Add(Of<OutputField>("deprecationReason", Scalars.String, field => field.DeprecationReason));

        InputValue.Fields.Add(Of<InputField>("name", Text, input => input.Name));
        InputValue.Fields.Add(Of<InputField>("description", Scalars.String, input => input.Description));
        InputValue.Fields.Add(Of<InputField>("type", new NonNullType(Type), input => input.Type));
        InputValue.Fields.Add(Of<InputField>("defaultValue", Scalars.String, input => input.DefaultInFull() is { } value ? SyntaxPrinter.Print(value) : null, "As GraphQL writes it."));
        InputValue.Fields.Add(Of<InputField>("isDeprecated", Flag, input => input.DeprecationReason is not null));
        InputValue.Fields.Add(Of<InputField>("deprecationReason", Scalars.String, input => input.DeprecationReason));

        EnumValue.Fields.Add(Of<EnumValue>("name", Text, value => value.Name));
        EnumValue.Fields.Add(Of<EnumValue>("description", Scalars.String, value => value.Description));
        EnumValue.Fields.Add(Of<EnumValue>("isDeprecated", Flag, value => value.DeprecationReason is not null));
        EnumValue.Fields.Add(Of<EnumValue>("deprecationReason", Scalars.String, value => value.DeprecationReason));

        Directive.Fields.Add(Of<DirectiveType>("name", Text, directive => directive.Name));
        Directive.Fields.Add(Of<DirectiveType>("description", Scalars.String, directive => directive.Description));
        Directive.Fields.Add(Of<DirectiveType>("isRepeatable", Flag, directive => directive.IsRepeatable));
        Directive.Fields.Add(Of<DirectiveType>("locations", ListOf(DirectiveLocation, nullable: false), directive => directive.Locations));
        Directive.Fields.Add(Deprecatable<DirectiveType, InputField>("args", ListOf(InputValue, nullable: false), directive => directive.Arguments, argument => argument.DeprecationReason));
    }

    /// <summary>The types above.</summary>
    public static IReadOnlyList<INamedType> Types { get; } = [Schema, Type, TypeKind, Field, InputValue, EnumValue, Directive, DirectiveLocation];

    /// <summary>The meta-field of that name, where a type has it; null for other names.</summary>
    public static OutputField? MetaField(Schema schema, ICompositeType type, string name) => name switch
    {
        "__typename" => TypenameField,
        "__schema" when ReferenceEquals(type, schema.QueryType) => SchemaField,
        "__type" when ReferenceEquals(type, schema.QueryType) => TypeField,
        _ => null,
    };

    private static string KindOf(IType type) => type switch
    {
        ScalarType => "SCALAR",
        ObjectType => "OBJECT",
        InterfaceType => "INTERFACE",
        UnionType => "UNION",
        EnumType => "ENUM",
        InputObjectType => "INPUT_OBJECT",
        ListType => "LIST",
        _ => "NON_NULL",
    };

    private static IType ListOf(INamedType type, bool nullable = true)
    {
        var list = new ListType(new NonNullType(type));
        return nullable ? list : new NonNullType(list);
    }

    private static OutputField Of<TParent>(string name, IType type, Func<TParent, object?> get, string? description = null) =>
        new(name, type, description) { PureResolver = parent => get((TParent)parent), Cost = 0 };

    /// <summary>A list that has what is deprecated only when asked for.</summary>
    private static OutputField Deprecatable<TParent, TItem>(string name, IType type, Func<TParent, IEnumerable<TItem>?> get, Func<TItem, string?> reason) => With(
        new(name, type)
        {
            Resolver = context => new(get(context.Parent<TParent>()) is not { } all ? null : context.ArgumentValue<bool>("includeDeprecated") ? all : all.Where(item => reason(item) is null)),
            Cost = 0,
        },
        new InputField("includeDeprecated", Flag, defaultValue: new BooleanValueNode(default, false)));

    private static OutputField With(OutputField field, InputField argument)
    {
        field.Arguments.Add(argument);
        return field;
    }

    private static EnumType Enum(string name, string description, params ReadOnlySpan<(string Name, string Description)> values)
    {
        var type = new EnumType(name, description);
        foreach (var value in values) type.Values.Add(new(value.Name, value.Description));
        return type;
    }

    private static EnumType Locations()
    {
        var type = new EnumType("__DirectiveLocation", "Where a directive may stand.");
        foreach (var location in System.Enum.GetValues<DirectiveLocation>()) type.Values.Add(new(location.ToName(), RuntimeValue: location));
        return type;
    }
}
