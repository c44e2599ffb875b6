using EventSourcedTrading.Privacy;

namespace EventSourcedTrading.Api.GraphQL.Nodes;

/// <summary>Read models and log have references in the place of persons; who may ask is shown names.</summary>
internal static class People
{
    public static async Task<string?> NamedAsync(PersonDirectory persons, string? text, CancellationToken ct) => text is null ? null : await persons.NamedAsync(text, ct);
}
