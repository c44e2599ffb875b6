using System.Linq.Expressions;
using System.Reflection;
using HotChocolate.Resolvers;
using HotChocolate.Types;
using HotChocolate.Types.Pagination;
using Microsoft.Extensions.DependencyInjection;

namespace HotChocolate.CodeFirst;

/// <summary>Turns a static method into a delegate that takes its parameters from the context of a field.</summary>
internal sealed class ResolverCompiler(BindingOptions options)
{
    /// <summary>False for what comes from the parent, the services, the request or a data loader.</summary>
    public bool IsArgument(ParameterInfo parameter) => SourceOf(parameter) == Source.Argument;

    public FieldResolverDelegate Compile(MethodInfo method)
    {
        var (call, context) = Call(method);
        var type = method.ReturnType;
        var open = type.IsGenericType ? type.GetGenericTypeDefinition() : null;
        Expression body = open == typeof(Task<>) || open == typeof(ValueTask<>)
            ? Expression.Call(typeof(ResolverCompiler), open == typeof(Task<>) ? nameof(OfTask) : nameof(OfValueTask), type.GetGenericArguments(), call)
            : Expression.Call(typeof(ResolverCompiler), nameof(OfValue), null, Expression.Convert(call, typeof(object)));
        return Expression.Lambda<FieldResolverDelegate>(body, context).Compile();
    }

    /// <exception cref="SchemaException">The method gives no <c>IAsyncEnumerable</c>.</exception>
    public SubscribeResolverDelegate CompileStream(MethodInfo method)
    {
        var (call, context) = Call(method);
        if (!method.ReturnType.IsGenericType || method.ReturnType.GetGenericTypeDefinition() != typeof(IAsyncEnumerable<>)) throw TypeRegistry.Unfit(method, "it must give an IAsyncEnumerable");
        var body = Expression.Call(typeof(ResolverCompiler), nameof(OfStream), method.ReturnType.GetGenericArguments(), call);
        return Expression.Lambda<SubscribeResolverDelegate>(body, context).Compile();
    }

    private enum Source { Argument, Parent, Message, State, Context, Aborted, Paging, DataLoader, Service }

    private Source SourceOf(ParameterInfo parameter) => parameter.ParameterType switch
    {
        _ when parameter.IsDefined(typeof(ParentAttribute)) => Source.Parent,
        _ when parameter.IsDefined(typeof(EventMessageAttribute)) => Source.Message,
        _ when parameter.IsDefined(typeof(GlobalStateAttribute)) => Source.State,
        var type when type == typeof(IResolverContext) => Source.Context,
        var type when type == typeof(CancellationToken) => Source.Aborted,
        var type when type == typeof(PagingArguments) => Source.Paging,
        var type when type.GetInterfaces().Append(type).Any(i => i.IsGenericType && i.Name.StartsWith("IDataLoader", StringComparison.Ordinal)) => Source.DataLoader,
        var type when options.IsService(type) => Source.Service,
        _ => Source.Argument,
    };

    private (MethodCallExpression Call, ParameterExpression Context) Call(MethodInfo method)
    {
        var context = Expression.Parameter(typeof(IResolverContext));
        return (Expression.Call(method, method.GetParameters().Select(p => Value(p, context))), context);
    }

    private Expression Value(ParameterInfo parameter, ParameterExpression context)
    {
        var type = parameter.ParameterType;
        return SourceOf(parameter) switch
        {
            Source.Parent => Expression.Call(context, nameof(IResolverContext.Parent), [type]),
            Source.Message => Expression.Call(context, nameof(IResolverContext.EventMessage), [type]),
            Source.State => Expression.Call(typeof(ResolverCompiler), nameof(State), [type], context, Expression.Constant(parameter.GetCustomAttribute<GlobalStateAttribute>()!.Key ?? parameter.Name)),
            Source.Context => context,
            Source.Aborted => Expression.Property(context, nameof(IResolverContext.RequestAborted)),
            Source.Paging => Expression.Call(typeof(ResolverCompiler), nameof(Paging), null, context),
            Source.DataLoader => Expression.Call(context, nameof(IResolverContext.DataLoader), [type]),
            Source.Service => Expression.Call(typeof(ServiceProviderServiceExtensions), nameof(ServiceProviderServiceExtensions.GetRequiredService), [type], Expression.Property(context, nameof(IResolverContext.Services))),
            _ => Expression.Call(typeof(ResolverCompiler), nameof(Argument), [type], context, Expression.Constant(Naming.Argument(parameter)), Expression.Constant(InputConversion.To(type))),
        };
    }

    private static T Argument<T>(IResolverContext context, string name, Func<object?, object?> convert) => context.HasArgument(name) ? (T)convert(context.ArgumentValue<object?>(name))! : default!;

    private static T State<T>(IResolverContext context, string key) => context.ContextData.TryGetValue(key, out var value) ? (T)value!
        : throw new InvalidOperationException($"the request has no '{key}' in its context data");

    private static PagingArguments Paging(IResolverContext context) => new(
        Argument<int?>(context, "first", value => value), Argument<string?>(context, "after", value => value),
        Argument<int?>(context, "last", value => value), Argument<string?>(context, "before", value => value));

    private static ValueTask<object?> OfValue(object? value) => new(value);

    private static ValueTask<object?> OfTask<T>(Task<T> task) => task.IsCompletedSuccessfully ? new(task.Result) : WaitAsync(task);

    private static ValueTask<object?> OfValueTask<T>(ValueTask<T> task) => task.IsCompletedSuccessfully ? new(task.Result) : WaitAsync(task.AsTask());

    private static async ValueTask<object?> WaitAsync<T>(Task<T> task) => await task;

    private static ValueTask<IAsyncEnumerable<object?>> OfStream<T>(IAsyncEnumerable<T> messages) => new(Boxed(messages));

    private static async IAsyncEnumerable<object?> Boxed<T>(IAsyncEnumerable<T> messages, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken ct = default)
    {
        await foreach (var message in messages.WithCancellation(ct)) yield return message;
    }
}
