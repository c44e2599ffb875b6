using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;
using EventSourcedTrading.Testing;

namespace EventSourcedTrading.GraphQL.Tests.Execution;

/// <summary>npm <c>graphql</c>, the reference implementation, in a process of Node.js.</summary>
internal sealed class Reference : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private readonly Process _node;

    private Reference(Process node) => _node = node;

    public static async Task<Reference> StartAsync()
    {
        Assert.SkipUnless(NodeProgram.IsInstalled, "node is not installed");
        return new Reference(await NodeProgram.StartAsync("graphql-execute.mjs"));
    }

    public async Task<JsonObject> AskAsync(object request)
    {
        await _node.StandardInput.WriteLineAsync(JsonSerializer.Serialize(request));
        var line = await _node.StandardOutput.ReadLineAsync().WaitAsync(Patience) ?? throw new InvalidOperationException("node has ended; see its messages above.");
        return JsonNode.Parse(line)!.AsObject();
    }

    public async ValueTask DisposeAsync()
    {
        _node.StandardInput.Close(); // it ends with its input
        await _node.WaitForExitAsync().WaitAsync(Patience);
        _node.Dispose();
    }
}
