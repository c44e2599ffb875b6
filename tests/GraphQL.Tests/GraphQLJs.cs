using System.Runtime.InteropServices;
using System.Text.Json;
using EventSourcedTrading.Testing;

[assembly: AssemblyFixture(typeof(EventSourcedTrading.GraphQL.Tests.GraphQLJs))]

namespace EventSourcedTrading.GraphQL.Tests;

/// <summary>The reference implementation of GraphQL, npm <c>graphql</c> 16, in one process of Node.js: it shares no code with us.</summary>
public sealed class GraphQLJs : IAsyncLifetime
{
    private NodeDialogue? node;

    public async ValueTask InitializeAsync() => node = await NodeDialogue.StartAsync("graphql-language.js");

    /// <summary>Each document printed anew, or its error.</summary>
    public async Task<Answer[]> ParseAsync(IEnumerable<string> sources) =>
        (await AskAsync(new { parse = sources.Select(s => Convert.ToBase64String(MemoryMarshal.AsBytes(s.AsSpan()))) })).Deserialize<Answer[]>(JsonSerializerOptions.Web)!;

    /// <summary>A schema printed sorted, or its errors.</summary>
    public async Task<Answer> SchemaAsync(string sdl) => (await AskAsync(new { schema = sdl })).Deserialize<Answer>(JsonSerializerOptions.Web)!;

    /// <summary>What is wrong with each document.</summary>
    public async Task<Answer[]> ValidateAsync(string sdl, IEnumerable<string> documents) =>
        (await AskAsync(new { schema = sdl, validate = documents })).Deserialize<Answer[]>(JsonSerializerOptions.Web)!;

    public async Task<Changes> ChangesAsync(string old, string @new) => (await AskAsync(new { old, @new })).Deserialize<Changes>(JsonSerializerOptions.Web)!;

    private async Task<JsonElement> AskAsync(object request)
    {
        Assert.SkipWhen(node is null, "node is not installed");
        return await node.AskAsync(request);
    }

    public async ValueTask DisposeAsync()
    {
        if (node is not null) await node.DisposeAsync();
    }
}

public sealed record Answer(string? Printed, Complaint? Error, Complaint[]? Errors);

/// <param name="Locations">Lines and columns, such as <c>3:14</c>.</param>
public sealed record Complaint(string Message, string[] Locations)
{
    public override string ToString() => Locations.Length == 0 ? Message : $"{Message} @ {string.Join(' ', Locations)}";
}

public sealed record Changes(string[] Breaking, string[] Dangerous);
