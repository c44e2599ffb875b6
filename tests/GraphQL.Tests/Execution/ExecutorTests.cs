using System.Runtime.CompilerServices;
using System.Text.Json;
using HotChocolate;
using HotChocolate.Execution;
using HotChocolate.Types;
using Microsoft.Extensions.Logging;

namespace EventSourcedTrading.GraphQL.Tests.Execution;

public sealed class ExecutorTests
{
    [Fact]
    public async Task An_exception_is_logged_under_the_number_that_the_client_gets_and_nothing_else_of_it()
    {
        var log = new Journal();
        var answer = await RunAsync("{ a: fail b: fail }", log: log, fields: new OutputField("fail", Scalars.String) { Resolver = _ => throw new InvalidOperationException("secret") });
        Assert.DoesNotContain("secret", answer);
        var errors = JsonDocument.Parse(answer).RootElement.GetProperty("errors").EnumerateArray().ToList();
        Assert.Equal(["Unexpected Execution Error", "Unexpected Execution Error"], errors.Select(e => e.GetProperty("message").GetString()));
        var id = errors[0].GetProperty("extensions").GetProperty("errorId").GetString()!;
        Assert.Contains(log.Lines, line => line.Contains(id) && line.Contains("/a") && line.Contains("secret"));
    }

    [Fact]
    public async Task Errors_on_purpose_go_out_as_they_are()
    {
        var answer = await RunAsync("{ fail }", fields: new OutputField("fail", Scalars.String)
        {
            Resolver = _ => throw new GraphQLException(new Error("no such portfolio \"p9\"", [], Code: "NOT_FOUND", Extensions: new Dictionary<string, object?> { ["portfolio"] = "p9" }), new Error("and no other")),
        });
        Assert.Equal(
            """{"errors":[{"message":"no such portfolio \"p9\"","locations":[{"line":1,"column":3}],"path":["fail"],"extensions":{"code":"NOT_FOUND","portfolio":"p9"}},{"message":"and no other","locations":[{"line":1,"column":3}],"path":["fail"]}],"data":{"fail":null}}""",
            answer);
    }

    [Fact]
    public async Task An_error_may_stand_beside_a_value() => Assert.Equal(
        """{"errors":[{"message":"old","locations":[{"line":1,"column":3}],"path":["f"]}],"data":{"f":"x"}}""",
        await RunAsync("{ f }", fields: new OutputField("f", Scalars.String)
        {
            Resolver = c =>
            {
                c.ReportError(new Error("old"));
                return new("x");
            },
        }));

    [Fact]
    public async Task Mutations_run_one_after_the_other_and_each_is_read_before_the_next()
    {
        var counter = new Dictionary<string, object?> { ["value"] = 0 };
        var result = new ObjectType("Result");
        result.Fields.Add(new OutputField("value", Scalars.Int));
        var mutation = new ObjectType("Mutation");
        mutation.Fields.Add(new OutputField("add", result)
        {
            Resolver = async c =>
            {
                var seen = (int)counter["value"]!;
                await Task.Delay(5, c.RequestAborted);
                counter["value"] = seen + 1;
                return counter;
            },
        });
        var executor = new RequestExecutor(Schema.Create(Query(new OutputField("f", Scalars.String)), mutation));
        await using var answer = (OperationResult)await executor.ExecuteAsync(new OperationRequest { Document = "mutation { a: add { value } b: add { value } c: add { value } }" });
        Assert.Equal("""{"data":{"a":{"value":1},"b":{"value":2},"c":{"value":3}}}""", answer.ToJson());
    }

    [Fact]
    public async Task A_request_that_takes_too_long_is_ended()
    {
        var cancelled = new TaskCompletionSource();
        var answer = await RunAsync("{ slow }", new RequestOptions { ExecutionTimeout = TimeSpan.FromMilliseconds(30) }, fields: new OutputField("slow", Scalars.String)
        {
            Resolver = async c =>
            {
                c.RequestAborted.Register(() => cancelled.TrySetResult());
                await Task.Delay(Timeout.Infinite, CancellationToken.None); // one that does not listen
                return null;
            },
        });
        Assert.Equal("""{"errors":[{"message":"The request took longer than 0.03 s and was ended.","extensions":{"code":"TIMEOUT"}}],"data":null}""", answer);
        await cancelled.Task.WaitAsync(TimeSpan.FromSeconds(10));
    }

    [Fact]
    public async Task A_caller_that_gives_up_gets_no_answer()
    {
        using var stop = new CancellationTokenSource();
        var executor = new RequestExecutor(Schema.Create(Query(new OutputField("slow", Scalars.String)
        {
            Resolver = async c =>
            {
                stop.CancelAfter(10);
                await Task.Delay(Timeout.Infinite, c.RequestAborted);
                return null;
            },
        })));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await executor.ExecuteAsync(new OperationRequest { Document = "{ slow }" }, stop.Token));
    }

    [Fact]
    public async Task Streams_of_items_are_lists_up_to_a_bound()
    {
        var field = new OutputField("numbers", new ListType(Scalars.Int)) { Resolver = c => new(Numbers(10)) };
        Assert.Equal("""{"data":{"numbers":[0,1,2,3,4,5,6,7,8,9]}}""", await RunAsync("{ numbers }", fields: field));
        Assert.Contains("The list has more than 9 items.", await RunAsync("{ numbers }", new RequestOptions { MaxResponseNodes = 9 }, fields: field));
    }

    [Fact]
    public async Task A_response_has_a_largest_size()
    {
        var field = new OutputField("text", Scalars.String) { PureResolver = _ => new string('x', 50_000) };
        Assert.Contains("RESPONSE_TOO_LARGE", await RunAsync("{ a: text b: text }", new RequestOptions { MaxResponseBytes = 60_000 }, fields: field));
        var self = new ObjectType("Self");
        self.Fields.Add(new OutputField("selves", new ListType(self)) { PureResolver = p => Enumerable.Repeat(p, 100) });
        var many = await RunAsync("{ me { selves { selves { selves { selves { __typename } } } } } }", new RequestOptions { MaxResponseNodes = 50_000 }, fields: new OutputField("me", self) { PureResolver = _ => 1 });
        Assert.Contains("RESPONSE_TOO_LARGE", many);
    }

    [Fact]
    public async Task A_scalar_may_write_itself() => Assert.Equal(
        """{"data":{"d":"12.50"}}""",
        await RunAsync("{ d }", fields: new OutputField("d", new ScalarType("Decimal") { Serialize = v => ((decimal)v).ToString(), Utf8Format = (object v, Span<byte> to, out int n) => ((decimal)v).TryFormat(to, out n) }) { PureResolver = _ => 12.50m }));

    [Fact]
    public async Task Plans_follow_the_conditions()
    {
        var executor = new RequestExecutor(Schema.Create(Query(new OutputField("f", Scalars.String) { PureResolver = _ => "x" })));
        for (var round = 0; round < 3; round++)
        {
            foreach (var yes in new[] { true, false })
            {
                await using var answer = (OperationResult)await executor.ExecuteAsync(new OperationRequest
                {
                    Document = "query($yes: Boolean!) { f @include(if: $yes) g: f @skip(if: $yes) }", Variables = JsonSerializer.SerializeToElement(new { yes }),
                });
                Assert.Equal(yes ? """{"data":{"f":"x"}}""" : """{"data":{"g":"x"}}""", answer.ToJson());
            }
        }
    }

    private static async IAsyncEnumerable<object?> Numbers(int count, [EnumeratorCancellation] CancellationToken ct = default)
    {
        for (var i = 0; i < count; i++)
        {
            await Task.Delay(1, ct);
            yield return i;
        }
    }

    private static ObjectType Query(params OutputField[] fields)
    {
        var query = new ObjectType("Query");
        foreach (var field in fields) query.Fields.Add(field);
        return query;
    }

    private static async Task<string> RunAsync(string document, RequestOptions? options = null, ILogger? log = null, params OutputField[] fields)
    {
        await using var result = (OperationResult)await new RequestExecutor(Schema.Create(Query(fields)), options, log).ExecuteAsync(new OperationRequest { Document = document });
        return result.ToJson();
    }

    private sealed class Journal : ILogger
    {
        public List<string> Lines { get; } = [];
        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;
        public bool IsEnabled(LogLevel logLevel) => true;
        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) => Lines.Add($"{formatter(state, exception)} {exception}");
    }
}
