using System.Globalization;
using System.Text.Json;
using EventSourcedTrading.Api.Control;
using EventSourcedTrading.Privacy;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace EventSourcedTrading.Api.Http;

/// <summary>Reads what came and writes what goes out.</summary>
public static class Exchange
{
    public const int MaxBody = 64 << 10;

    /// <exception cref="RefusedException">Too large, not JSON, or not of that shape.</exception>
    public static async Task<T> ReadAsync<T>(HttpRequest request) where T : class
    {
        if (!request.HasJsonContentType()) throw new RefusedException("NOT_JSON", $"Content-Type '{request.ContentType}' must be application/json");
        try
        {
            return await JsonSerializer.DeserializeAsync<T>(request.Body, ApiJson.Options, request.HttpContext.RequestAborted)
                ?? throw new RefusedException("INVALID_BODY", "the body must be a JSON object");
        }
        catch (JsonException e)
        {
            throw new RefusedException("INVALID_BODY", Plain(e), e.Path is { Length: > 2 } path ? path[2..] : null);
        }
        catch (InvalidOperationException)
        {
            throw new RefusedException("INVALID_BODY", "a text of the body is not valid Unicode");
        }
        catch (BadHttpRequestException e) when (e.StatusCode == StatusCodes.Status413PayloadTooLarge)
        {
            throw new RefusedException("BODY_TOO_LARGE", $"the body may have {MaxBody} bytes");
        }
    }

    /// <summary>Idempotency-Key as the IETF draft has it: a string of structured fields (RFC 8941); the bare text is taken too.</summary>
    public static string Key(HttpRequest request)
    {
        var values = request.Headers["Idempotency-Key"];
        var text = values.Count == 1 ? values[0]!.Trim() : "";
        return text.Length >= 2 && text[0] == '"' && text[^1] == '"' ? text[1..^1] : text;
    }

    /// <summary>200 for what is done, 202 for what is not decided yet, else a problem.</summary>
    public static IResult Answer(CommandResult result) => result.Outcome switch
    {
        CommandOutcome.Done => Json(result),
        CommandOutcome.Queued or CommandOutcome.ApprovalNeeded => new Accepted(result),
        CommandOutcome.Denied => throw new RefusedException("APPROVAL_DENIED", $"a second person denied it: {result.Reason}") { Result = result },
        CommandOutcome.Expired => throw new RefusedException("APPROVAL_EXPIRED", result.Reason!) { Result = result },
        _ => throw new RefusedException(result.Code!, result.Reason!) { Result = result },
    };

    /// <summary>With names in the place of references: who calls is a person.</summary>
    public static IResult Json<T>(T value) => new Named<T>(value);

    /// <summary>What stands in the log, as it stands there.</summary>
    public static IResult Verbatim<T>(T value) => Results.Json(value, ApiJson.Options);

    /// <summary>Runs an endpoint; what it refuses becomes a problem (RFC 9457), what breaks inside stays inside.</summary>
    public static async Task GuardAsync(HttpContext http, RequestDelegate next)
    {
        try
        {
            await next(http);
        }
        catch (RefusedException refused) when (!http.Response.HasStarted)
        {
            if (refused.RetryAfter is { } after) http.Response.Headers.RetryAfter = Math.Ceiling(Math.Max(1, after.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
            if (refused.Code == "UNAUTHENTICATED") http.Response.Headers.WWWAuthenticate = "Bearer";
            await ProblemAsync(http, refused.Status.Http, refused.Code, refused.Message, refused.Field, refused.Result?.CommandId);
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested)
        {
        }
        catch (Exception e) when (!http.Response.HasStarted)
        {
            http.RequestServices.GetRequiredService<ILoggerFactory>().CreateLogger("api").LogError(e, "{Endpoint} failed", http.GetEndpoint()?.DisplayName);
            await ProblemAsync(http, 500, "FAILED", "the call failed; the server's log tells why", null, null);
        }
    }

    public static Task ProblemAsync(HttpContext http, int status, string code, string detail, string? field, string? commandId)
    {
        http.Response.StatusCode = status;
        return WriteAsync(
            http, new ProblemBody($"urn:est:problem:{code.ToLowerInvariant().Replace('_', '-')}", ReasonPhrases.GetReasonPhrase(status), status, detail, http.Request.Path, code, field, commandId),
            "application/problem+json");
    }

    /// <summary>A name has no letter that JSON would escape, so references are replaced in the text of the whole.</summary>
    private static async Task WriteAsync<T>(HttpContext http, T value, string contentType)
    {
        var text = await http.RequestServices.GetRequiredService<PersonDirectory>().NamedAsync(JsonSerializer.Serialize(value, ApiJson.Options), http.RequestAborted);
        http.Response.ContentType = $"{contentType}; charset=utf-8";
        await http.Response.WriteAsync(text, http.RequestAborted);
    }

    /// <summary>Without names of our types and positions in the text: they mean nothing to who wrote the object.</summary>
    private static string Plain(JsonException e)
    {
        const string Lacking = "missing required properties including: ";
        if (e.Message.IndexOf(Lacking, StringComparison.Ordinal) is var lacking and >= 0) return "the object lacks " + e.Message[(lacking + Lacking.Length)..].TrimEnd('.');
        if (e.Message.Contains("could not be converted", StringComparison.Ordinal) || e.Message.Contains("could not be mapped", StringComparison.Ordinal))
            return e.Path is { Length: > 2 } ? $"{e.Path[2..]} is not a member, or has not the form, that /openapi/v1.json gives" : "the body has not the form that /openapi/v1.json gives";
        var cut = e.Message.IndexOf(" Path: ", StringComparison.Ordinal);
        return cut > 0 ? e.Message[..cut] : e.Message;
    }

    private sealed class Named<T>(T value) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext) => WriteAsync(httpContext, value, "application/json");
    }

    private sealed class Accepted(CommandResult result) : IResult
    {
        public async Task ExecuteAsync(HttpContext httpContext)
        {
            var id = await httpContext.RequestServices.GetRequiredService<PersonDirectory>().NamedAsync(result.CommandId, httpContext.RequestAborted);
            httpContext.Response.StatusCode = StatusCodes.Status202Accepted;
            httpContext.Response.Headers.Location = result.Outcome == CommandOutcome.Queued
                ? $"/v1/commands/{result.Portfolio}/{Uri.EscapeDataString(id)}" : $"/v1/approvals/{result.ApprovalId}";
            await WriteAsync(httpContext, result, "application/json");
        }
    }
}
