using System.Diagnostics;
using System.Text.Json;

namespace EventSourcedTrading.Testing;

/// <summary>A script for Node.js that answers each question, a line of JSON, by a line of JSON; one question at a time.</summary>
public sealed class NodeDialogue : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);

    private readonly SemaphoreSlim turn = new(1);
    private readonly Process node;

    private NodeDialogue(Process node) => this.node = node;

    /// <param name="script">One of <c>tests/Testing/node</c>.</param>
    /// <returns>Null where Node.js is not installed.</returns>
    public static async Task<NodeDialogue?> StartAsync(string script) => NodeProgram.IsInstalled ? new(await NodeProgram.StartAsync(script)) : null;

    public async Task<JsonElement> AskAsync(object question)
    {
        await turn.WaitAsync();
        try
        {
            await node.StandardInput.WriteLineAsync(JsonSerializer.Serialize(question));
            var line = await node.StandardOutput.ReadLineAsync().WaitAsync(Patience) ?? throw new InvalidOperationException("node has ended; see its messages above.");
            return JsonDocument.Parse(line).RootElement;
        }
        finally
        {
            turn.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        node.StandardInput.Close(); // it ends with its input
        await node.WaitForExitAsync().WaitAsync(Patience);
        node.Dispose();
        turn.Dispose();
    }
}
