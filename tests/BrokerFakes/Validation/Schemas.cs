using System.Text.Json.Nodes;

namespace EventSourcedTrading.BrokerFakes.Validation;

/// <summary>Gathers an OpenAPI 3.0 document's schemas into one JSON Schema document, each operation's bodies among the definitions.</summary>
public static class Schemas
{
    private const string Components = "#/components/schemas/", Definitions = "#/definitions/", Closed = "closed-";

    public static string Key(string method, string barePath) => $"{method.ToUpperInvariant()} {barePath}";

    /// <summary>Interactive Brokers' file has the orders of a submission as a bare array; its API takes them as <c>{"orders":[…]}</c>.</summary>
    public static JsonNode? Unwrapped(string pattern, JsonNode? request) => pattern.Contains("/{accountId}/orders", StringComparison.Ordinal) && request is JsonObject { Count: 1 } wrapped && wrapped["orders"] is { } orders ? orders : request;

    public static JsonObject Of(JsonNode document)
    {
        var definitions = new JsonObject();
        foreach (var (name, schema) in document["components"]!["schemas"]!.AsObject())
        {
            definitions[name] = Prepared(schema!);
            definitions[Closed + name] = Shut(Prepared(schema!));
        }

        foreach (var (path, item) in document["paths"]!.AsObject())
        {
            foreach (var (method, operation) in item!.AsObject().Where(m => m.Value is JsonObject o && o["responses"] is not null))
            {
                var key = Key(method, Specification.Bare(path));
                if (Body(operation!["requestBody"]) is { } request) definitions[$"{key} request"] = Prepared(request);
                foreach (var (status, response) in operation["responses"]!.AsObject())
                {
                    var resolved = response!["$ref"] is { } reference ? document["components"]!["responses"]![$"{reference}".Split('/')[^1]]! : response;
                    if (Body(resolved) is { } body) definitions[$"{key} {status}"] = Prepared(body);
                }
            }
        }

        return new JsonObject { ["definitions"] = definitions };
    }

    private static JsonNode? Body(JsonNode? holder) => holder?["content"]?.AsObject().FirstOrDefault(c => c.Key.StartsWith("application/json", StringComparison.Ordinal)).Value?["schema"];

    /// <summary>References point to definitions, <c>nullable</c> has NJsonSchema's name, and branches of <c>oneOf</c> are closed; prose is left out.</summary>
    private static JsonNode Prepared(JsonNode schema, bool names = false)
    {
        if (schema is JsonArray array) return new JsonArray([.. array.Select(item => item is null ? null : Prepared(item))]);
        if (schema is not JsonObject from) return schema.DeepClone();
        var to = new JsonObject();
        foreach (var (name, value) in from)
        {
            if (names) to[name] = Prepared(value!);
            else if (name == "$ref") to[name] = $"{value}".Replace(Components, Definitions, StringComparison.Ordinal);
            else if (name == "nullable") to["x-nullable"] = value!.DeepClone();
            else if (name == "oneOf") to["anyOf"] = new JsonArray([.. value!.AsArray().Select(branch => Branch(branch!))]);
            else if (name is "enum" or "required") to[name] = value!.DeepClone();
            else if (name is not ("description" or "title" or "example" or "examples" or "summary" or "discriminator" or "deprecated") && !name.StartsWith("x-", StringComparison.Ordinal) && value is not null)
                to[name] = Prepared(value, names: name == "properties");
        }

        return to;
    }

    private static JsonNode Branch(JsonNode branch) => branch["$ref"] is { } reference
        ? new JsonObject { ["$ref"] = $"{reference}".Replace(Components, Definitions + Closed, StringComparison.Ordinal) } : Prepared(branch);

    private static JsonNode Shut(JsonNode schema)
    {
        var target = schema["items"] is JsonObject items ? items : schema;
        if (target["properties"] is not null && target["additionalProperties"] is null) target["additionalProperties"] = false;
        return schema;
    }
}
