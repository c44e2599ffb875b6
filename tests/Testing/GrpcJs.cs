using System.Text.Json;

namespace EventSourcedTrading.Testing;

/// <summary>How a call ended, as <c>@grpc/grpc-js</c> saw it.</summary>
public sealed record GrpcJsAnswer(int Code, string Details, JsonElement Trailers, IReadOnlyList<JsonElement> Messages)
{
    public string? Trailer(string name) => Trailers.TryGetProperty(name, out var values) ? values[0].GetString() : null;
}

/// <summary>Calls a gRPC service with a client that we have not written.</summary>
/// <param name="address"><c>host:port</c>, without TLS.</param>
/// <param name="root">Folder in which imports of the .proto are looked up.</param>
/// <param name="service">Full name, such as <c>est.testing.Echo</c>.</param>
public sealed class GrpcJs(string address, string root, string proto, string service)
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    /// <param name="options">See tests/Testing/node/call.js.</param>
    public async Task<GrpcJsAnswer> CallAsync(string method, object request, object? options = null)
    {
        var ended = await NodeProgram.RunAsync(
            "call.js", address, root, proto, service, method, JsonSerializer.Serialize(request, Json), JsonSerializer.Serialize(options ?? new { }, Json));
        return ended.Code == 0 ? JsonSerializer.Deserialize<GrpcJsAnswer>(ended.Out, Json)!
            : throw new InvalidOperationException($"{method} by grpc-js failed: {ended.Error}{ended.Out}");
    }
}
