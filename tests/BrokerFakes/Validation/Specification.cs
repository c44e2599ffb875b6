using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using EventSourcedTrading.BrokerFakes.Serving;
using Newtonsoft.Json.Linq;
using NJsonSchema;
using NJsonSchema.Validation;

namespace EventSourcedTrading.BrokerFakes.Validation;

/// <summary>
/// A broker's OpenAPI file as the judge of requests and responses. The judging is NJsonSchema's; here the file is only brought into its form. It is
/// stricter than the file where that says too little: a branch of <c>oneOf</c> admits the fields that it names and no others, as without that
/// every object would fit every branch.
/// </summary>
public sealed partial class Specification
{
    /// <summary>Files that were read: many fakes of one process share them.</summary>
    private static readonly ConcurrentDictionary<string, Lazy<Task<Specification>>> Read = [];

    private readonly Lock gate = new();
    private readonly JsonObject paths;
    private readonly JsonObject components;
    private readonly JsonSchema schemas;
    private readonly string broker;

    private Specification(string broker, JsonNode document, JsonSchema schemas)
    {
        (this.broker, this.schemas) = (broker, schemas);
        components = document["components"]!.AsObject();
        paths = [];
        foreach (var (path, item) in document["paths"]!.AsObject()) paths[Bare(path)] = item!.DeepClone();
    }

    /// <summary>
    /// Where the files are: <c>EST_SPECS</c>, or the first folder <c>specs</c> or <c>shared/specs</c> at or above the program that holds one.
    /// </summary>
    public static string? Folder(string file)
    {
        if (Environment.GetEnvironmentVariable("EST_SPECS") is { Length: > 0 } named) return named;
        for (var at = new DirectoryInfo(AppContext.BaseDirectory); at is not null; at = at.Parent)
        {
            foreach (var folder in new[] { Path.Combine(at.FullName, "specs"), Path.Combine(at.FullName, "shared", "specs") })
            {
                if (File.Exists(Path.Combine(folder, file))) return folder;
            }
        }

        return null;
    }

    /// <summary>Null if the file is not at hand.</summary>
    public static async Task<Specification?> FindAsync(string broker, string file, string? folder)
    {
        if ((folder ?? Folder(file)) is not { } found || !File.Exists(Path.Combine(found, file))) return null;
        return await Read.GetOrAdd(Path.Combine(found, file), path => new Lazy<Task<Specification>>(() => ReadAsync(broker, path))).Value;
    }

    private static async Task<Specification> ReadAsync(string broker, string path)
    {
        var text = await File.ReadAllTextAsync(path);
        var document = path.EndsWith(".yaml", StringComparison.Ordinal) ? Yaml.Read(text) : JsonNode.Parse(text)!;
        return new Specification(broker, document, await JsonSchema.FromJsonAsync(Schemas.Of(document).ToJsonString()));
    }

    /// <summary>Where the exchange does not agree, one line each, without what <see cref="KnownMismatches"/> gives a reason for.</summary>
    public IReadOnlyList<string> Check(Exchange exchange) => [.. All(exchange).Where(line => !KnownMismatches.Covers(broker, line)).Distinct()];

    /// <summary>The same with the known ones.</summary>
    public IReadOnlyList<string> All(Exchange exchange)
    {
        lock (gate) return [.. Found(exchange)];
    }

    private IEnumerable<string> Found(Exchange exchange)
    {
        var at = $"{exchange.Method} {exchange.Pattern}";
        if (paths[Bare(exchange.Pattern)]?[exchange.Method.ToLowerInvariant()] is not { } operation) return [$"{at}: is not in the file"];
        var key = Schemas.Key(exchange.Method, Bare(exchange.Pattern));
        var found = Query(exchange, operation).ToList();
        if (Schemas.Unwrapped(exchange.Pattern, exchange.Request) is { } request) found.AddRange(Errors($"{key} request", request));
        else if (operation["requestBody"]?["required"]?.GetValue<bool>() == true) found.Add("request: body is missing");
        if (operation["responses"]?[$"{exchange.Status}"] is null) found.Add($"{exchange.Status}: is not in the file");
        else if (exchange.Response is { } response) found.AddRange(Errors($"{key} {exchange.Status}", response));
        return found.Select(f => $"{at} {f}");
    }

    private IEnumerable<string> Query(Exchange exchange, JsonNode operation)
    {
        var declared = (operation["parameters"]?.AsArray() ?? []).Select(p => p!["$ref"] is { } reference ? components["parameters"]![$"{reference}".Split('/')[^1]]! : p).Where(p => $"{p["in"]}" == "query").ToList();
        foreach (var (name, values) in Microsoft.AspNetCore.WebUtilities.QueryHelpers.ParseQuery(exchange.Path.Contains('?', StringComparison.Ordinal) ? exchange.Path[exchange.Path.IndexOf('?', StringComparison.Ordinal)..] : ""))
        {
            if (declared.Find(p => $"{p["name"]}" == name)?["schema"] is not { } schema) yield return $"query {name}: is not in the file";
            else if (schema["enum"] is JsonArray allowed && !allowed.Any(a => $"{a}" == values)) yield return $"query {name}: '{values}' is not of its enum";
            else if ($"{schema["type"]}" == "integer" && !long.TryParse(values, out _)) yield return $"query {name}: '{values}' is no integer";
            else if ($"{schema["type"]}" == "boolean" && !bool.TryParse(values, out _)) yield return $"query {name}: '{values}' is no boolean";
        }
    }

    private IEnumerable<string> Errors(string key, JsonNode body)
    {
        if (!schemas.Definitions.TryGetValue(key, out var schema)) return [];
        var part = key.Split(' ')[^1];
        var token = JToken.Parse(body.ToJsonString());
        return schema.Validate(token, SchemaType.OpenApi3).SelectMany(Leaves).Select(e => $"{part} {Index().Replace(e.Path ?? "", "[]")}: {e.Kind}{Value(token, e)}");
    }

    /// <summary>What stands where one of an enumeration should.</summary>
    private static string Value(JToken body, ValidationError error) => error.Kind == ValidationErrorKind.NotInEnumeration ? $" '{body.SelectToken(error.Path!.TrimStart('#', '/'))}'" : "";

    private static IEnumerable<ValidationError> Leaves(ValidationError error) => error is ChildSchemaValidationError parent ? parent.Errors.Values.SelectMany(e => e).SelectMany(Leaves).DefaultIfEmpty(error) : [error];

    /// <summary>A path without the names in its braces.</summary>
    internal static string Bare(string path) => Braces().Replace(path, "{}");

    [GeneratedRegex(@"\{[^}]*\}", RegexOptions.None, 1_000)]
    private static partial Regex Braces();

    [GeneratedRegex(@"\[\d+\]", RegexOptions.None, 1_000)]
    private static partial Regex Index();
}
