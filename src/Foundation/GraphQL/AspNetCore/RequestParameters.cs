using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using HotChocolate.Execution;
using Microsoft.AspNetCore.Http;

namespace HotChocolate.AspNetCore;

/// <summary>The parameters of a request (GraphQL over HTTP, section 5.1): <c>query</c>, <c>documentId</c>, <c>operationName</c>, <c>variables</c>, <c>extensions</c>.</summary>
internal static class RequestParameters
{
    private const int MaxDepth = 64;

    /// <summary>Of a request's JSON: values, names and brackets. A client says what it wants with some hundred; a flood of them would be read only to be refused.</summary>
    public const int MaxTokens = 10_000;

    /// <summary>Duplicates are refused, since which of them counts is anybody's guess.</summary>
    private static readonly JsonDocumentOptions Json = new() { MaxDepth = MaxDepth, AllowDuplicateProperties = false };

    private const int MaxShown = 60;

    /// <param name="what">The name of the text, for the error.</param>
    /// <exception cref="BadRequestException">It is not JSON in valid Unicode, or has too many tokens.</exception>
    public static JsonDocument Parse(ReadOnlyMemory<byte> utf8, string what)
    {
        if (!Utf8.IsValid(utf8.Span)) throw new BadRequestException($"{what} is not valid UTF-8.");
        try
        {
            Check(utf8.Span, what);
            return JsonDocument.Parse(utf8, Json);
        }
        catch (JsonException e)
        {
            throw new BadRequestException($"{what} is not JSON: {e.Message}");
        }
        catch (InvalidOperationException)
        {
            throw new BadRequestException($"{what} has half of a surrogate pair (\\uD800 to \\uDFFF); it must be valid Unicode.");
        }
    }

    /// <summary>What costs no memory comes first. Escapes can tell what UTF-8 cannot; whoever reads such a string later would fail there.</summary>
    private static void Check(ReadOnlySpan<byte> utf8, string what)
    {
        var reader = new Utf8JsonReader(utf8, new JsonReaderOptions { MaxDepth = MaxDepth });
        for (var tokens = 1; reader.Read(); tokens++)
        {
            if (tokens > MaxTokens)
                throw new BadRequestException($"{what} has more than {MaxTokens} JSON tokens (values, names and brackets); send fewer in one request.", StatusCodes.Status413PayloadTooLarge);
            if (reader.TokenType is JsonTokenType.String or JsonTokenType.PropertyName && reader.ValueIsEscaped) reader.GetString();
        }
    }

    /// <exception cref="BadRequestException">One is missing or not of its type.</exception>
    public static OperationRequest Of(JsonElement body)
    {
        if (body.ValueKind == JsonValueKind.Array)
            throw new BadRequestException("The body is a list of requests; send one request, as an object.");
        if (body.ValueKind != JsonValueKind.Object) throw new BadRequestException($"The body is {Shown(body)}; it must be an object with \"query\".");
        return Checked(new OperationRequest
        {
            Document = Text(body, "query"),
            DocumentId = Text(body, "documentId"),
            OperationName = Text(body, "operationName"),
            Variables = Map(body, "variables"),
            Extensions = Map(body, "extensions"),
        });
    }

    /// <summary>Those of a GET; maps are JSON in the URL.</summary>
    /// <param name="parsed">To be disposed when the request is answered.</param>
    /// <exception cref="BadRequestException">One is missing or not of its type.</exception>
    public static OperationRequest Of(IQueryCollection url, ICollection<IDisposable> parsed) => Checked(new OperationRequest
    {
        Document = Single(url, "query"),
        DocumentId = Single(url, "documentId"),
        OperationName = Single(url, "operationName"),
        Variables = Map(url, "variables", parsed),
        Extensions = Map(url, "extensions", parsed),
    });

    private static OperationRequest Checked(OperationRequest request) =>
        request.Document is not null || request.DocumentId is not null || HasHash(request.Extensions) ? request
            : throw new BadRequestException("\"query\" is missing; it must be a string, the text of a GraphQL document.");

    private static bool HasHash(JsonElement extensions) => extensions.ValueKind == JsonValueKind.Object && extensions.TryGetProperty("persistedQuery", out _);

    private static string? Text(JsonElement body, string name)
    {
        if (!body.TryGetProperty(name, out var value) || value.ValueKind == JsonValueKind.Null) return null;
        return value.ValueKind == JsonValueKind.String ? value.GetString() : throw new BadRequestException($"\"{name}\" is {Shown(value)}; it must be a string.");
    }

    private static JsonElement Map(JsonElement body, string name)
    {
        if (!body.TryGetProperty(name, out var value) || value.ValueKind == JsonValueKind.Null) return default;
        return value.ValueKind == JsonValueKind.Object ? value : throw new BadRequestException($"\"{name}\" is {Shown(value)}; it must be an object.");
    }

    private static string? Single(IQueryCollection url, string name)
    {
        var values = url[name];
        if (values.Count > 1) throw new BadRequestException($"\"{name}\" is in the URL {values.Count} times; it must be there once.");
        return values.Count == 0 || (values[0] is { Length: 0 } && name != "query") ? null : values[0];
    }

    private static JsonElement Map(IQueryCollection url, string name, ICollection<IDisposable> parsed)
    {
        if (Single(url, name) is not { } text) return default;
        var document = Parse(Encoding.UTF8.GetBytes(text), $"\"{name}\"");
        parsed.Add(document);
        if (document.RootElement.ValueKind == JsonValueKind.Null) return default;
        return document.RootElement.ValueKind == JsonValueKind.Object ? document.RootElement : throw new BadRequestException($"\"{name}\" is {Shown(document.RootElement)}; it must be an object.");
    }

    private static string Shown(JsonElement value) => value.GetRawText() is var text && text.Length <= MaxShown ? text : text[..MaxShown] + "…";
}

/// <summary>A request that is not of the protocol; the message names the parameter, its value and the rule.</summary>
internal sealed class BadRequestException(string message, int status = StatusCodes.Status400BadRequest) : Exception(message)
{
    public int Status => status;
}
