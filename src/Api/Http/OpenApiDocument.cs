using System.Text.Json.Nodes;
using EventSourcedTrading.Api.Access;
using EventSourcedTrading.Domain.Control;
using EventSourcedTrading.Domain.Time;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.OpenApi;
using Operation = EventSourcedTrading.Domain.Control.Operation;

namespace EventSourcedTrading.Api.Http;

/// <summary>The OpenAPI 3.1 document at /openapi/v1.json; docs/openapi.json is a copy of it.</summary>
internal static class OpenApiDocument
{
    private const string KeyScheme = "bearer";

    public static void Add(IServiceCollection services)
    {
        services.ConfigureHttpJsonOptions(o =>
        {
            // The document shows what we read and write, so it must be made of the same types.
            o.SerializerOptions.TypeInfoResolver = ApiJson.Options.TypeInfoResolver;
            foreach (var converter in ApiJson.Options.Converters) o.SerializerOptions.Converters.Add(converter);
            o.SerializerOptions.DefaultIgnoreCondition = ApiJson.Options.DefaultIgnoreCondition;
            o.SerializerOptions.RespectNullableAnnotations = true;
        });
        services.AddOpenApi("v1", options =>
        {
            options.OpenApiVersion = OpenApiSpecVersion.OpenApi3_1;
            options.AddDocumentTransformer(Introduce);
            options.AddOperationTransformer(Describe);
            options.AddSchemaTransformer(NameScalars);
        });
    }

    private static Task Introduce(Microsoft.OpenApi.OpenApiDocument document, OpenApiDocumentTransformerContext context, CancellationToken ct)
    {
        document.Info = new OpenApiInfo
        {
            Title = "EventSourcedTrading control plane", Version = "v1",
            Description = "Every command is an event with actor, address and reason, whether it was obeyed or not. What makes trading less safe takes a second person (202 with an approval id).",
        };
        document.Servers = [];
        document.Components ??= new OpenApiComponents();
        document.Components.SecuritySchemes = new Dictionary<string, IOpenApiSecurityScheme>
        {
            [KeyScheme] = new OpenApiSecurityScheme { Type = SecuritySchemeType.Http, Scheme = "bearer", Description = "An API key (est_…), or a JWT where an issuer is configured." },
        };
        document.Security = [new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(KeyScheme, document)] = [] }];
        return Task.CompletedTask;
    }

    private static Task Describe(OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken ct)
    {
        if (context.Description.ActionDescriptor.EndpointMetadata.OfType<Operation>().FirstOrDefault() is not { } known) return Task.CompletedTask;
        operation.Description = $"Roles: {string.Join(", ", known.Roles.Select(ApiKeys.WordOf))}.";
        if (operation.Responses?.ContainsKey("202") == true && known != Operation.Approve && known != Operation.Deny)
        {
            operation.Parameters ??= [];
            operation.Parameters.Add(new OpenApiParameter
            {
                Name = "Idempotency-Key", In = ParameterLocation.Header, Required = true,
                Description = "1 to 64 letters, digits and . _ -. The same key again gets the first result; with other content 422.",
                Schema = new OpenApiSchema { Type = JsonSchemaType.String, Pattern = "^\"?[A-Za-z0-9._-]{1,64}\"?$" },
            });
        }

        operation.Responses ??= [];
        operation.Responses["default"] = new OpenApiResponse
        {
            Description = "Problem details (RFC 9457) with code and, where a member is wrong, field",
            Content = new Dictionary<string, OpenApiMediaType> { ["application/problem+json"] = new() { Schema = Problem() } },
        };
        return Task.CompletedTask;
    }

    private static OpenApiSchema Problem() => new()
    {
        Type = JsonSchemaType.Object,
        Required = new HashSet<string> { "type", "title", "status", "detail", "instance", "code" },
        Properties = new Dictionary<string, IOpenApiSchema>
        {
            ["type"] = Text(), ["title"] = Text(), ["status"] = new OpenApiSchema { Type = JsonSchemaType.Integer }, ["detail"] = Text(), ["instance"] = Text(), ["code"] = Text(),
            ["field"] = Text(), ["commandId"] = Text(),
        },
    };

    private static OpenApiSchema Text() => new() { Type = JsonSchemaType.String };

    /// <summary>The schema of a type with a converter of its own is not known to the generator.</summary>
    private static Task NameScalars(OpenApiSchema schema, OpenApiSchemaTransformerContext context, CancellationToken ct)
    {
        var declared = context.JsonTypeInfo.Type;
        var type = Nullable.GetUnderlyingType(declared) ?? declared;
        var nullable = type != declared ? JsonSchemaType.Null : default;
        if (type == typeof(decimal)) (schema.Type, schema.Format, schema.Description) = (JsonSchemaType.String | JsonSchemaType.Number | nullable, "decimal", "Written as text; read as text or number.");
        else if (type == typeof(long)) (schema.Type, schema.Format) = (JsonSchemaType.String | JsonSchemaType.Integer | nullable, "int64");
        else if (type == typeof(Timestamp)) (schema.Type, schema.Format) = (JsonSchemaType.String | nullable, "date-time");
        else if (type.IsEnum)
        {
            schema.Type = JsonSchemaType.String | nullable;
            schema.Enum = [.. Enum.GetNames(type).Select(n => (JsonNode)System.Text.Json.JsonNamingPolicy.CamelCase.ConvertName(n)!)];
        }

        return Task.CompletedTask;
    }
}
