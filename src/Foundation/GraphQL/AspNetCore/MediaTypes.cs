using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace HotChocolate.AspNetCore;

/// <summary>Media types of requests and responses (GraphQL over HTTP, sections 5 and 6).</summary>
internal static class MediaTypes
{
    public const string Response = "application/graphql-response+json";
    public const string Json = "application/json";

    /// <summary>What the client wants most; <see cref="Json"/> where it says nothing or anything. Of equals the first.</summary>
    /// <returns>Null if it wants neither.</returns>
    public static string? Negotiate(IHeaderDictionary headers)
    {
        if (headers.Accept.Count == 0) return Json;
        if (!MediaTypeHeaderValue.TryParseList(headers.Accept, out var accepted)) return null;
        string? best = null;
        var (quality, responseRefused, jsonRefused) = (0d, false, false);
        foreach (var type in accepted)
        {
            var offered = Offered(type);
            if (offered is null) continue;
            if (type.Quality == 0)
            {
                // A type that is named with q=0 is not wanted, whatever a wildcard says.
                responseRefused |= type.MediaType.Equals(Response, StringComparison.OrdinalIgnoreCase);
                jsonRefused |= type.MediaType.Equals(Json, StringComparison.OrdinalIgnoreCase);
            }
            else if ((type.Quality ?? 1) > quality)
            {
                (best, quality) = (offered, type.Quality ?? 1);
            }
        }

        return best == Json && jsonRefused ? responseRefused ? null : Response : best == Response && responseRefused ? null : best;
    }

    /// <summary>Whether a body is JSON in UTF-8. Other types, and those that a form of another site may send, are not taken.</summary>
    public static bool IsJson(string? contentType) =>
        MediaTypeHeaderValue.TryParse(contentType, out var type) && type.MediaType.Equals(Json, StringComparison.OrdinalIgnoreCase) && IsUtf8(type);

    private static string? Offered(MediaTypeHeaderValue type) =>
        !IsUtf8(type) ? null
        : type.MediaType.Equals(Response, StringComparison.OrdinalIgnoreCase) ? Response
        : type.MediaType.Equals(Json, StringComparison.OrdinalIgnoreCase) || type.MatchesAllTypes || type.MediaType.Equals("application/*", StringComparison.OrdinalIgnoreCase) ? Json
        : null;

    private static bool IsUtf8(MediaTypeHeaderValue type) =>
        !type.Charset.HasValue || HeaderUtilities.RemoveQuotes(type.Charset).Equals("utf-8", StringComparison.OrdinalIgnoreCase);
}
