namespace HotChocolate.Types;

/// <summary>How types stand to each other (specification, sections 3.6.1, 5.5.2.3 and 5.8.5).</summary>
internal static class TypeRelations
{
    public static bool IsSameAs(this IType type, IType other) => (type, other) switch
    {
        (NonNullType a, NonNullType b) => IsSameAs(a.InnerType, b.InnerType),
        (ListType a, ListType b) => IsSameAs(a.ElementType, b.ElementType),
        _ => ReferenceEquals(type, other),
    };

    /// <summary>Whether a value of the type is one of the other: the same, without null, or an object of an interface or union.</summary>
    public static bool IsSubTypeOf(this IType type, IType super) => (type, super) switch
    {
        _ when ReferenceEquals(type, super) => true,
        (NonNullType a, NonNullType b) => IsSubTypeOf(a.InnerType, b.InnerType),
        (_, NonNullType) => false,
        (NonNullType a, _) => IsSubTypeOf(a.InnerType, super),
        (ListType a, ListType b) => IsSubTypeOf(a.ElementType, b.ElementType),
        (IComplexType a, InterfaceType b) => a.Interfaces.TryGet(b.Name, out var face) && ReferenceEquals(face, b),
        (ObjectType a, UnionType b) => b.Types.Contains(a),
        _ => false,
    };

    /// <summary>Whether a value may be of both types.</summary>
    public static bool Overlaps(this ICompositeType type, ICompositeType other, Schema schema) => (type, other) switch
    {
        _ when ReferenceEquals(type, other) => true,
        (IAbstractType a, IAbstractType b) => schema.PossibleTypes(a).Any(possible => schema.IsPossibleType(b, possible)),
        (IAbstractType a, ObjectType b) => schema.IsPossibleType(a, b),
        (ObjectType a, IAbstractType b) => schema.IsPossibleType(b, a),
        _ => false,
    };
}
