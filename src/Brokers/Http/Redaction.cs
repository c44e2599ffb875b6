using System.Text.Json;
using EventSourcedTrading.Brokers.Credentials;

namespace EventSourcedTrading.Brokers.Http;

/// <summary>Blots secrets out of text that somebody may read: as they are, and as URLs, JSON and headers write them.</summary>
public sealed class Redaction(params IEnumerable<Secret> secrets)
{
    /// <summary>The longest first, or a part of a secret would be left.</summary>
    private readonly string[] forms = [.. secrets.Where(s => !s.IsEmpty).SelectMany(s => Forms(s.Reveal())).Distinct().OrderByDescending(f => f.Length)];

    public string Blot(string text)
    {
        foreach (var form in forms) text = text.Replace(form, Secret.Blotted, StringComparison.Ordinal);
        return text;
    }

    private static IEnumerable<string> Forms(string secret) =>
    [
        secret, Uri.EscapeDataString(secret), JsonEncodedText.Encode(secret).ToString(), Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes(secret)),
    ];
}
