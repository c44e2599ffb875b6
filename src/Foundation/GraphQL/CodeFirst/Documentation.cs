using System.Collections.Concurrent;
using System.Reflection;
using System.Text;
using System.Text.Json;
using System.Xml;
using System.Xml.Linq;

namespace HotChocolate.CodeFirst;

/// <summary>Doc comments as descriptions, from the XML file that the compiler leaves beside an assembly; without one there are none. An attribute goes before.</summary>
internal static class Documentation
{
    private static readonly ConcurrentDictionary<Assembly, Dictionary<string, XElement>> Files = new();

    public static string? Of(Type type) => type.GetCustomAttribute<GraphQLDescriptionAttribute>()?.Description ?? Text(Member(type.Assembly, $"T:{Name(type)}")?.Element("summary"));

    public static string? Of(MemberInfo member) => member switch
    {
        _ when member.GetCustomAttribute<GraphQLDescriptionAttribute>() is { } given => given.Description,
        PropertyInfo property => Text(Member(member.Module.Assembly, $"P:{Name(property.DeclaringType!)}.{property.Name}")?.Element("summary")) ?? OfParameter(property.DeclaringType!, property.Name),
        FieldInfo field => Text(Member(member.Module.Assembly, $"F:{Name(field.DeclaringType!)}.{field.Name}")?.Element("summary")),
        MethodInfo method => Text(Method(method)?.Element("summary")),
        _ => null,
    };

    /// <summary>Of a record's or a method's parameter.</summary>
    public static string? OfParameter(MemberInfo of, string parameter) =>
        Text((of is MethodInfo method ? Method(method) : of is Type type ? Member(type.Assembly, $"T:{Name(type)}") : null)?.Elements("param").FirstOrDefault(p => (string?)p.Attribute("name") == parameter));

    private static XElement? Method(MethodInfo method)
    {
        // Overloads cannot be fields, so the name is enough.
        var prefix = $"M:{Name(method.DeclaringType!)}.{method.Name}";
        return FileOf(method.Module.Assembly).FirstOrDefault(m => m.Key.StartsWith(prefix, StringComparison.Ordinal) && (m.Key.Length == prefix.Length || m.Key[prefix.Length] == '(')).Value;
    }

    private static XElement? Member(Assembly assembly, string id) => FileOf(assembly).GetValueOrDefault(id);

    private static string Name(Type type) => (type.IsGenericType ? type.GetGenericTypeDefinition() : type).FullName!.Replace('+', '.');

    private static Dictionary<string, XElement> FileOf(Assembly assembly) => Files.GetOrAdd(assembly, static a =>
    {
        var file = System.IO.Path.ChangeExtension(a.Location, ".xml");
        if (a.Location.Length == 0 || !File.Exists(file)) return [];
        try
        {
            return XDocument.Load(file).Descendants("member").ToDictionary(m => (string)m.Attribute("name")!, StringComparer.Ordinal);
        }
        catch (XmlException)
        {
            return [];
        }
    });

    private static string? Text(XElement? element)
    {
        if (element is null) return null;
        var text = new StringBuilder();
        foreach (var node in element.DescendantNodes())
        {
            switch (node)
            {
                case XText { Parent.Name.LocalName: "c" } code: text.Append('`').Append(code.Value).Append('`'); break;
                case XText plain: text.Append(plain.Value); break;
                case XElement { Name.LocalName: "paramref" } parameter: text.Append('`').Append(JsonNamingPolicy.CamelCase.ConvertName((string)parameter.Attribute("name")!)).Append('`'); break;
                case XElement reference when (string?)reference.Attribute("cref") is { } name: text.Append('`').Append(name[(name.LastIndexOf('.') + 1)..]).Append('`'); break;
            }
        }

        var words = text.ToString().Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        return words.Length == 0 ? null : string.Join(' ', words);
    }
}
