using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace HotChocolate.Execution;

/// <summary>
/// Documents that a request names instead of sending them: trusted ones, which the operator wrote down, and those that a client sent once with their SHA-256 in
/// <c>extensions.persistedQuery</c> (<c>{"version": 1, "sha256Hash": "…"}</c>, the protocol that Apollo's and urql's clients speak).
/// </summary>
public sealed class PersistedDocuments
{
    private const string HashPrefix = "sha256:";
    private readonly RequestOptions _options;
    private readonly LruCache<string> _sent;

    public PersistedDocuments(RequestOptions options)
    {
        _options = options;
        _sent = new(options.MaxAutomaticDocuments, 2L * options.MaxCachedBytes);
    }

    /// <summary>Trusted documents of a folder: each file <c>id.graphql</c>.</summary>
    public static IReadOnlyDictionary<string, string> FromFolder(string folder) =>
        Directory.EnumerateFiles(folder, "*.graphql").ToDictionary(file => System.IO.Path.GetFileNameWithoutExtension(file), File.ReadAllText, StringComparer.Ordinal);

    /// <summary>The text that a request means.</summary>
    /// <param name="hash">To be told to <see cref="Keep"/> once the text has proved valid; null for nothing to keep.</param>
    /// <exception cref="GraphQLException">There is none, or it may not be run.</exception>
    internal string Find(OperationRequest request, out string? hash)
    {
        hash = null;
        var sent = SentHash(request.Extensions);
        var id = request.DocumentId ?? sent;
        if (id is not null && _options.TrustedDocuments.TryGetValue(id, out var trusted)) return trusted;
        if (_options.PersistedOnly)
            throw Refused(id is null ? "Only trusted documents are run here: name one by its documentId." : $"There is no trusted document \"{Shown(id)}\".", ErrorCodes.PersistedOnly);
        if (id is null) return request.Document ?? throw new GraphQLException("Must provide query string.");
        hash = (id.StartsWith(HashPrefix, StringComparison.Ordinal) ? id[HashPrefix.Length..] : id).ToLowerInvariant();
        if (request.Document is { } text)
        {
            if (hash != Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text))))
                throw Refused("provided sha does not match query", ErrorCodes.PersistedMismatch);
            return text;
        }

        // The message is the one that clients wait for before they send the text.
        return _sent.TryGet(hash, out var known) ? known : throw Refused(_options.MaxAutomaticDocuments > 0 ? "PersistedQueryNotFound" : "PersistedQueryNotSupported", ErrorCodes.PersistedNotFound);
    }

    internal void Keep(string hash, string text)
    {
        if (!_sent.TryGet(hash, out _)) _sent.Set(hash, text, text.Length * 2L);
    }

    private static string? SentHash(JsonElement extensions)
    {
        if (extensions.ValueKind != JsonValueKind.Object || !extensions.TryGetProperty("persistedQuery", out var persisted)) return null;
        if (persisted.ValueKind == JsonValueKind.Object && persisted.TryGetProperty("sha256Hash", out var hash) && hash.ValueKind == JsonValueKind.String) return hash.GetString();
        throw new GraphQLException("extensions.persistedQuery must be an object with \"version\": 1 and a string \"sha256Hash\".");
    }

    private static string Shown(string id) => id.Length <= 80 ? id : id[..80] + "…";
    private static GraphQLException Refused(string message, string code) => new(new Error(message, [], Code: code));
}
