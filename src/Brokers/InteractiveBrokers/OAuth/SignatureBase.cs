namespace EventSourcedTrading.Brokers.InteractiveBrokers.OAuth;

/// <summary>The text that is signed, RFC 5849 section 3.4.1.</summary>
public static class SignatureBase
{
    /// <summary>Method, address without its query, and all parameters sorted, the query's among them.</summary>
    /// <param name="parameters">Of the header, without <c>realm</c> and <c>oauth_signature</c>; not encoded.</param>
    public static string Of(string method, Uri address, IEnumerable<KeyValuePair<string, string>> parameters)
    {
        var encoded = parameters.Concat(Query(address)).Select(p => (Name: Encode(p.Key), Value: Encode(p.Value))).ToList();
        encoded.Sort(static (a, b) => string.CompareOrdinal(a.Name, b.Name) is var byName and not 0 ? byName : string.CompareOrdinal(a.Value, b.Value));
        return $"{method.ToUpperInvariant()}&{Encode(address.GetLeftPart(UriPartial.Path))}&{Encode(string.Join('&', encoded.Select(p => $"{p.Name}={p.Value}")))}";
    }

    /// <summary>Section 3.6: all but letters, digits and <c>-._~</c>, as %XX of its UTF-8.</summary>
    public static string Encode(string text) => Uri.EscapeDataString(text);

    private static IEnumerable<KeyValuePair<string, string>> Query(Uri address) => address.Query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries).Select(part =>
    {
        var at = part.IndexOf('=', StringComparison.Ordinal);
        return at < 0 ? new KeyValuePair<string, string>(Decode(part), "") : new(Decode(part[..at]), Decode(part[(at + 1)..]));
    });

    private static string Decode(string text) => Uri.UnescapeDataString(text.Replace('+', ' '));
}
