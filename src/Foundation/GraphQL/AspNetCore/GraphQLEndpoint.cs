using System.Diagnostics;
using HotChocolate.Execution;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace HotChocolate.AspNetCore;

public static class GraphQLEndpointRouteBuilderExtensions
{
    /// <summary>
    /// Serves a schema: GET and POST by the GraphQL over HTTP specification, and WebSockets by the protocol <c>graphql-transport-ws</c>.
    /// </summary>
    /// <param name="executor">Null for the one that is registered as a service.</param>
    public static IEndpointConventionBuilder MapGraphQL(this IEndpointRouteBuilder endpoints, string path = "/graphql", RequestExecutor? executor = null, GraphQLServerOptions? options = null)
    {
        options ??= new GraphQLServerOptions();
        executor ??= endpoints.ServiceProvider.GetRequiredService<RequestExecutor>();
        var stopping = endpoints.ServiceProvider.GetService<IHostApplicationLifetime>()?.ApplicationStopping ?? CancellationToken.None;
        var (http, sockets) = (new GraphQLHttpEndpoint(executor, options), new GraphQLSocketEndpoint(executor, options, stopping));
        var app = endpoints.CreateApplicationBuilder();
        app.UseWebSockets();
        app.Run(context => context.WebSockets.IsWebSocketRequest ? sockets.ServeAsync(context) : http.ServeAsync(context));
        return endpoints.Map(path, app.Build());
    }
}

/// <summary>GraphQL over HTTP, draft of 2025: GET for queries, POST for all but subscriptions.</summary>
internal sealed class GraphQLHttpEndpoint(RequestExecutor executor, GraphQLServerOptions options)
{
    private const string Methods = "GET, POST";

    /// <summary>That a page of another site cannot send without asking first.</summary>
    private const string PreflightHeader = "GraphQL-Preflight";

    public async Task ServeAsync(HttpContext http)
    {
        var began = Stopwatch.GetTimestamp();
        var mediaType = MediaTypes.Negotiate(http.Request.Headers);
        OperationResult? result = null;
        var parsed = new List<IDisposable>();
        try
        {
            if (mediaType is null)
                throw new BadRequestException($"Accept is \"{http.Request.Headers.Accept}\"; it must take {MediaTypes.Response} or {MediaTypes.Json}, in UTF-8.", StatusCodes.Status406NotAcceptable);
            result = await AnswerAsync(http, parsed);
        }
        catch (BadRequestException e)
        {
            http.Response.StatusCode = e.Status;
            result = OperationResult.Refused(new Error(e.Message));
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested)
        {
            return;
        }
        catch (IOException)
        {
            return; // the connection is gone
        }
        finally
        {
            foreach (var json in parsed) json.Dispose();
        }

        await using (result) await WriteAsync(http, result, mediaType ?? MediaTypes.Json, began);
    }

    /// <exception cref="BadRequestException">It is not a request of the protocol.</exception>
    private async Task<OperationResult> AnswerAsync(HttpContext http, List<IDisposable> parsed)
    {
        var isGet = HttpMethods.IsGet(http.Request.Method);
        if (!isGet && !HttpMethods.IsPost(http.Request.Method))
        {
            http.Response.Headers.Allow = Methods;
            throw new BadRequestException($"The method is {http.Request.Method}; it must be one of {Methods}.", StatusCodes.Status405MethodNotAllowed);
        }

        if (isGet && IsOfOtherSite(http.Request))
            throw new BadRequestException($"The request comes from a page of another site; it must have the header {PreflightHeader}.", StatusCodes.Status403Forbidden);
        if (!isGet && !MediaTypes.IsJson(http.Request.ContentType))
            throw new BadRequestException($"Content-Type is \"{http.Request.ContentType}\"; it must be {MediaTypes.Json}, in UTF-8.", StatusCodes.Status415UnsupportedMediaType);
        if (http.Request.Headers.ContentEncoding.ToString() is { Length: > 0 } encoding and not "identity")
            throw new BadRequestException($"Content-Encoding is \"{encoding}\"; only identity is taken.", StatusCodes.Status415UnsupportedMediaType);
        var admission = await options.Admit(http, default);
        if (admission.RefusedWith != 0) throw new BadRequestException(admission.Reason ?? "The caller is not let in.", admission.RefusedWith);
        var request = isGet ? RequestParameters.Of(http.Request.Query, parsed) : RequestParameters.Of((await ReadAsync(http, parsed)).Json);
        return (OperationResult)await executor.ExecuteAsync(
            request with
            {
                ContextData = admission.ContextData,
                Services = http.RequestServices,
                Allowed = isGet ? OperationTypes.Query : OperationTypes.Query | OperationTypes.Mutation,
            },
            http.RequestAborted);
    }

    private async Task<RequestBody> ReadAsync(HttpContext http, List<IDisposable> parsed)
    {
        var body = await RequestBody.ReadAsync(http.Request, options.MaxRequestBytes, http.RequestAborted);
        parsed.Add(body);
        return body;
    }

    /// <summary>Browsers say where a request comes from; a POST of another site cannot have our content type without being asked for first.</summary>
    private static bool IsOfOtherSite(HttpRequest request) =>
        request.Headers["Sec-Fetch-Site"].ToString() is "cross-site" or "same-site" && !request.Headers.ContainsKey(PreflightHeader);

    private async Task WriteAsync(HttpContext http, OperationResult result, string mediaType, long began)
    {
        var response = http.Response;
        if (response.StatusCode == StatusCodes.Status200OK && !result.HasData) response.StatusCode = StatusOf(http, result, mediaType);
        response.ContentType = $"{mediaType}; charset=utf-8";
        response.Headers.XContentTypeOptions = "nosniff";
        response.Headers.CacheControl = "no-store";
        var bytes = 0L;
        try
        {
            await result.WriteToAsync(response.BodyWriter, length => response.ContentLength = bytes = length, http.RequestAborted);
        }
        catch (Exception e) when (e is OperationCanceledException or IOException)
        {
            // The client does not want the answer any more.
        }

        options.OnRequest?.Invoke(new RequestReport(
            "http", result.Operation?.Operation, result.Operation?.Name?.Value, Stopwatch.GetElapsedTime(began), 1, result.Errors.Count, bytes, response.StatusCode));
    }

    /// <summary>Of a well-formed request that was not run: 200 for clients that take JSON as such (section 6.4.1), 400 for others.</summary>
    private static int StatusOf(HttpContext http, OperationResult result, string mediaType)
    {
        if (result.Errors is not [{ Code: ErrorCodes.OperationNotAllowed }]) return mediaType == MediaTypes.Json ? StatusCodes.Status200OK : StatusCodes.Status400BadRequest;
        if (HttpMethods.IsPost(http.Request.Method)) return StatusCodes.Status400BadRequest;
        http.Response.Headers.Allow = "POST";
        return StatusCodes.Status405MethodNotAllowed;
    }
}
