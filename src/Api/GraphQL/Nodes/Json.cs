using System.Text.Json;
using EventSourcedTrading.Domain.Json;

namespace EventSourcedTrading.Api.GraphQL.Nodes;

/// <summary>What read models keep as JSON.</summary>
internal static class Json
{
    public static JsonElement? Of(string? text) => text is null ? null : JsonElement.Parse(text);

    public static IReadOnlyList<T> ListOf<T>(string text) => JsonSerializer.Deserialize<IReadOnlyList<T>>(text, EventJson.Options) ?? [];
}
