using System.Text.Json.Nodes;
using EventSourcedTrading.Testing;

namespace EventSourcedTrading.GraphQL.Tests.Execution;

/// <summary>npm <c>graphql</c>, the reference implementation, in a process of Node.js.</summary>
internal sealed class Reference : IAsyncDisposable
{
    private readonly NodeDialogue _node;

    private Reference(NodeDialogue node) => _node = node;

    public static async Task<Reference> StartAsync()
    {
        var node = await NodeDialogue.StartAsync("graphql-execute.mjs");
        Assert.SkipWhen(node is null, "node is not installed");
        return new Reference(node);
    }

    public async Task<JsonObject> AskAsync(object request) => JsonObject.Create(await _node.AskAsync(request))!;

    public ValueTask DisposeAsync() => _node.DisposeAsync();
}
