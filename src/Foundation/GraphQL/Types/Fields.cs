using HotChocolate.Language;
using HotChocolate.Resolvers;

namespace HotChocolate.Types;

/// <summary>A field of an object or interface.</summary>
public sealed class OutputField(string name, IType type, string? description = null, string? deprecationReason = null) : IMember
{
    public string Name { get; } = name;
    public IType Type { get; } = type;
    public string? Description { get; } = description;

    /// <summary>Null while it is not deprecated.</summary>
    public string? DeprecationReason { get; } = deprecationReason;

    public Members<InputField> Arguments { get; } = new();

    /// <summary>Gives the value of a parent that is at hand, without waiting: the fast way for properties. At most one of this and <see cref="Resolver"/>.</summary>
    public Func<object, object?>? PureResolver { get; init; }

    /// <summary>Gives the value. Null with no <see cref="PureResolver"/>: the parent is a dictionary with the value under the field's name.</summary>
    public FieldResolverDelegate? Resolver { get; init; }

    /// <summary>For fields of the subscription type: the stream of messages that the field is resolved for, one by one.</summary>
    public SubscribeResolverDelegate? SubscribeResolver { get; init; }

    /// <summary>What it costs to resolve once, for the limit on a request's cost; 0 for what is at hand, 1 for the usual, more for what asks a database.</summary>
    public int Cost { get; init; } = 1;

    /// <summary>The argument that tells how many items a list will have at most (such as <c>first</c>), for the cost; null where the list is not paged.</summary>
    public string? SlicingArgument { get; init; }

    /// <summary>How many items a list is taken to have for the cost where no argument tells.</summary>
    public int AssumedSize { get; init; } = 10;
}

/// <summary>A field of an input object, or an argument of a field or directive.</summary>
public sealed class InputField(string name, IType type, string? description = null, IValueNode? defaultValue = null, string? deprecationReason = null) : IMember
{
    public string Name { get; } = name;
    public IType Type { get; } = type;
    public string? Description { get; } = description;

    /// <summary>Null where there is none; <see cref="NullValueNode"/> where the default is null.</summary>
    public IValueNode? DefaultValue { get; } = defaultValue;

    public string? DeprecationReason { get; } = deprecationReason;

    /// <summary>Without a default and not nullable, it has to be given.</summary>
    public bool IsRequired => Type.IsNonNull() && DefaultValue is null;
}

/// <summary>Where directives may stand; the specification's names in Pascal case.</summary>
public enum DirectiveLocation
{
    Query, Mutation, Subscription, Field, FragmentDefinition, FragmentSpread, InlineFragment, VariableDefinition,
    Schema, Scalar, Object, FieldDefinition, ArgumentDefinition, Interface, Union, Enum, EnumValue, InputObject, InputFieldDefinition,
}

public sealed class DirectiveType(string name, IReadOnlyList<DirectiveLocation> locations, string? description = null, bool isRepeatable = false) : IMember
{
    public string Name { get; } = name;
    public IReadOnlyList<DirectiveLocation> Locations { get; } = locations;
    public string? Description { get; } = description;
    public bool IsRepeatable { get; } = isRepeatable;
    public Members<InputField> Arguments { get; } = new();
}
