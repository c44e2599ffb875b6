using System.Collections;
using System.Globalization;

namespace HotChocolate.CodeFirst;

/// <summary>From what coercion gives (scalars' values, lists of objects, instances of input types) to what a parameter takes.</summary>
internal static class InputConversion
{
    public static Func<object?, object?> To(Type type)
    {
        var plain = Nullable.GetUnderlyingType(type) ?? type;
        if (TypeRegistry.ElementOf(plain) is { } element)
        {
            var item = To(element);
            return value => value is IEnumerable items and not string ? Listed(items, element, item) : value;
        }

        return plain == typeof(long) || plain == typeof(decimal) || plain == typeof(double)
            ? value => value is IConvertible number && value.GetType() != plain ? Convert.ChangeType(number, plain, CultureInfo.InvariantCulture) : value
            : value => value;
    }

    private static Array Listed(IEnumerable items, Type element, Func<object?, object?> convert)
    {
        var all = items.Cast<object?>().Select(convert).ToArray();
        var typed = Array.CreateInstance(element, all.Length);
        for (var i = 0; i < all.Length; i++) typed.SetValue(all[i], i);
        return typed;
    }
}
