using EventSourcedTrading.GraphQL.Tests.Serving;
using HotChocolate.Execution;

namespace EventSourcedTrading.GraphQL.Tests.Execution;

public sealed class SubscriptionTests
{
    [Fact]
    public async Task The_source_is_asked_only_for_what_is_read()
    {
        var asked = 0;
        await using var stream = await OpenAsync("subscription { decisions(after: 3) { position why } }", n => asked = n);
        await foreach (var result in stream.ReadResultsAsync())
        {
            await using (result) Assert.Equal("{\"data\":{\"decisions\":{\"position\":" + asked + ",\"why\":\"decision " + asked + "\"}}}", result.ToJson());
            if (asked == 6) break;
        }

        Assert.Equal(6, asked);
    }

    [Fact]
    public async Task An_error_of_the_source_is_the_last_response_and_tells_no_secret()
    {
        await using var stream = await OpenAsync("subscription { broken }");
        var answers = new List<string>();
        await foreach (var result in stream.ReadResultsAsync()) answers.Add(result.ToJson());
        Assert.Equal("""{"data":{"broken":1}}""", answers[0]);
        Assert.Matches("""^\{"errors":\[\{"message":"Unexpected Execution Error","locations":\[\{"line":1,"column":16\}\],"path":\["broken"\],"extensions":\{"errorId":"[0-9a-f]{32}"\}\}\]\}$""", Assert.Single(answers.Skip(1)));
    }

    [Fact]
    public async Task A_source_that_cannot_be_opened_is_an_error()
    {
        await using var result = await new RequestExecutor(SampleSchema.Create()).ExecuteAsync(new OperationRequest { Document = "subscription { refused }" });
        Assert.Equal("""{"errors":[{"message":"no","locations":[{"line":1,"column":16}],"path":["refused"]}]}""", Assert.IsType<OperationResult>(result).ToJson());
    }

    [Fact]
    public async Task Who_reads_can_stop_a_source_that_is_silent()
    {
        await using var stream = await OpenAsync("subscription { silent }");
        using var stop = new CancellationTokenSource(20);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await foreach (var _ in stream.ReadResultsAsync().WithCancellation(stop.Token)) Assert.Fail("nothing is to come");
        });
    }

    private static async Task<ResponseStream> OpenAsync(string document, Action<int>? asked = null) =>
        Assert.IsType<ResponseStream>(await new RequestExecutor(SampleSchema.Create(asked: asked)).ExecuteAsync(new OperationRequest { Document = document }));
}
