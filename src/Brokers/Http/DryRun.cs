using System.Text;

namespace EventSourcedTrading.Brokers.Http;

/// <summary>A request as it would go over the wire, for a reader.</summary>
public static class DryRun
{
    /// <summary>Request line, headers and body in the form of HTTP/1.1 (RFC 9112), lines ending in a line feed, secrets blotted out.</summary>
    public static async Task<string> RenderAsync(HttpRequestMessage request, Uri address, Redaction redaction)
    {
        var uri = new Uri(address, request.RequestUri!);
        var text = new StringBuilder($"{request.Method} {uri.PathAndQuery} HTTP/1.1\nHost: {uri.Authority}\n");
        foreach (var (name, values) in request.Headers.NonValidated) text.Append($"{name}: {values}\n");
        if (request.Content is not { } content) return redaction.Blot(text.Append('\n').ToString());
        var body = await content.ReadAsStringAsync();
        foreach (var (name, values) in content.Headers.NonValidated.Where(h => h.Key != "Content-Length")) text.Append($"{name}: {values}\n");
        return redaction.Blot(text.Append($"Content-Length: {Encoding.UTF8.GetByteCount(body)}\n\n{body}").ToString());
    }
}
