using System.Collections;
using System.Reflection;
using HotChocolate.Types;
using HotChocolate.Types.Pagination;

namespace HotChocolate.CodeFirst;

/// <summary>The types of GraphQL that types of C# have become, each made once. Their fields are added afterwards, for types lead to each other in circles.</summary>
internal sealed class TypeRegistry
{
    private readonly Dictionary<(Type, bool Input), INamedType> _known = [];
    private readonly Dictionary<string, ScalarType> _scalars = new(StringComparer.Ordinal);
    private readonly ILookup<Type, (Type Class, IObjectTypeAttribute Mark)> _extensions;
    private readonly Queue<Action> _open = new();
    private readonly NullabilityInfoContext _nullability = new();
    private readonly BindingOptions _options;
    private readonly FieldBinder _fields;

    public TypeRegistry(BindingOptions options, IEnumerable<Type> types)
    {
        _options = options;
        _fields = new FieldBinder(this, options);
        _extensions = types.SelectMany(t => t.GetCustomAttributes().OfType<IObjectTypeAttribute>().Select(mark => (t, mark))).ToLookup(e => e.mark.Runtime, e => (e.t, e.mark));
        foreach (var scalar in Scalars.All.Concat(options.NamedScalars).Concat(options.Scalars.Values)) _scalars[scalar.Name] = scalar;
        (Type, ScalarType)[] builtIn = [(typeof(string), Scalars.String), (typeof(bool), Scalars.Boolean), (typeof(int), Scalars.Int), (typeof(double), Scalars.Float)];
        foreach (var (type, scalar) in builtIn.Concat(options.Scalars.Select(s => (s.Key, s.Value)))) _known[(type, true)] = _known[(type, false)] = scalar;
    }

    /// <summary>Adds the fields of all types that were met, and of those that these lead to.</summary>
    public void Complete()
    {
        while (_open.TryDequeue(out var fill)) fill();
    }

    public void AddMethods(ObjectType type, Type @class)
    {
        // Reflection gives members in no order that is promised; the token is that of the source.
        var methods = @class.GetMethods(BindingFlags.Public | BindingFlags.Static | BindingFlags.DeclaredOnly).OrderBy(m => m.MetadataToken).ToList();
        var streams = methods.Select(m => m.GetCustomAttribute<SubscribeAttribute>()?.With).OfType<string>().ToHashSet(StringComparer.Ordinal);
        foreach (var method in methods.Where(m => !m.IsDefined(typeof(GraphQLIgnoreAttribute)) && !m.IsSpecialName && !streams.Contains(m.Name)))
        {
            if (type.Fields.Contains(Naming.Field(method))) throw Unfit(@class, $"there are two fields '{Naming.Field(method)}' of {type.Name}");
            type.Fields.Add(_fields.Of(method, @class));
        }
    }

    public IType Output(Type type, MemberInfo member, NullabilityInfo nullability) =>
        (member.GetCustomAttribute<GraphQLTypeAttribute>()?.Name ?? (member is PropertyInfo property ? _options.ScalarOf(property) : null)) is { } named
            ? Wrap(type, nullability, nullability.ReadState, _ => Scalar(named, member)) : Wrap(type, nullability, nullability.ReadState, t => Named(t, false));

    public string NameOf(PropertyInfo property) => _options.NameOf(property) ?? Naming.Field(property);

    public IType Input(ParameterInfo parameter)
    {
        var nullability = _nullability.Create(parameter);
        return parameter.GetCustomAttribute<GraphQLTypeAttribute>() is { } named
            ? Wrap(parameter.ParameterType, nullability, nullability.WriteState, _ => Scalar(named.Name, parameter.Member))
            : Wrap(parameter.ParameterType, nullability, nullability.WriteState, t => Named(t, true));
    }

    public NullabilityInfo NullabilityOf(PropertyInfo property) => _nullability.Create(property);
    public NullabilityInfo NullabilityOf(ParameterInfo parameter) => _nullability.Create(parameter);

    public static SchemaException Unfit(MemberInfo member, string what) => new([new Error($"{member.DeclaringType?.Name}.{member.Name}: {what}", [])]);

    /// <summary>What a list holds; null if the type is no list.</summary>
    public static Type? ElementOf(Type type) =>
        type == typeof(string) || !typeof(IEnumerable).IsAssignableFrom(type) ? null
        : type.IsArray ? type.GetElementType()
        : type.GetInterfaces().Append(type).FirstOrDefault(i => i.IsGenericType && i.GetGenericTypeDefinition() == typeof(IEnumerable<>))?.GetGenericArguments()[0];

    private static IType Wrap(Type type, NullabilityInfo nullability, NullabilityState state, Func<Type, INamedType> name)
    {
        var underlying = Nullable.GetUnderlyingType(type);
        var nullable = underlying is not null || (!type.IsValueType && state == NullabilityState.Nullable);
        var inner = Inner();
        return nullable ? inner : new NonNullType(inner);

        IType Inner()
        {
            if (ElementOf(type) is not { } element) return name(underlying ?? type);
            var of = nullability.ElementType ?? nullability.GenericTypeArguments.FirstOrDefault(a => a.Type == element);
            // What the context cannot tell, such as the items of a type that implements a list, is taken as never null.
            return new ListType(of is null ? new NonNullType(name(element)) : Wrap(element, of, of.ReadState, name));
        }
    }

    private ScalarType Scalar(string name, MemberInfo member) => _scalars.TryGetValue(name, out var scalar) ? scalar : throw Unfit(member, $"there is no scalar '{name}'");

    private INamedType Named(Type type, bool input)
    {
        if (_known.TryGetValue((type, input), out var known)) return known;
        if (type.IsEnum) return _known[(type, true)] = _known[(type, false)] = EnumOf(type);
        return input ? InputOf(type) : ObjectOf(type);
    }

    private string TypeName(Type type) =>
        _extensions[type].Select(e => e.Class.GetCustomAttribute<GraphQLNameAttribute>()?.Name).FirstOrDefault(n => n is not null) ?? Naming.Type(type, false, TypeName);

    private EnumType EnumOf(Type type)
    {
        var made = new EnumType(TypeName(type), Documentation.Of(type));
        foreach (var field in type.GetFields(BindingFlags.Public | BindingFlags.Static))
            made.Values.Add(new EnumValue(Naming.EnumValue(field.Name), Documentation.Of(field), field.GetCustomAttribute<GraphQLDeprecatedAttribute>()?.Reason, field.GetValue(null)));
        return made;
    }

    private ObjectType ObjectOf(Type type)
    {
        var extensions = _extensions[type].ToList();
        var name = TypeName(type);
        var description = extensions.Select(e => e.Class.GetCustomAttribute<GraphQLDescriptionAttribute>()?.Description).FirstOrDefault(d => d is not null) ?? Documentation.Of(type);
        var made = new ObjectType(name, description) { IsInstance = type.IsInstanceOfType };
        _known[(type, false)] = made;
        _open.Enqueue(() =>
        {
            var taken = extensions.SelectMany(e => e.Class.GetMethods(BindingFlags.Public | BindingFlags.Static | BindingFlags.DeclaredOnly)).Select(Naming.Field).ToHashSet(StringComparer.Ordinal);
            var ignored = extensions.SelectMany(e => e.Mark.IgnoreProperties).ToHashSet(StringComparer.Ordinal);
            foreach (var property in type.GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(p => p.CanRead && p.GetIndexParameters().Length == 0).OrderBy(p => p.MetadataToken))
            {
                if (property.IsDefined(typeof(GraphQLIgnoreAttribute)) || ignored.Contains(property.Name) || taken.Contains(NameOf(property))) continue;
                made.Fields.Add(_fields.Of(property));
            }

            foreach (var (@class, _) in extensions) AddMethods(made, @class);
            if (typeof(ICountable).IsAssignableFrom(type)) made.Fields.Add(_fields.TotalCount());
            if (made.Fields.Count == 0) throw Unfit(type, "it has no fields; is it meant to be a scalar?");
        });
        return made;
    }

    private InputObjectType InputOf(Type type)
    {
        var constructor = type.GetConstructors().MaxBy(c => c.GetParameters().Length) ?? throw Unfit(type, "it cannot be made of fields: it has no public constructor");
        var parameters = constructor.GetParameters();
        var made = new InputObjectType(Naming.Type(type, true, TypeName), Documentation.Of(type)) { IsOneOf = type.IsDefined(typeof(OneOfAttribute)) };
        _known[(type, true)] = made;
        var setters = parameters.Select(p => (Name: Naming.Argument(p), Convert: InputConversion.To(p.ParameterType), Default: p.HasDefaultValue ? p.DefaultValue : null)).ToArray();
        made.CreateInstance = given => constructor.Invoke([.. setters.Select(s => given.TryGetValue(s.Name, out var value) ? s.Convert(value) : s.Default)]);
        _open.Enqueue(() =>
        {
            foreach (var parameter in parameters) made.Fields.Add(_fields.Input(parameter, Documentation.OfParameter(type, parameter.Name!)));
        });
        return made;
    }
}
