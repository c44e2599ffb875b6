namespace Grpc.Core;

/// <summary>The sixteen codes that gRPC knows, and OK; see statuscodes.md of the gRPC documentation.</summary>
public enum StatusCode
{
    OK = 0,
    Cancelled = 1,
    Unknown = 2,
    InvalidArgument = 3,
    DeadlineExceeded = 4,
    NotFound = 5,
    AlreadyExists = 6,
    PermissionDenied = 7,
    ResourceExhausted = 8,
    FailedPrecondition = 9,
    Aborted = 10,
    OutOfRange = 11,
    Unimplemented = 12,
    Internal = 13,
    Unavailable = 14,
    DataLoss = 15,
    Unauthenticated = 16,
}

/// <summary>How a call ended.</summary>
/// <param name="Detail">For people; any Unicode text.</param>
public readonly record struct Status(StatusCode StatusCode, string Detail)
{
    public static readonly Status DefaultSuccess = new(StatusCode.OK, "");
}

/// <summary>Ends a call with a status other than OK.</summary>
/// <param name="trailers">Further trailers: lower-case names, printable ASCII values.</param>
public sealed class RpcException(Status status, params (string Name, string Value)[] trailers) : Exception(status.Detail)
{
    public Status Status { get; } = status;

    public IReadOnlyList<(string Name, string Value)> Trailers { get; } = trailers;
}
