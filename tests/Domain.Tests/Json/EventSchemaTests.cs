using System.Runtime.CompilerServices;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using EventSourcedTrading.Domain.Engine;
using EventSourcedTrading.Domain.Json;
using EventSourcedTrading.Domain.MetaAgent;
using EventSourcedTrading.Domain.Time;

namespace EventSourcedTrading.Domain.Tests.Json;

/// <summary>
/// docs/events.schema.json, JSON Schema 2020-12, has the shape of every event as the log and NATS carry it. It is made from the code:
/// <c>EST_UPDATE_DOCS=1 FILTER=EventSchema scripts/test Domain.Tests</c> writes it anew.
/// </summary>
public sealed class EventSchemaTests
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    [Fact]
    public void The_published_schema_is_that_of_the_code()
    {
        var definitions = new JsonObject();
        foreach (var type in typeof(DomainEvent).Assembly.GetTypes().Where(t => t.IsSubclassOf(typeof(DomainEvent)) && !t.IsAbstract).OrderBy(t => t.Name, StringComparer.Ordinal))
            definitions[JsonNamingPolicy.SnakeCaseLower.ConvertName(type.Name)] = Of(type);
        Assert.Equal(EventJson.Aliases.Order(StringComparer.Ordinal), definitions.Select(d => d.Key).Order(StringComparer.Ordinal));
        var schema = new JsonObject { ["$schema"] = "https://json-schema.org/draft/2020-12/schema", ["title"] = "Events, by type", ["$defs"] = definitions }.ToJsonString(Indented) + "\n";

        var file = Path.Combine(Path.GetDirectoryName(Here())!, "../../../docs/events.schema.json");
        if (Environment.GetEnvironmentVariable("EST_UPDATE_DOCS") == "1") File.WriteAllText(file, schema);
        Assert.True(File.ReadAllText(file) == schema, "docs/events.schema.json is not up to date; EST_UPDATE_DOCS=1 FILTER=EventSchema scripts/test Domain.Tests writes it anew");
    }

    private static string Here([CallerFilePath] string path = "") => path;

    private static JsonObject Of(Type type)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        if (type == typeof(string) || type == typeof(Wording)) return new() { ["type"] = "string" };
        if (type == typeof(decimal)) return new() { ["type"] = "string", ["pattern"] = "^-?[0-9]+(\\.[0-9]+)?$" };
        if (type == typeof(long)) return new() { ["type"] = "string", ["pattern"] = "^-?[0-9]+$" };
        if (type == typeof(int)) return new() { ["type"] = "integer" };
        if (type == typeof(bool)) return new() { ["type"] = "boolean" };
        if (type == typeof(Timestamp)) return new() { ["type"] = "string", ["format"] = "date-time" };
        if (type == typeof(TimeOnly)) return new() { ["type"] = "string", ["format"] = "time" };
        if (type == typeof(DateOnly)) return new() { ["type"] = "string", ["format"] = "date" };
        if (type == typeof(JsonElement)) return [];
        if (type.IsEnum)
            return new() { ["type"] = "string", ["enum"] = new JsonArray([.. Enum.GetNames(type).Select(n => (JsonNode)JsonNamingPolicy.CamelCase.ConvertName(n))]) };
        if (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IReadOnlyDictionary<,>))
            return new() { ["type"] = "object", ["additionalProperties"] = Of(type.GenericTypeArguments[1]) };
        if (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IReadOnlyList<>))
            return new() { ["type"] = "array", ["items"] = Of(type.GenericTypeArguments[0]) };

        var info = EventJson.Options.GetTypeInfo(type);
        var (properties, required) = (new JsonObject(), new JsonArray());
        foreach (var member in info.Properties.Where(p => p.Get is not null).OrderBy(p => p.Name, StringComparer.Ordinal))
        {
            properties[member.Name] = Of(member.PropertyType);
            if (!member.IsGetNullable && Nullable.GetUnderlyingType(member.PropertyType) is null) required.Add((JsonNode)member.Name);
        }

        var schema = new JsonObject { ["type"] = "object", ["properties"] = properties };
        if (required.Count > 0) schema["required"] = required;
        return schema;
    }
}
