using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace EventSourcedTrading.BrokerFakes.Serving;

/// <summary>A request as a handler sees it.</summary>
/// <param name="Path">Path and query, not decoded.</param>
public sealed record Call(string Method, string Path, RouteTexts Route, IQueryCollection Query, IHeaderDictionary Headers, JsonNode? Body)
{
    /// <summary>A query parameter; null if it is not given or empty.</summary>
    public string? Text(string name) => Query[name].FirstOrDefault() is { Length: > 0 } text ? text : null;

    public bool Flag(string name) => string.Equals(Text(name), "true", StringComparison.OrdinalIgnoreCase);

    public int? Number(string name) => Text(name) is not { } text ? null
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : throw new BadCallException($"{name}: '{text}' is not a whole number from 0");

    public DateTimeOffset? Time(string name) => Text(name) is not { } text ? null
        : DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time : throw new BadCallException($"{name}: '{text}' is not an ISO 8601 time");
}

/// <summary>The parts of the path that the pattern names.</summary>
public sealed class RouteTexts(IReadOnlyDictionary<string, object?> values)
{
    public string this[string name] => values.TryGetValue(name, out var value) ? value?.ToString() ?? "" : "";
}

/// <param name="Body">JSON, or null for an empty answer.</param>
/// <param name="Text">Plain text instead of JSON.</param>
public sealed record Answer(int Status, JsonNode? Body, string? Text = null)
{
    public static Answer Ok(JsonNode body) => new(200, body);

    public static implicit operator Answer(JsonNode body) => Ok(body);
}

/// <summary>A path that a fake serves.</summary>
/// <param name="Pattern">As in the broker's specification, apart from the names in braces.</param>
/// <param name="Name">One of <see cref="Faults.FaultPoints.Calls"/>.</param>
/// <param name="Handle">Runs while the venue stands still; throws <see cref="Venues.RefusedException"/> or <see cref="BadCallException"/> to refuse.</param>
public sealed record Operation(string Method, string Pattern, string Name, Func<Call, Answer> Handle);

/// <summary>A request that the broker would not understand; the message says which field, its value and the rule.</summary>
public sealed class BadCallException(string message) : Exception(message);

/// <summary>Reads fields of a JSON body that may come as text or as number, as both brokers accept it.</summary>
public static class Fields
{
    /// <exception cref="JsonException">It is no JSON, is nested more than 64 deep, or has a name twice.</exception>
    public static JsonNode? Parse(string text) => JsonNode.Parse(text, documentOptions: Strict);

    public static string? Text(this JsonNode? body, string name) => body is JsonObject o && o[name] is JsonValue value
        ? value.GetValueKind() == JsonValueKind.String ? value.GetValue<string>() : value.ToJsonString() is var text && text != "null" ? text : null : null;

    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false };

    private const decimal MaxAmount = 1_000_000_000_000m;

    /// <exception cref="BadCallException">It is there and is no number above 0 and up to 10¹².</exception>
    public static decimal? Amount(this JsonNode? body, string name)
    {
        if (body.Text(name) is not { Length: > 0 } text) return null;
        return decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && number is > 0 and <= MaxAmount
            ? number : throw new BadCallException($"{name} must be a number above 0, and is '{text}'");
    }

    public static bool Flag(this JsonNode? body, string name) => body.Text(name) == "true";
}
