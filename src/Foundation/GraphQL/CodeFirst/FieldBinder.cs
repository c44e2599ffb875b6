using System.Linq.Expressions;
using System.Reflection;
using HotChocolate.Authorization;
using HotChocolate.CostAnalysis.Types;
using HotChocolate.Language;
using HotChocolate.Resolvers;
using HotChocolate.Types;
using HotChocolate.Types.Pagination;

namespace HotChocolate.CodeFirst;

/// <summary>Fields from properties and methods.</summary>
internal sealed class FieldBinder(TypeRegistry types, BindingOptions options)
{
    private readonly ResolverCompiler _compiler = new(options);

    public OutputField Of(PropertyInfo property)
    {
        var of = Expression.Parameter(typeof(object));
        var get = Expression.Lambda<Func<object, object?>>(Expression.Convert(Expression.Property(Expression.Convert(of, property.DeclaringType!), property), typeof(object)), of);
        return new OutputField(types.NameOf(property), types.Output(property.PropertyType, property, types.NullabilityOf(property)), Documentation.Of(property), Deprecation(property))
        {
            // A page has as many items as its arguments say: its lists do not count once more.
            PureResolver = get.Compile(), Cost = 0, AssumedSize = IsPage(property.DeclaringType!) ? 1 : property.GetCustomAttribute<ListSizeAttribute>()?.AssumedSize ?? 10,
        };
    }

    public OutputField Of(MethodInfo method, Type @class)
    {
        var (result, nullability, waits) = Result(method);
        var policies = @class.GetCustomAttributes<AuthorizeAttribute>().Concat(method.GetCustomAttributes<AuthorizeAttribute>()).Select(a => a.Policy).ToList();
        var resolver = Guarded(_compiler.Compile(method), policies);
        var stream = method.GetCustomAttribute<SubscribeAttribute>() is { } subscribe
            ? @class.GetMethod(subscribe.With) ?? throw TypeRegistry.Unfit(method, $"there is no method '{subscribe.With}' to subscribe with") : null;
        var field = new OutputField(Naming.Field(method), types.Output(result, method, nullability), Documentation.Of(method), Deprecation(method))
        {
            Resolver = resolver,
            SubscribeResolver = stream is null ? null : Guarded(_compiler.CompileStream(stream), policies),
            Cost = method.GetCustomAttribute<CostAttribute>()?.Weight ?? (waits ? 10 : 1),
            SlicingArgument = method.GetParameters().Any(p => p.ParameterType == typeof(PagingArguments)) ? "first" : null,
            AssumedSize = method.GetCustomAttribute<ListSizeAttribute>()?.AssumedSize ?? (IsPage(result) ? PagingArguments.DefaultPageSize : 10),
        };
        foreach (var parameter in method.GetParameters().Concat(stream?.GetParameters() ?? []))
        {
            if (parameter.ParameterType == typeof(PagingArguments)) AddPaging(field);
            else if (_compiler.IsArgument(parameter) && !field.Arguments.Contains(Naming.Argument(parameter))) field.Arguments.Add(Input(parameter, Documentation.OfParameter(parameter.Member, parameter.Name!)));
        }

        return field;
    }

    public OutputField TotalCount() => new("totalCount", Scalars.Int, "How many items there are in all; null where there are too many to count, or nobody counts.")
    {
        Resolver = async context => context.Parent<ICountable>().Count is { } count ? await count(context.RequestAborted) : null, Cost = 20,
    };

    public InputField Input(ParameterInfo parameter, string? description) => new(
        Naming.Argument(parameter), types.Input(parameter), parameter.GetCustomAttribute<GraphQLDescriptionAttribute>()?.Description ?? description,
        parameter.HasDefaultValue && parameter.DefaultValue is { } value ? Literal(parameter, value) : null, parameter.GetCustomAttribute<GraphQLDeprecatedAttribute>()?.Reason);

    private (Type Type, NullabilityInfo Nullability, bool Waits) Result(MethodInfo method)
    {
        var nullability = types.NullabilityOf(method.ReturnParameter);
        if (method.ReturnType.IsGenericType && method.ReturnType.GetGenericTypeDefinition() is { } open && (open == typeof(Task<>) || open == typeof(ValueTask<>)))
            return (method.ReturnType.GetGenericArguments()[0], nullability.GenericTypeArguments[0], true);
        if (method.ReturnType == typeof(void) || method.ReturnType == typeof(Task)) throw TypeRegistry.Unfit(method, "it gives no value");
        return (method.ReturnType, nullability, false);
    }

    private static bool IsPage(Type type) => type.IsGenericType && type.GetGenericTypeDefinition() == typeof(Connection<>);

    private static void AddPaging(OutputField field)
    {
        field.Arguments.Add(new InputField("first", Scalars.Int, $"So many items from the beginning, 1 to {PagingArguments.MaxPageSize}; {PagingArguments.DefaultPageSize} if neither this nor last is given."));
        field.Arguments.Add(new InputField("after", Scalars.String, "Only items behind this cursor."));
        field.Arguments.Add(new InputField("last", Scalars.Int, $"So many items from the end, 1 to {PagingArguments.MaxPageSize}."));
        field.Arguments.Add(new InputField("before", Scalars.String, "Only items before this cursor."));
    }

    private FieldResolverDelegate Guarded(FieldResolverDelegate resolver, List<string> policies)
    {
        if (policies.Count == 0 || options.Authorize is not { } authorize) return resolver;
        return context =>
        {
            foreach (var policy in policies) authorize(context, policy);
            return resolver(context);
        };
    }

    private SubscribeResolverDelegate Guarded(SubscribeResolverDelegate resolver, List<string> policies)
    {
        if (policies.Count == 0 || options.Authorize is not { } authorize) return resolver;
        return context =>
        {
            foreach (var policy in policies) authorize(context, policy);
            return resolver(context);
        };
    }

    private static string? Deprecation(MemberInfo member) => member.GetCustomAttribute<GraphQLDeprecatedAttribute>()?.Reason;

    private static IValueNode Literal(ParameterInfo parameter, object value) => value switch
    {
        bool yes => new BooleanValueNode(default, yes),
        int or long => new IntValueNode(default, string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{value}")),
        string text => new StringValueNode(default, text, false),
        Enum word => new EnumValueNode(default, Naming.EnumValue(word.ToString())),
        _ => throw TypeRegistry.Unfit(parameter.Member, $"the default of {parameter.Name} cannot be written in GraphQL"),
    };
}
