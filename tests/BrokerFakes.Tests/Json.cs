using System.Net;
using System.Text;
using System.Text.Json.Nodes;

namespace EventSourcedTrading.BrokerFakes.Tests;

/// <summary>An answer as a client gets it.</summary>
public sealed record Said(HttpStatusCode Status, JsonNode? Body, System.Net.Http.Headers.HttpResponseHeaders Headers)
{
    public int Code => (int)Status;

    public string this[string name] => Body![name]!.ToString();
}

public static class Json
{
    public static async Task<Said> CallAsync(this HttpClient http, string method, string path, JsonNode? body = null)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        if (body is not null) request.Content = new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json");
        using var response = await http.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        return new Said(response.StatusCode, text.Length > 0 && response.Content.Headers.ContentType?.MediaType is "application/json" or "application/problem+json" ? JsonNode.Parse(text) : null, response.Headers);
    }

    /// <summary>An object of <c>name=value</c> words; values are texts.</summary>
    public static JsonObject Of(string words)
    {
        var body = new JsonObject();
        foreach (var word in words.Split(' ', StringSplitOptions.RemoveEmptyEntries)) body[word[..word.IndexOf('=', StringComparison.Ordinal)]] = word[(word.IndexOf('=', StringComparison.Ordinal) + 1)..];
        return body;
    }

    public static IReadOnlyList<string> All(this JsonNode? array, string name) => [.. array!.AsArray().Select(item => item![name]!.ToString())];
}
