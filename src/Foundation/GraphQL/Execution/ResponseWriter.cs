using System.Collections;
using System.Runtime.CompilerServices;
using HotChocolate.Types;

namespace HotChocolate.Execution;

/// <summary>
/// Writes the data of a response, depth first: the order in which graphql-js meets errors when nothing waits. Where a null is not allowed, what was written since
/// the next place that allows one is taken back (specification, section 6.4.4, "Handling Execution Errors"), and fields after it are not looked at.
/// </summary>
internal sealed class ResponseWriter(OperationContext context, JsonBuffer json)
{
    private (string? Name, int Index)[] _path = new (string?, int)[16];
    private int _depth;

    public List<Error> Errors { get; } = [];

    /// <returns>False if the object must be null.</returns>
    public bool WriteObject(ObjectNode node) => WriteObject(node.Plan, node.Source, node.Slots);

    /// <summary>One field with its name; for mutations, whose fields are written one by one.</summary>
    /// <returns>False if the object around it must be null.</returns>
    public bool WriteField(FieldPlan field, ObjectNode node) => WriteField(field, node.Source, node.Slots);

    private bool WriteObject(SelectionPlan plan, object source, object?[] slots)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        json.Write((byte)'{');
        var fields = plan.Fields;
        for (var i = 0; i < fields.Length; i++)
        {
            if (i > 0) json.Write((byte)',');
            if (!WriteField(fields[i], source, slots)) return false;
        }

        json.Write((byte)'}');
        return true;
    }

    private bool WriteField(FieldPlan field, object source, object?[] slots)
    {
        Push(field.ResponseName, -1);
        json.Write(field.Key);
        object? value;
        if (field.HasSlot) value = slots[field.Slot];
        else
        {
            try
            {
                value = field.PureValue(source);
            }
            catch (Exception e)
            {
                value = context.Failed(e, HerePath(), field.Nodes);
            }
        }

        if (value is WithErrors told)
        {
            Errors.AddRange(told.Errors);
            value = told.Value;
        }

        var written = Write(field.Field.Type, field, value);
        _depth--;
        return written;
    }

    /// <returns>False if what is around it must be null.</returns>
    private bool Write(IType type, FieldPlan field, object? value)
    {
        if (type is NonNullType nonNull)
            return value is not null ? WriteSome(nonNull.InnerType, field, value) : Fail(field, $"Cannot return null for non-nullable field {field.ParentType.Name}.{field.Field.Name}.");
        if (value is null)
        {
            json.WriteNull();
            return true;
        }

        var start = json.Position;
        if (WriteSome(type, field, value)) return true;
        json.Truncate(start);
        json.WriteNull();
        return true;
    }

    /// <returns>False if there is an error, which is told.</returns>
    private bool WriteSome(IType type, FieldPlan field, object value)
    {
        if (value is Failure failure)
        {
            Errors.AddRange(failure.Errors);
            return false;
        }

        return type switch
        {
            ScalarType scalar => WriteScalar(scalar, field, value),
            ListType list => WriteList(list.ElementType, field, value),
            EnumType => WriteLeaf((EnumType)type, field, value),
            _ when value is ObjectNode node => WriteObject(node.Plan, node.Source, node.Slots),
            _ => WriteObject(field.For((ObjectType)type), value, []),
        };
    }

    private bool WriteScalar(ScalarType type, FieldPlan field, object value)
    {
        if (type.Utf8Format is { } format && json.TryWriteFormatted(format, value)) return true;
        try
        {
            var plain = type.Serialize(value);
            if (plain is null) return Fail(field, $"Expected `{type.Name}.serialize({Inspect.Value(value)})` to return non-nullable value, returned: null");
            json.WriteValue(plain);
            return true;
        }
        catch (Exception e) when (e is not LimitException)
        {
            return Fail(field, e);
        }
    }

    private bool WriteLeaf(EnumType type, FieldPlan field, object value)
    {
        try
        {
            json.WriteString(type.Serialize(value));
            return true;
        }
        catch (SerializationException e)
        {
            return Fail(field, e);
        }
    }

    private bool WriteList(IType elementType, FieldPlan field, object value)
    {
        switch (value)
        {
            case ListNode node: return WriteItems(elementType, field, node.Items);
            case string or IReadOnlyDictionary<string, object?> or not IEnumerable:
                return Fail(field, $"Expected Iterable, but did not find one for field \"{field.ParentType.Name}.{field.Field.Name}\".");
            case IList items: return WriteItems(elementType, field, items);
        }

        var read = new List<object?>();
        try
        {
            foreach (var item in (IEnumerable)value)
            {
                read.Add(item);
                if (read.Count > context.MaxStreamItems) context.CountNodes(read.Count);
            }
        }
        catch (Exception e) when (e is not (LimitException or OperationCanceledException))
        {
            return Fail(field, e);
        }

        return WriteItems(elementType, field, read);
    }

    private bool WriteItems(IType elementType, FieldPlan field, IList items)
    {
        json.Write((byte)'[');
        for (var i = 0; i < items.Count; i++)
        {
            if (i > 0) json.Write((byte)',');
            if ((i & 255) == 255) context.Aborted.ThrowIfCancellationRequested();
            Push(null, i);
            var written = Write(elementType, field, items[i]);
            _depth--;
            if (!written) return false;
        }

        json.Write((byte)']');
        return true;
    }

    private bool Fail(FieldPlan field, string message)
    {
        Errors.Add(OperationContext.Located(new Error(message), HerePath(), field.Nodes));
        return false;
    }

    private bool Fail(FieldPlan field, Exception e)
    {
        Errors.AddRange(context.Failed(e, HerePath(), field.Nodes).Errors);
        return false;
    }

    private void Push(string? name, int index)
    {
        if (_depth == _path.Length) Array.Resize(ref _path, _depth * 2);
        _path[_depth++] = (name, index);
    }

    private Path HerePath()
    {
        Path? path = null;
        foreach (var (name, index) in _path.AsSpan(0, _depth)) path = name is not null ? Path.Of(path, name) : Path.Of(path, index);
        return path!;
    }
}
