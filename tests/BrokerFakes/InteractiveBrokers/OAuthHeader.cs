using EventSourcedTrading.BrokerFakes.Serving;

namespace EventSourcedTrading.BrokerFakes.InteractiveBrokers;

/// <summary>The <c>Authorization: OAuth</c> header and the text that is signed; RFC 5849, sections 3.5.1 and 3.4.1.</summary>
public static class OAuthHeader
{
    public static IReadOnlyDictionary<string, string> Read(string? header)
    {
        var fields = new Dictionary<string, string>(StringComparer.Ordinal);
        if (header is null || !header.StartsWith("OAuth ", StringComparison.Ordinal)) return fields;
        foreach (var part in header[6..].Split(','))
        {
            var at = part.IndexOf('=', StringComparison.Ordinal);
            if (at > 0) fields[part[..at].Trim()] = Uri.UnescapeDataString(part[(at + 1)..].Trim().Trim('"'));
        }

        return fields;
    }

    /// <summary>Method, address without query, and all parameters but realm and signature, sorted; the query's among them.</summary>
    public static string BaseString(Call call, IReadOnlyDictionary<string, string> fields)
    {
        var path = call.Path.Split('?')[0];
        var parameters = fields.Where(f => f.Key is not ("realm" or "oauth_signature")).Select(f => (f.Key, f.Value)).Concat(call.Query.SelectMany(q => q.Value.Select(value => (q.Key, Value: value ?? ""))));
        var joined = string.Join('&', parameters.Select(p => $"{Encoded(p.Key)}={Encoded(p.Value)}").Order(StringComparer.Ordinal));
        return $"{call.Method}&{Encoded($"http://{call.Headers.Host}{path}")}&{Encoded(joined)}";
    }

    private static string Encoded(string text) => Uri.EscapeDataString(text);
}
