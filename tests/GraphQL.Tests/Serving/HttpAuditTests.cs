using System.Text.Json;
using EventSourcedTrading.Testing;

namespace EventSourcedTrading.GraphQL.Tests.Serving;

/// <summary>The audits of npm <c>graphql-http</c>, which its authors wrote from the specification of GraphQL over HTTP.</summary>
public sealed class HttpAuditTests
{
    [Fact]
    public async Task All_audits_pass()
    {
        Assert.SkipUnless(NodeProgram.IsInstalled, "node is not installed");
        await using var server = await SampleServer.StartAsync();
        var ended = await NodeProgram.RunAsync("graphql-audits.mjs", server.Http.ToString());
        Assert.True(ended.Code == 0, ended.Error);
        var audits = JsonSerializer.Deserialize<Audit[]>(ended.Out, JsonSerializerOptions.Web)!;
        TestContext.Current.SendDiagnosticMessage($"{audits.Length} audits of graphql-http");
        Assert.True(audits.Length > 50, $"only {audits.Length} audits");
        Assert.Empty(audits.Where(a => a.Status != "ok").Select(a => $"{a.Id} {a.Name}: {a.Reason}"));
    }

    private sealed record Audit(string Id, string Name, string Status, string? Reason);
}
