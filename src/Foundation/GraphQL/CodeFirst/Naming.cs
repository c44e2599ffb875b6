using System.Reflection;
using System.Text;
using System.Text.Json;
using HotChocolate.Types;

#pragma warning disable MA0048 // attributes are read with what reads them

namespace HotChocolate
{
    [AttributeUsage(AttributeTargets.All)]
    public sealed class GraphQLNameAttribute(string name) : Attribute
    {
        public string Name { get; } = name;
    }

    /// <summary>Goes before the doc comment; Markdown.</summary>
    [AttributeUsage(AttributeTargets.All)]
    public sealed class GraphQLDescriptionAttribute(string description) : Attribute
    {
        public string Description { get; } = description;
    }

    [AttributeUsage(AttributeTargets.All)]
    public sealed class GraphQLDeprecatedAttribute(string reason) : Attribute
    {
        public string Reason { get; } = reason;
    }

    [AttributeUsage(AttributeTargets.All)]
    public sealed class GraphQLIgnoreAttribute : Attribute;
}

namespace HotChocolate.CodeFirst
{
    /// <summary>From the names of C# to those of GraphQL, as HotChocolate makes them.</summary>
    internal static class Naming
    {
        /// <summary><c>GetOrdersAsync</c> is <c>orders</c>.</summary>
        public static string Field(MemberInfo member)
        {
            if (member.GetCustomAttribute<GraphQLNameAttribute>() is { } given) return given.Name;
            var name = member.Name;
            if (member is MethodInfo)
            {
                if (name.StartsWith("Get", StringComparison.Ordinal) && name.Length > 3) name = name[3..];
                if (name.EndsWith("Async", StringComparison.Ordinal) && name.Length > 5) name = name[..^5];
            }

            return JsonNamingPolicy.CamelCase.ConvertName(name);
        }

        public static string Argument(ParameterInfo parameter) =>
            parameter.GetCustomAttribute<GraphQLNameAttribute>()?.Name ?? JsonNamingPolicy.CamelCase.ConvertName(parameter.Name!);

        /// <summary><c>Connection&lt;Order&gt;</c> is <c>OrderConnection</c>; an input's name ends in Input.</summary>
        /// <param name="nameOf">The name of a type argument.</param>
        public static string Type(Type type, bool input, Func<Type, string> nameOf)
        {
            var name = type.GetCustomAttribute<GraphQLNameAttribute>()?.Name ?? type.Name;
            if (type.IsGenericType) name = string.Concat(type.GetGenericArguments().Select(nameOf).Append(name.Split('`')[0]));
            return input && !name.EndsWith("Input", StringComparison.Ordinal) ? name + "Input" : name;
        }

        /// <summary><c>PartiallyFilled</c> is <c>PARTIALLY_FILLED</c>.</summary>
        public static string EnumValue(string name)
        {
            var text = new StringBuilder();
            for (var i = 0; i < name.Length; i++)
            {
                if (i > 0 && char.IsUpper(name[i]) && (!char.IsUpper(name[i - 1]) || (i + 1 < name.Length && char.IsLower(name[i + 1])))) text.Append('_');
                text.Append(char.ToUpperInvariant(name[i]));
            }

            return text.ToString();
        }
    }
}
