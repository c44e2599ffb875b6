using EventSourcedTrading.Testing;
using Grpc.Core;

namespace EventSourcedTrading.Grpc.Tests;

/// <summary>What <c>@grpc/grpc-js</c>, which shares no code with us, makes of our answers.</summary>
public sealed class GrpcJsTests(EchoServer server) : IClassFixture<EchoServer>
{
    private async Task<GrpcJsAnswer> CallAsync(string method, object request, object? options = null)
    {
        Assert.SkipUnless(NodeProgram.IsInstalled, "node is not installed");
        return await server.Client.CallAsync(method, request, options);
    }

    [Fact]
    public async Task A_call_is_answered()
    {
        var answer = await CallAsync("Say", new { text = "grüß 你", number = 41 });
        Assert.Equal((0, "grüß 你", 42), (answer.Code, answer.Messages[0].GetProperty("text").GetString(), answer.Messages[0].GetProperty("number").GetInt32()));
    }

    [Fact]
    public async Task An_empty_message_is_a_message() => Assert.Equal(0, (await CallAsync("Say", new { })).Code);

    [Fact]
    public async Task A_refusal_arrives_with_its_status_its_text_in_any_script_and_its_trailers()
    {
        var answer = await CallAsync("Say", new { text = "refuse" });
        Assert.Equal(((int)StatusCode.FailedPrecondition, "100 % näää – 不行\n", "NO"), (answer.Code, answer.Details, answer.Trailer("est-code")));
        Assert.Empty(answer.Messages);
    }

    [Fact]
    public async Task What_breaks_inside_stays_inside()
    {
        var answer = await CallAsync("Say", new { text = "break" });
        Assert.Equal((int)StatusCode.Unknown, answer.Code);
        Assert.DoesNotContain("secret", answer.Details, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_deadline_that_passes_ends_the_call() =>
        Assert.Equal((int)StatusCode.DeadlineExceeded, (await CallAsync("Say", new { text = "sleep" }, new { deadlineMs = 200 })).Code);

    [Fact]
    public async Task A_message_that_is_too_large_is_refused() =>
        Assert.Equal((int)StatusCode.ResourceExhausted, (await CallAsync("Say", new { }, new { padding = EchoServer.MaxMessage + 1 })).Code);

    [Fact]
    public async Task Compression_is_declined_and_the_client_told_what_is_understood() =>
        Assert.Equal((int)StatusCode.Unimplemented, (await CallAsync("Say", new { text = "a" }, new { gzip = true })).Code);

    [Fact]
    public async Task A_stream_arrives_in_order()
    {
        var answer = await CallAsync("Count", new { number = 500 });
        Assert.Equal(0, answer.Code);
        Assert.Equal(Enumerable.Range(1, 500), answer.Messages.Select(m => m.GetProperty("number").GetInt32()));
    }

    [Fact]
    public async Task A_stream_that_ends_badly_says_so_after_its_messages()
    {
        var answer = await CallAsync("Count", new { number = 3, text = "refuse" });
        Assert.Equal(((int)StatusCode.OutOfRange, 3), (answer.Code, answer.Messages.Count));
    }

    [Fact]
    public async Task A_caller_that_gives_up_frees_the_server()
    {
        Assert.Equal((int)StatusCode.Cancelled, (await CallAsync("Count", new { number = 100_000, text = "slowly" }, new { cancelAfter = 2 })).Code);
        await server.Abandoned.Task.WaitAsync(TimeSpan.FromSeconds(20));
    }
}
