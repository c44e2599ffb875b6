using HotChocolate.Language;
using HotChocolate.Validation;

namespace HotChocolate.Execution;

/// <summary>What requests may ask, and how much the server keeps. The defaults are for callers whom nobody knows.</summary>
public sealed record RequestOptions
{
    /// <summary>Of a document, in UTF-16 characters.</summary>
    public int MaxDocumentLength { get; init; } = 64 * 1024;

    /// <summary>How many tokens a document has and how deep they nest.</summary>
    public ParserOptions Parser { get; init; } = ParserOptions.Default;

    /// <summary>How deep and how many fields are, and whether introspection is allowed.</summary>
    public ValidationOptions Validation { get; init; } = ValidationOptions.Default;

    /// <summary>Of an operation, see <see cref="Types.OutputField.Cost"/>; with the variables of the request.</summary>
    public long MaxCost { get; init; } = 100_000;

    /// <summary>For one operation, or one message of a subscription.</summary>
    public TimeSpan ExecutionTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Of objects and lists that are held until the response is written; also the items of a list that comes one by one.</summary>
    public int MaxResponseNodes { get; init; } = 1_000_000;

    public int MaxResponseBytes { get; init; } = 64 << 20;

    /// <summary>What a client may know of an exception that is no <see cref="GraphQLException"/>; null keeps it to the log.</summary>
    public Func<Exception, Error?>? ErrorOf { get; init; }

    /// <summary>Of documents that are kept parsed and validated.</summary>
    public int MaxCachedDocuments { get; init; } = 1_000;

    /// <summary>Of the texts of these documents; a syntax tree takes some 30 times as much.</summary>
    public int MaxCachedBytes { get; init; } = 4 << 20;

    /// <summary>Documents by id that clients may name instead of sending them.</summary>
    public IReadOnlyDictionary<string, string> TrustedDocuments { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>Only <see cref="TrustedDocuments"/> are run.</summary>
    public bool PersistedOnly { get; init; }

    /// <summary>Of documents that clients sent with a hash, to name it alone from then on ("automatic persisted queries"); 0 for none.</summary>
    public int MaxAutomaticDocuments { get; init; } = 1_000;
}

/// <summary>Codes of errors that are not of one field; they go out as <c>extensions.code</c>.</summary>
public static class ErrorCodes
{
    public const string DocumentTooLong = "DOCUMENT_TOO_LONG";
    public const string SyntaxError = "GRAPHQL_PARSE_FAILED";
    public const string ValidationFailed = "GRAPHQL_VALIDATION_FAILED";
    public const string CostTooHigh = "COST_TOO_HIGH";
    public const string OperationNotAllowed = "OPERATION_NOT_ALLOWED";
    public const string PersistedNotFound = "PERSISTED_QUERY_NOT_FOUND";
    public const string PersistedOnly = "PERSISTED_QUERY_ONLY";
    public const string PersistedMismatch = "PERSISTED_QUERY_HASH_MISMATCH";
    public const string Timeout = "TIMEOUT";
    public const string ResponseTooLarge = "RESPONSE_TOO_LARGE";
    public const string ListTooLong = "LIST_TOO_LONG";
}
