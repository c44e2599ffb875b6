using System.Text;
using HotChocolate.AspNetCore;
using HotChocolate.Execution;
using HotChocolate.Types;
using Microsoft.AspNetCore.Http;

namespace EventSourcedTrading.GraphQL.Tests.Serving;

public sealed class WarmUpTests
{
    [Fact]
    public async Task A_server_that_warms_up_asks_no_resolver_and_then_answers_as_before()
    {
        var asked = 0;
        var query = new ObjectType("Root");
        foreach (var name in new[] { "x", "a", "hello" }) query.Fields.Add(new OutputField(name, Scalars.Int) { Resolver = _ => new(++asked) });
        var executor = new RequestExecutor(Schema.Create(query));

        await executor.WarmUpAsync(TestContext.Current.CancellationToken);

        Assert.Equal(0, asked);
        await using var result = (OperationResult)await executor.ExecuteAsync(new OperationRequest { Document = "{ hello }" }, TestContext.Current.CancellationToken);
        Assert.Equal("""{"data":{"hello":1}}""", result.ToJson());
    }

    [Fact]
    public async Task One_of_its_requests_is_right_and_the_others_are_refused_each_for_another_reason()
    {
        var endpoint = new GraphQLHttpEndpoint(new RequestExecutor(SampleSchema.Create()), new GraphQLServerOptions());
        var answers = new List<string>();
        foreach (var request in WarmUp.Requests("Query"))
        {
            using var answer = new MemoryStream();
            var http = new DefaultHttpContext();
            (http.Request.Method, http.Request.ContentType, http.Request.Body, http.Response.Body) = ("POST", "application/json", new MemoryStream(request), answer);
            await endpoint.ServeAsync(http);
            answers.Add(Encoding.UTF8.GetString(answer.ToArray()));
        }

        Assert.StartsWith("""{"data":{"__typename":"Query","again":"Query","__type":{"name":"Query",""", Assert.Single(answers, a => a.Contains("\"data\"", StringComparison.Ordinal)), StringComparison.Ordinal);
        Assert.Equal(answers.Count, answers.Select(a => a[..Math.Min(60, a.Length)]).Distinct().Count());
    }
}
