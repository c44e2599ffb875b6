using System.Collections.Concurrent;
using System.Net;
using System.Text;
using HotChocolate.AspNetCore;
using HotChocolate.Execution;

namespace EventSourcedTrading.GraphQL.Tests.Serving;

public sealed class HttpTests
{
    private const string Strict = "application/graphql-response+json";
    private static readonly HttpClient Client = new();

    public static TheoryData<string, HttpStatusCode, string> Bodies() => new()
    {
        { """{"query":"{ hello }"}""", HttpStatusCode.OK, """{"data":{"hello":"world"}}""" },
        { """{"query":"{ sure }"}""", HttpStatusCode.OK, """{"errors":[{"message":"Cannot return null for non-nullable field Query.sure.","locations":[{"line":1,"column":3}],"path":["sure"]}],"data":null}""" },
        { """{"query":"mutation { add(n: 1) }"}""", HttpStatusCode.OK, "data" },
        { """{"query":"subscription { silent }"}""", HttpStatusCode.BadRequest, "A subscription cannot be sent this way; allowed: query, mutation." },
        { """{"query":"{ hello"}""", HttpStatusCode.BadRequest, "Syntax Error" },
        { """{"query":"{ a: hello b: hello }","operationName":"X"}""", HttpStatusCode.BadRequest, "Unknown operation named \\\"X\\\"." },
        { "", HttpStatusCode.BadRequest, "The body is empty" },
        { "[]", HttpStatusCode.BadRequest, "send one request" },
        { "7", HttpStatusCode.BadRequest, "The body is 7; it must be an object" },
        { """{"query":7}""", HttpStatusCode.BadRequest, "\\\"query\\\" is 7; it must be a string." },
        { """{"query":"{ hello }","variables":[1]}""", HttpStatusCode.BadRequest, "\\\"variables\\\" is [1]; it must be an object." },
        { """{"query":"{ hello }","extensions":"x"}""", HttpStatusCode.BadRequest, "\\\"extensions\\\" is \\\"x\\\"; it must be an object." },
        { """{"query":"{ hello }","query":"{ fail }"}""", HttpStatusCode.BadRequest, "The body is not JSON" },
        { """{"query":"query($t: String) { echo(text: $t) }","variables":{"t":"\udc00"}}""", HttpStatusCode.BadRequest, "surrogate" },
        { """{"query":"query($t: String) { echo(text: $t) }","variables":{"t":"\ud83c\udfc3"}}""", HttpStatusCode.OK, """{"data":{"echo":"🏃"}}""" },
        { """{"query":"\ud800"}""", HttpStatusCode.BadRequest, "surrogate" },
        { """{"query":"{ hello }","variables":""" + new string('[', 100), HttpStatusCode.BadRequest, "The body is not JSON" },
    };

    [Theory]
    [MemberData(nameof(Bodies))]
    public async Task Bodies_are_answered_by_the_rules(string body, HttpStatusCode status, string part)
    {
        await using var server = await SampleServer.StartAsync();
        var answer = await PostAsync(server, body);
        Assert.Equal(status, answer.StatusCode);
        Assert.Equal($"{Strict}; charset=utf-8", answer.Content.Headers.ContentType!.ToString());
        Assert.Contains(part, await answer.Content.ReadAsStringAsync());
    }

    [Theory]
    [InlineData("text/html", null)]
    [InlineData("application/json; charset=utf-16", null)]
    [InlineData("application/json", "application/json")]
    [InlineData("application/json;q=0.5, application/graphql-response+json", Strict)]
    [InlineData("application/graphql-response+json;q=0.5, application/json", "application/json")]
    [InlineData("text/html, application/*;q=0.1", "application/json")]
    [InlineData("*/*, application/json;q=0", Strict)]
    [InlineData("application/json;q=0, application/graphql-response+json;q=0", null)]
    public async Task Accept_decides_the_media_type(string accept, string? mediaType)
    {
        await using var server = await SampleServer.StartAsync();
        var answer = await PostAsync(server, """{"query":"{ hello }"}""", accept: accept);
        Assert.Equal(mediaType is null ? HttpStatusCode.NotAcceptable : HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(mediaType ?? "application/json", answer.Content.Headers.ContentType!.MediaType);
    }

    [Theory]
    [InlineData("text/plain")]
    [InlineData("application/x-www-form-urlencoded")]
    [InlineData("multipart/form-data; boundary=x")]
    [InlineData("application/json; charset=latin1")]
    public async Task Content_types_that_a_form_can_send_are_refused(string contentType)
    {
        await using var server = await SampleServer.StartAsync();
        var answer = await PostAsync(server, """{"query":"mutation { add(n: 1) }"}""", contentType);
        Assert.Equal(HttpStatusCode.UnsupportedMediaType, answer.StatusCode);
        Assert.Contains("it must be application/json", await answer.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task Get_is_for_queries_of_our_own_pages()
    {
        await using var server = await SampleServer.StartAsync();
        Assert.Equal("""{"data":{"echo":"a b"}}""", await Client.GetStringAsync($"{server.Http}?query=query(%24t:String){{echo(text:%24t)}}&variables=%7B%22t%22:%22a%20b%22%7D"));
        var change = await Client.GetAsync($"{server.Http}?query=mutation{{add(n:1)}}");
        Assert.Equal((HttpStatusCode.MethodNotAllowed, "POST"), (change.StatusCode, string.Join(',', change.Content.Headers.Allow)));
        var twice = await Client.GetAsync($"{server.Http}?query={{hello}}&query={{fail}}");
        Assert.Equal(HttpStatusCode.BadRequest, twice.StatusCode);
        foreach (var (site, header, status) in new[] { ("cross-site", false, HttpStatusCode.Forbidden), ("same-site", false, HttpStatusCode.Forbidden), ("cross-site", true, HttpStatusCode.OK), ("same-origin", false, HttpStatusCode.OK) })
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, $"{server.Http}?query={{hello}}");
            request.Headers.Add("Sec-Fetch-Site", site);
            if (header) request.Headers.Add("GraphQL-Preflight", "1");
            Assert.Equal(status, (await Client.SendAsync(request)).StatusCode);
        }
    }

    [Fact]
    public async Task Other_methods_are_told_which_ones_there_are()
    {
        await using var server = await SampleServer.StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Delete, server.Http);
        var answer = await Client.SendAsync(request);
        Assert.Equal((HttpStatusCode.MethodNotAllowed, "GET,POST"), (answer.StatusCode, string.Join(',', answer.Content.Headers.Allow)));
    }

    [Fact]
    public async Task A_body_has_a_largest_size_with_and_without_a_length()
    {
        await using var server = await SampleServer.StartAsync(options: new() { MaxRequestBytes = 1000 });
        var body = Encoding.UTF8.GetBytes($$"""{"query":"{ hello } #{{new string('x', 1000)}}"}""");
        foreach (var chunked in new[] { false, true })
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, server.Http) { Content = new ByteArrayContent(body) };
            request.Content.Headers.ContentType = new("application/json");
            request.Headers.TransferEncodingChunked = chunked;
            Assert.Equal(HttpStatusCode.RequestEntityTooLarge, (await Client.SendAsync(request)).StatusCode);
        }
    }

    [Theory]
    [InlineData(9_990, HttpStatusCode.OK)]
    [InlineData(9_991, HttpStatusCode.RequestEntityTooLarge)]
    public async Task A_body_has_so_many_values_names_and_brackets_at_most(int values, HttpStatusCode status)
    {
        await using var server = await SampleServer.StartAsync();
        // Ten of them are around the values.
        var answer = await PostAsync(server, Encoding.UTF8.GetBytes($$$"""{"query":"{ hello }","variables":{"a":[{{{string.Join(',', Enumerable.Repeat('1', values))}}}]}}"""));
        var text = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.True(answer.StatusCode == status, text);
        Assert.Contains(status == HttpStatusCode.OK ? "world" : "The body has more than 10000 JSON tokens", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Encodings_other_than_utf8_are_refused()
    {
        await using var server = await SampleServer.StartAsync();
        Assert.Equal(HttpStatusCode.BadRequest, (await PostAsync(server, Encoding.Latin1.GetBytes("""{"query":"{ echo(text: \"ü\") }"}"""))).StatusCode);
        using var request = new HttpRequestMessage(HttpMethod.Post, server.Http) { Content = new ByteArrayContent([1, 2]) };
        request.Content.Headers.ContentType = new("application/json");
        request.Content.Headers.ContentEncoding.Add("gzip");
        Assert.Equal(HttpStatusCode.UnsupportedMediaType, (await Client.SendAsync(request)).StatusCode);
    }

    [Fact]
    public async Task Callers_are_let_in_or_not_and_every_request_is_told_of()
    {
        var reports = new ConcurrentQueue<RequestReport>();
        await using var server = await SampleServer.StartAsync(options: new()
        {
            OnRequest = reports.Enqueue,
            Admit = (http, _) => new(http.Request.Headers.Authorization.ToString() is { Length: > 0 } who
                ? new Admission(new Dictionary<string, object?> { ["caller"] = who }) : Admission.Refused(401, "Authorization is missing.")),
        });
        var stranger = await PostAsync(server, """{"query":"{ caller }"}""");
        Assert.Equal(HttpStatusCode.Unauthorized, stranger.StatusCode);
        Assert.Equal("""{"errors":[{"message":"Authorization is missing."}]}""", await stranger.Content.ReadAsStringAsync());
        using var request = new HttpRequestMessage(HttpMethod.Post, server.Http) { Content = new StringContent("""{"query":"query Who { caller }"}""", Encoding.UTF8, "application/json") };
        request.Headers.Authorization = new("anna");
        Assert.Equal("""{"data":{"caller":"anna"}}""", await (await Client.SendAsync(request)).Content.ReadAsStringAsync());
        for (var wait = 0; reports.Count < 2 && wait < 1_000; wait++) await Task.Delay(10);
        Assert.Equal([(null, 401, 1), ("Who", 200, 0)], reports.Select(r => (r.OperationName, r.Status, r.Errors)));
        Assert.All(reports, r => Assert.True(r.Bytes > 10 && r.Transport == "http"));
    }

    private static Task<HttpResponseMessage> PostAsync(SampleServer server, string body, string contentType = "application/json", string accept = Strict) =>
        PostAsync(server, Encoding.UTF8.GetBytes(body), contentType, accept);

    internal static async Task<HttpResponseMessage> PostAsync(SampleServer server, byte[] body, string contentType = "application/json", string accept = Strict)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, server.Http) { Content = new ByteArrayContent(body) };
        request.Content.Headers.TryAddWithoutValidation("Content-Type", contentType);
        request.Headers.TryAddWithoutValidation("Accept", accept);
        return await Client.SendAsync(request);
    }
}
