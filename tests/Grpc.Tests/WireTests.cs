using System.Net;
using System.Net.Http.Headers;
using Google.Protobuf;
using Grpc.Core;

namespace EventSourcedTrading.Grpc.Tests;

/// <summary>What no well-behaved client sends, over plain HTTP/2.</summary>
public sealed class WireTests(EchoServer server) : IClassFixture<EchoServer>
{
    private static readonly byte[] Hello = new Phrase { Text = "hello" }.ToByteArray();

    public static TheoryData<string, StatusCode, byte[]> Malformed => new()
    {
        { "nothing", StatusCode.Unimplemented, [] },
        { "half a prefix", StatusCode.Internal, [0, 0] },
        { "half a message", StatusCode.Internal, Frame(Hello)[..^1] },
        { "two messages", StatusCode.Unimplemented, [.. Frame(Hello), .. Frame(Hello)] },
        { "compressed without an encoding", StatusCode.Internal, Frame(Hello, flag: 1) },
        { "a flag that is none", StatusCode.Internal, Frame(Hello, flag: 7) },
        { "a length without end", StatusCode.ResourceExhausted, [0, 255, 255, 255, 255] },
        { "no protobuf", StatusCode.Internal, Frame([0xFF, 0xFF, 0xFF]) },
    };

    [Theory]
    [MemberData(nameof(Malformed))]
    public async Task A_malformed_request_gets_the_status_that_the_specification_names(string what, StatusCode expected, byte[] body)
    {
        var (_, status, _) = await PostAsync("Say", body);
        Assert.True(status == expected, $"{what}: {status}");
        Assert.Equal(StatusCode.OK, (await PostAsync("Say", Frame(Hello))).Status);
    }

    [Theory]
    [InlineData("1S", StatusCode.OK)]
    [InlineData("99999999H", StatusCode.OK)]
    [InlineData("123456789S", StatusCode.Internal)]
    [InlineData("5x", StatusCode.Internal)]
    [InlineData("S", StatusCode.Internal)]
    [InlineData("-1S", StatusCode.Internal)]
    public async Task Timeouts_are_read_as_the_specification_writes_them(string timeout, StatusCode expected) =>
        Assert.Equal(expected, (await PostAsync("Say", Frame(Hello), ("grpc-timeout", timeout))).Status);

    [Fact]
    public async Task An_unknown_method_is_unimplemented_and_not_a_404() =>
        Assert.Equal((HttpStatusCode.OK, StatusCode.Unimplemented), await EndAsync(PostAsync("Sing", Frame(Hello))));

    [Fact]
    public async Task Another_content_type_is_refused_before_it_is_read()
    {
        using var client = Client();
        using var response = await client.PostAsync(new Uri(server.Address, "/est.testing.Echo/Say"), new StringContent("{}"));
        Assert.Equal(HttpStatusCode.UnsupportedMediaType, response.StatusCode);
    }

    [Fact]
    public async Task Declining_an_encoding_names_those_that_are_understood()
    {
        var (_, status, accepts) = await PostAsync("Say", Frame(Hello), ("grpc-encoding", "zstd"));
        Assert.Equal((StatusCode.Unimplemented, "identity"), (status, accepts));
    }

    private static byte[] Frame(byte[] message, byte flag = 0) => [flag, 0, 0, (byte)(message.Length >> 8), (byte)message.Length, .. message];

    private static async Task<(HttpStatusCode, StatusCode)> EndAsync(Task<(HttpStatusCode Http, StatusCode Status, string)> call) => ((await call).Http, (await call).Status);

    private async Task<(HttpStatusCode Http, StatusCode Status, string Accepts)> PostAsync(string method, byte[] body, params (string Name, string Value)[] headers)
    {
        using var client = Client();
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(server.Address, $"/est.testing.Echo/{method}"))
        {
            Version = HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionExact, Content = new ByteArrayContent(body),
        };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/grpc");
        request.Headers.TE.ParseAdd("trailers");
        foreach (var (name, value) in headers) request.Headers.TryAddWithoutValidation(name, value);
        using var response = await client.SendAsync(request);
        await response.Content.ReadAsByteArrayAsync();
        var status = response.TrailingHeaders.GetValues("grpc-status").Single();
        return (response.StatusCode, (StatusCode)int.Parse(status), string.Join(',', response.Headers.GetValues("grpc-accept-encoding")));
    }

    private static HttpClient Client() => new() { DefaultRequestVersion = HttpVersion.Version20, DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact };
}
