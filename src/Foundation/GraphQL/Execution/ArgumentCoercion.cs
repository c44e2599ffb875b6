using HotChocolate.Language;
using HotChocolate.Types;

namespace HotChocolate.Execution;

/// <summary>The arguments of a field or directive as resolvers get them (specification, section 6.4.1).</summary>
internal static class ArgumentCoercion
{
    /// <param name="at">Where a missing argument is told of.</param>
    /// <returns>Arguments by name; those that neither the document nor a default gives are not in it.</returns>
    /// <exception cref="GraphQLException">An argument is missing or not of its type.</exception>
    public static Dictionary<string, object?> Coerce(
        Members<InputField> definitions, IReadOnlyList<ArgumentNode> given, Location at, IReadOnlyDictionary<string, object?> variables)
    {
        var coerced = new Dictionary<string, object?>(definitions.Count, StringComparer.Ordinal);
        foreach (var definition in definitions)
        {
            var node = Find(given, definition.Name);
            if (node is null || (node is VariableNode absent && !variables.ContainsKey(absent.Name.Value)))
            {
                if (definition.DefaultValue is not null) coerced[definition.Name] = LiteralCoercion.Default(definition);
                else if (definition.Type.IsNonNull())
                    throw node is VariableNode variable
                        ? Wrong(node.Location, $"Argument \"{definition.Name}\" of required type \"{definition.Type}\" was provided the variable \"${variable.Name.Value}\" which was not provided a runtime value.")
                        : Wrong(at, $"Argument \"{definition.Name}\" of required type \"{definition.Type}\" was not provided.");
                continue;
            }

            var isNull = node is NullValueNode || (node is VariableNode holder && variables[holder.Name.Value] is null);
            if (isNull && definition.Type.IsNonNull()) throw Wrong(node.Location, $"Argument \"{definition.Name}\" of non-null type \"{definition.Type}\" must not be null.");
            if (!LiteralCoercion.TryCoerce(node, definition.Type, variables, out var value))
                throw Wrong(node.Location, $"Argument \"{definition.Name}\" has invalid value {SyntaxPrinter.Print(node)}.");
            coerced[definition.Name] = value;
        }

        return coerced;
    }

    /// <summary>The last of that name, where a document that was not validated has two.</summary>
    private static IValueNode? Find(IReadOnlyList<ArgumentNode> given, string name)
    {
        for (var i = given.Count - 1; i >= 0; i--)
            if (given[i].Name.Value == name) return given[i].Value;
        return null;
    }

    private static GraphQLException Wrong(Location at, string message) => new(new Error(message, at));
}
