using System.Runtime.CompilerServices;
using HotChocolate.Language;

namespace HotChocolate.Types;

/// <summary>Input objects that no finite value could be of: through fields that are not nullable, or through default values (specification, section 3.10).</summary>
internal sealed class InputCycles
{
    private readonly List<Error> _errors;
    private readonly HashSet<InputObjectType> _visited = [];
    private readonly HashSet<InputField> _visitedDefaults = [];
    private readonly List<(InputObjectType Type, InputField Field)> _way = [];

    private InputCycles(List<Error> errors) => _errors = errors;

    public static void Check(Schema schema, List<Error> errors)
    {
        var cycles = new InputCycles(errors);
        foreach (var type in schema.Types.Values.OfType<InputObjectType>()) cycles.ThroughNonNull(type, []);
        foreach (var type in schema.Types.Values.OfType<InputObjectType>()) cycles.ThroughDefaults(type, new ObjectValueNode(default, []));
    }

    /// <summary>Goes on behind a cycle, to find all; each type is entered once.</summary>
    private void ThroughNonNull(InputObjectType type, Dictionary<InputObjectType, int> open)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        if (!_visited.Add(type)) return;
        open[type] = _way.Count;
        foreach (var field in type.Fields)
        {
            if (field.Type is not NonNullType { InnerType: InputObjectType next }) continue;
            _way.Add((type, field));
            if (!open.TryGetValue(next, out var start)) ThroughNonNull(next, open);
            else
                _errors.Add(new Error($"Cannot reference Input Object \"{next.Name}\" within itself through a series of non-null fields: \"{string.Join('.', _way.Skip(start).Select(step => step.Field.Name))}\"."));
            _way.RemoveAt(_way.Count - 1);
        }

        open.Remove(type);
    }

    /// <summary>The defaults of fields that a default leaves out are part of it.</summary>
    private void ThroughDefaults(InputObjectType type, IValueNode value)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        if (value is ListValueNode list)
            foreach (var item in list.Items) ThroughDefaults(type, item);
        if (value is not ObjectValueNode given) return;
        foreach (var field in type.Fields)
        {
            if (field.Type.NamedType() is not InputObjectType next) continue;
            if (given.Fields.FirstOrDefault(f => f.Name.Value == field.Name) is { } written) ThroughDefaults(next, written.Value);
            else if (field.DefaultValue is not null) ThroughDefault(type, field, next);
        }
    }

    private void ThroughDefault(InputObjectType type, InputField field, InputObjectType next)
    {
        var start = _way.FindIndex(step => ReferenceEquals(step.Field, field));
        if (start >= 0)
        {
            var steps = string.Join(", ", _way.Skip(start).Select(step => $"{step.Type.Name}.{step.Field.Name}"));
            _errors.Add(new Error($"The default value of input field {type.Name}.{field.Name} contains itself through the default values of: {steps}."));
            return;
        }

        if (!_visitedDefaults.Add(field)) return;
        _way.Add((type, field));
        ThroughDefaults(next, field.DefaultValue!);
        _way.RemoveAt(_way.Count - 1);
    }
}
