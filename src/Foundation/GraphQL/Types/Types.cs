using System.Diagnostics.CodeAnalysis;

namespace HotChocolate.Types;

/// <summary>A type of a schema, wrapped or not.</summary>
public interface IType;

/// <summary>A type that has a name: scalar, object, interface, union, enum or input object.</summary>
public interface INamedType : IType
{
    string Name { get; }
    string? Description { get; }
}

/// <summary>A type that a field may return as it is: a scalar or an enum.</summary>
public interface ILeafType : INamedType;

/// <summary>An object, interface or union: something must be selected of it.</summary>
public interface ICompositeType : INamedType;

/// <summary>An interface or a union.</summary>
public interface IAbstractType : ICompositeType
{
    /// <summary>The object type that a value is of, by name; null lets the object types themselves be asked (<see cref="ObjectType.IsInstance"/>).</summary>
    Func<object, string?>? ResolveType { get; }
}

/// <summary>An object or an interface.</summary>
public interface IComplexType : ICompositeType
{
    Members<OutputField> Fields { get; }

    /// <summary>All that it implements, also through others.</summary>
    Members<InterfaceType> Interfaces { get; }
}

public sealed class ListType(IType elementType) : IType
{
    public IType ElementType { get; } = elementType;
    public override string ToString() => $"[{ElementType}]";
}

/// <param name="innerType">A named type or a list.</param>
public sealed class NonNullType(IType innerType) : IType
{
    public IType InnerType { get; } = innerType;
    public override string ToString() => $"{InnerType}!";
}

/// <summary>A member of a type that has a name.</summary>
public interface IMember
{
    string Name { get; }
}

/// <summary>The members of a type, in the order of their definition. May be filled until the schema is made of the types.</summary>
public sealed class Members<T> : IReadOnlyList<T> where T : IMember
{
    private readonly List<T> _ordered = [];
    private readonly Dictionary<string, T> _byName = new(StringComparer.Ordinal);

    public int Count => _ordered.Count;
    public T this[int index] => _ordered[index];

    /// <exception cref="ArgumentException">There is one of that name.</exception>
    public void Add(T member)
    {
        _byName.Add(member.Name, member);
        _ordered.Add(member);
    }

    public bool Contains(string name) => _byName.ContainsKey(name);
    public bool TryGet(string name, [MaybeNullWhen(false)] out T member) => _byName.TryGetValue(name, out member);
    public List<T>.Enumerator GetEnumerator() => _ordered.GetEnumerator();
    IEnumerator<T> IEnumerable<T>.GetEnumerator() => _ordered.GetEnumerator();
    System.Collections.IEnumerator System.Collections.IEnumerable.GetEnumerator() => _ordered.GetEnumerator();
}

public static class TypeExtensions
{
    /// <summary>The type inside all lists and non-nulls.</summary>
    public static INamedType NamedType(this IType type)
    {
        while (true)
        {
            switch (type)
            {
                case NonNullType nonNull: type = nonNull.InnerType; break;
                case ListType list: type = list.ElementType; break;
                default: return (INamedType)type;
            }
        }
    }

    public static bool IsNonNull(this IType type) => type is NonNullType;
    public static IType Nullable(this IType type) => type is NonNullType nonNull ? nonNull.InnerType : type;
    public static bool IsInput(this IType type) => type.NamedType() is ScalarType or EnumType or InputObjectType;
    public static bool IsOutput(this IType type) => type.NamedType() is not InputObjectType;
    public static bool IsLeaf(this IType type) => type.NamedType() is ILeafType;
    public static bool IsComposite(this IType type) => type.NamedType() is ICompositeType;
}
