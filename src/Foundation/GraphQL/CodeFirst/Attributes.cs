#pragma warning disable MA0048 // attributes are read together

namespace HotChocolate.Types;

/// <summary>A static class whose public methods are fields of the query type.</summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class QueryTypeAttribute : Attribute;

/// <summary>A static class whose public methods are fields of the mutation type.</summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class MutationTypeAttribute : Attribute;

/// <summary>A static class whose public methods are fields of the subscription type.</summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class SubscriptionTypeAttribute : Attribute;

/// <summary>A static class whose public methods are fields of the object type of <typeparamref name="T"/>, beside its properties; one of the same name takes a property's place.</summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class ObjectTypeAttribute<T> : Attribute, IObjectTypeAttribute
{
    Type IObjectTypeAttribute.Runtime => typeof(T);

    /// <summary>Properties that are no fields.</summary>
    public string[] IgnoreProperties { get; init; } = [];
}

internal interface IObjectTypeAttribute
{
    Type Runtime { get; }
    string[] IgnoreProperties { get; }
}

/// <summary>A method whose parameter <c>[EventMessage]</c> is each message of a stream.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class SubscribeAttribute : Attribute
{
    /// <summary>A method of the same class that gives the stream: an <c>IAsyncEnumerable</c>. It is given the field's arguments.</summary>
    public required string With { get; init; }
}

/// <summary>A parameter that is the value the field is asked of.</summary>
[AttributeUsage(AttributeTargets.Parameter)]
public sealed class ParentAttribute : Attribute;

/// <summary>A parameter that is the message of the subscription.</summary>
[AttributeUsage(AttributeTargets.Parameter)]
public sealed class EventMessageAttribute : Attribute;

/// <summary>A parameter that comes from the request's context data, under the parameter's name if none is given.</summary>
[AttributeUsage(AttributeTargets.Parameter)]
public sealed class GlobalStateAttribute(string? key = null) : Attribute
{
    public string? Key { get; } = key;
}

/// <summary>Makes an input object of which just one field is given: <c>@oneOf</c>.</summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class OneOfAttribute : Attribute;

/// <summary>Names the type that a string, or a whole number, is told as.</summary>
[AttributeUsage(AttributeTargets.Property | AttributeTargets.Method | AttributeTargets.Parameter)]
public sealed class GraphQLTypeAttribute(string name) : Attribute
{
    public string Name { get; } = name;
}
