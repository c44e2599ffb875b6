using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using EventSourcedTrading.Workers.Configuration;

namespace EventSourcedTrading.Workers.Cli;

/// <summary>What the control plane answered.</summary>
/// <param name="Text">JSON.</param>
public sealed record ApiAnswer(HttpStatusCode Status, string Text)
{
    public JsonNode Body => JsonNode.Parse(Text)!;
    public bool Done => Status == HttpStatusCode.OK;

    /// <summary>The exit code that goes with it.</summary>
    public int Code => Status switch
    {
        HttpStatusCode.OK => 0,
        HttpStatusCode.Accepted => Root.NotYet,
        HttpStatusCode.NotFound => Root.NotFound,
        HttpStatusCode.BadRequest or HttpStatusCode.Unauthorized => Root.WrongUsage,
        HttpStatusCode.ServiceUnavailable => Root.Unavailable,
        _ => Root.Failed,
    };
}

/// <summary>The command line as a caller of the control plane, like any other: EST_API says where, EST_API_KEY who.</summary>
public sealed class ApiClient : IDisposable
{
    private readonly HttpClient http;

    private ApiClient(Uri address, string key)
    {
        // A little more than the control plane itself waits for the engine.
        http = new HttpClient { BaseAddress = address, Timeout = TimeSpan.FromSeconds(20) };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
    }

    /// <exception cref="ConfigurationException">No key, or an address that is none.</exception>
    public static ApiClient FromEnvironment()
    {
        var address = Named("EST_API") ?? Named("EST_API_HTTP") ?? ApiEnvironment.DefaultHttp;
        if (!Uri.TryCreate(address, UriKind.Absolute, out var uri)) throw new ConfigurationException($"EST_API '{address}' must be an address such as {ApiEnvironment.DefaultHttp}.");
        return Environment.GetEnvironmentVariable("EST_API_KEY") is { Length: > 0 } key ? new ApiClient(uri, key)
            : throw new ConfigurationException("EST_API_KEY is not set. Make a key with `est keys create --person you --role operator` and set it to that.");
    }

    private static string? Named(string variable) => Environment.GetEnvironmentVariable(variable) is { Length: > 0 } value ? value : null;

    /// <exception cref="ApiUnreachableException">Nobody answers there.</exception>
    public async Task<ApiAnswer> SendAsync(HttpMethod method, string path, JsonObject? body, string? idempotencyKey, CancellationToken ct)
    {
        using var request = new HttpRequestMessage(method, path);
        if (body is not null) request.Content = new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json");
        if (idempotencyKey is not null) request.Headers.Add("Idempotency-Key", idempotencyKey);
        try
        {
            using var response = await http.SendAsync(request, ct);
            var text = await response.Content.ReadAsStringAsync(ct);
            JsonDocument.Parse(text).Dispose();
            return new ApiAnswer(response.StatusCode, text);
        }
        catch (Exception e) when (e is HttpRequestException or JsonException || (e is TaskCanceledException && !ct.IsCancellationRequested))
        {
            throw new ApiUnreachableException(http.BaseAddress!, e);
        }
    }

    public void Dispose() => http.Dispose();
}

public sealed class ApiUnreachableException(Uri address, Exception inner)
    : Exception($"No control plane answers at {address}: {inner.Message} Is EST_API right, and `est run` up with the role api? A command that was sent may still be carried out: ask again with the same --id.", inner);
