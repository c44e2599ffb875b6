using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Net.Http.Headers;

namespace EventSourcedTrading.Api.GraphQL.Page;

/// <summary>GraphiQL at <c>/graphql</c> for browsers, where it is switched on; all that it needs comes from this server.</summary>
internal static class GraphiqlPage
{
    /// <summary>Fetched by scripts/graphiql; the rest is ours.</summary>
    private static readonly Dictionary<string, string> Files = new(StringComparer.Ordinal)
    {
        ["graphiql.min.js"] = "text/javascript", ["graphiql.min.css"] = "text/css", ["graphql-ws.min.js"] = "text/javascript",
        ["react.production.min.js"] = "text/javascript", ["react-dom.production.min.js"] = "text/javascript",
        ["page.js"] = "text/javascript", ["page.css"] = "text/css",
    };

    // GraphiQL sets styles of its own; no script but those of this server runs, and nothing is sent elsewhere.
    private const string Policy = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self' data:; connect-src 'self' ws: wss:; frame-ancestors 'none'; base-uri 'none'; form-action 'self'";

    /// <param name="folder">What scripts/graphiql made.</param>
    public static void Map(WebApplication app, string folder)
    {
        app.Use((http, next) => IsForPeople(http.Request) ? WriteAsync(http, "index.html", "text/html") : next(http));
        foreach (var (file, type) in Files) app.MapGet($"/graphql/page/{file}", (HttpContext http) => ServeAsync(http, folder, file, type)).ExcludeFromDescription();
    }

    private static bool IsForPeople(HttpRequest request) =>
        HttpMethods.IsGet(request.Method) && request.Path == "/graphql" && !request.Query.ContainsKey("query") && request.Headers.Accept.ToString().Contains("text/html", StringComparison.OrdinalIgnoreCase);

    private static Task ServeAsync(HttpContext http, string folder, string file, string type)
    {
        var path = Path.Combine(folder, file);
        if (file.StartsWith("page.", StringComparison.Ordinal)) return WriteAsync(http, file, type);
        if (!File.Exists(path)) throw new RefusedException("UNKNOWN_PATH", $"{file} is not there; 'make graphiql' fetches it, with Node.js");
        http.Response.ContentType = type;
        return http.Response.SendFileAsync(path, http.RequestAborted);
    }

    private static async Task WriteAsync(HttpContext http, string file, string type)
    {
        http.Response.ContentType = $"{type}; charset=utf-8";
        http.Response.Headers[HeaderNames.ContentSecurityPolicy] = Policy;
        http.Response.Headers[HeaderNames.XContentTypeOptions] = "nosniff";
        http.Response.Headers[HeaderNames.CacheControl] = "no-cache";
        await using var content = typeof(GraphiqlPage).Assembly.GetManifestResourceStream($"graphiql/{file}")!;
        await content.CopyToAsync(http.Response.Body, http.RequestAborted);
    }
}
