using HotChocolate.Language;

namespace HotChocolate.Validation;

/// <summary>An input object in a document names each field once (specification, section 5.6.3).</summary>
internal static class UniqueInputFields
{
    public static void Check(IValueNode value, Action<Error> report)
    {
        switch (value)
        {
            case ListValueNode list:
                foreach (var item in list.Items) Check(item, report);
                break;
            case ObjectValueNode input:
                CheckNames(input, report);
                foreach (var field in input.Fields) Check(field.Value, report);
                break;
        }
    }

    public static void CheckNames(ObjectValueNode input, Action<Error> report)
    {
        if (input.Fields.Count < 2) return;
        var known = new Dictionary<string, NameNode>(input.Fields.Count, StringComparer.Ordinal);
        foreach (var field in input.Fields)
            if (!known.TryAdd(field.Name.Value, field.Name))
                report(new Error($"There can be only one input field named \"{field.Name.Value}\".", known[field.Name.Value].Location, field.Name.Location));
    }
}
