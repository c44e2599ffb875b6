using EventSourcedTrading.Domain.Control;
using EventSourcedTrading.Domain.MetaAgent;
using Grpc.Core;

namespace EventSourcedTrading.Api;

/// <summary>A call that comes to nothing, with what the caller is told.</summary>
/// <param name="code">Stable, upper case.</param>
/// <param name="detail">The field, its value, the rule and the mend.</param>
/// <param name="field">The member of the request that is wrong, if one is.</param>
public sealed class RefusedException(string code, string detail, string? field = null) : Exception(detail)
{
    public RefusedException(Refusal refusal)
        : this(refusal.Code, refusal.Reason)
    {
    }

    public string Code { get; } = code;

    public string? Field { get; } = field;

    /// <summary>The command that was refused, where it got so far.</summary>
    public Control.CommandResult? Result { get; init; }

    /// <summary>When to try again, where that makes sense.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>One code, one status of HTTP and one of gRPC, wherever it comes from.</summary>
    public (int Http, StatusCode Grpc) Status => Code switch
    {
        "UNAUTHENTICATED" => (401, StatusCode.Unauthenticated),
        "FORBIDDEN" or "SAME_PERSON" or "KEY_OF_REQUESTER" => (403, StatusCode.PermissionDenied),
        "BODY_TOO_LARGE" => (413, StatusCode.ResourceExhausted),
        "NOT_JSON" => (415, StatusCode.InvalidArgument),
        "KEY_REUSED" => (422, StatusCode.InvalidArgument),
        "NO_WEBSOCKET" => (426, StatusCode.InvalidArgument),
        "RATE_LIMITED" => (429, StatusCode.ResourceExhausted),
        "NO_ANSWER_YET" => (202, StatusCode.DeadlineExceeded),
        DualControl.Code => (202, StatusCode.FailedPrecondition),
        "LOG_UNAVAILABLE" => (503, StatusCode.Unavailable),
        "INVALID" or "INVALID_BODY" or "ACTOR_MISSING" or "WRONG_SCOPE" or "NO_ROLE" => (400, StatusCode.InvalidArgument),
        _ when Code.StartsWith("UNKNOWN_", StringComparison.Ordinal) => (404, StatusCode.NotFound),
        _ when Code.StartsWith("BAD_", StringComparison.Ordinal) || Code.StartsWith("TARGET_", StringComparison.Ordinal) || Code.EndsWith("_MISSING", StringComparison.Ordinal)
            || Code.StartsWith("TOO_", StringComparison.Ordinal) => (400, StatusCode.InvalidArgument),
        _ => (409, StatusCode.FailedPrecondition),
    };
}
