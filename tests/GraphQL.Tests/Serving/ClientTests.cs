using System.Text.Json;
using EventSourcedTrading.Testing;

namespace EventSourcedTrading.GraphQL.Tests.Serving;

/// <summary>Clients from npm that know nothing of us: <c>graphql-ws</c> and <c>@urql/core</c>.</summary>
public sealed class ClientTests
{
    [Fact]
    public async Task Real_clients_query_change_and_subscribe()
    {
        Assert.SkipUnless(NodeProgram.IsInstalled, "node is not installed");
        await using var server = await SampleServer.StartAsync();
        var ended = await NodeProgram.RunAsync("graphql-clients.mjs", server.Http.ToString(), server.Socket.ToString());
        Assert.True(ended.Code == 0, ended.Error);
        var got = JsonDocument.Parse(ended.Out).RootElement;
        string Of(string name) => got.GetProperty(name).GetRawText();
        Assert.Equal("""[{"data":{"hello":"world"}}]""", Of("wsQuery"));
        Assert.Equal("""[{"data":{"a":2,"b":5}}]""", Of("wsMutation"));
        Assert.Equal("[56,57,58,59,60]", Of("wsSubscription"));
        Assert.Contains("Syntax Error", Of("wsInvalid"));
        Assert.Contains("Unexpected Execution Error", Of("wsBroken"));
        Assert.DoesNotContain("secret", ended.Out);
        Assert.Equal("""{"hello":"world","echo":"Größe 🏃","__typename":"Query"}""", Of("urqlQuery"));
        Assert.Equal("""{"data":null,"errors":[{"message":"Cannot return null for non-nullable field Query.sure.","path":["sure"]}]}""", Of("urqlError"));
        Assert.Equal("[11,12,13]", Of("urqlSubscription"));
    }

    [Fact]
    public async Task A_subscription_goes_on_over_a_restart_without_loss_or_repeat()
    {
        Assert.SkipUnless(NodeProgram.IsInstalled, "node is not installed");
        // However late we hear what the client has heard, it is still there when the server goes.
        var allowed = 20;
        var schema = SampleSchema.Create(async (position, ct) =>
        {
            while (position > Volatile.Read(ref allowed)) await Task.Delay(5, ct);
        });
        var server = await SampleServer.StartAsync(schema);
        using var client = await NodeProgram.StartAsync("graphql-follow.mjs");
        try
        {
            await client.StandardInput.WriteLineAsync(server.Socket.ToString());
            var (positions, closes) = (new List<int>(), new List<int>());
            while (await client.StandardOutput.ReadLineAsync().WaitAsync(TimeSpan.FromSeconds(60)) is { } line)
            {
                var told = JsonDocument.Parse(line).RootElement;
                if (told.TryGetProperty("complete", out _)) break;
                Assert.False(told.TryGetProperty("error", out var error), error.ToString());
                if (told.TryGetProperty("closed", out var code)) closes.Add(code.GetInt32());
                if (!told.TryGetProperty("position", out var position)) continue;
                positions.Add(position.GetInt32());
                if (positions.Count is not (15 or 35)) continue;
                var port = server.Port;
                await server.DisposeAsync();
                server = await SampleServer.StartAsync(schema, port: port);
                Volatile.Write(ref allowed, allowed + 20);
            }

            Assert.Equal(Enumerable.Range(1, SampleSchema.Decisions), positions);
            Assert.Equal([1001, 1001], closes.Where(c => c != 1006)); // 1006: nobody listened on the port just then
        }
        finally
        {
            if (!client.HasExited) client.Kill();
            await server.DisposeAsync();
        }
    }
}
