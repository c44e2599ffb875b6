using System.Collections.Concurrent;
using System.Text.Json;
using EventSourcedTrading.Api.Access;
using EventSourcedTrading.Api.Control;
using EventSourcedTrading.Domain.Control;
using HotChocolate;
using HotChocolate.AspNetCore;
using HotChocolate.Resolvers;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace EventSourcedTrading.Api.GraphQL;

/// <summary>Lets callers in by the control plane's keys, tokens and roles; each field asks for the role of its operation.</summary>
internal sealed class GraphQLAccess(Doorkeeper doorkeeper, Standing standing, RateLimits limits, TurningAway turningAway, ILoggerFactory logs)
{
    private const string Key = "caller";

    private readonly ILogger log = logs.CreateLogger("graphql");

    /// <summary>Who has any role but admin may come in; what he may see, the fields say.</summary>
    /// <param name="payload">Of a WebSocket's <c>connection_init</c>, where a browser has to put what it cannot put in a header.</param>
    public async ValueTask<Admission> AdmitAsync(HttpContext http, JsonElement payload)
    {
        if (payload.ValueKind == JsonValueKind.Object)
        {
            foreach (var member in payload.EnumerateObject())
                if (member.Name.Equals("authorization", StringComparison.OrdinalIgnoreCase) && member.Value.ValueKind == JsonValueKind.String) http.Request.Headers.Authorization = member.Value.GetString();
        }

        try
        {
            var caller = await doorkeeper.AdmitReaderAsync(http);
            var stands = standing.Of(caller);
            return new Admission(new Dictionary<string, object?>(StringComparer.Ordinal) { [Key] = new Reader(caller, http.Connection.RemoteIpAddress?.ToString() ?? "unknown") })
            {
                Objection = async () => await stands(http.RequestAborted) ? null : Standing.Ended,
            };
        }
        catch (RefusedException refused)
        {
            if (refused.Code == "UNAUTHENTICATED" && !http.Response.HasStarted) http.Response.Headers.WWWAuthenticate = "Bearer";
            return Admission.Refused(refused.Status.Http, $"{refused.Code}: {refused.Message}");
        }
    }

    /// <exception cref="GraphQLException">FORBIDDEN.</exception>
    public void Authorize(IResolverContext context, string policy)
    {
        var (operation, reader) = (Operation.Named(policy), (Reader)context.ContextData[Key]!);
        if (operation.EntitledBy(reader.Caller.Roles) is not null) return;
        var what = $"{context.Field.Name} takes the role {string.Join(" or ", operation.Roles.Select(ApiKeys.WordOf))}; you have {string.Join(", ", reader.Caller.Roles.Select(ApiKeys.WordOf))}";
        // Once for a request, however many of its fields are refused.
        if (reader.Refused.TryAdd(policy, true)) _ = RecordAsync(reader, operation, what);
        throw new GraphQLException(new Error(what, []) { Code = "FORBIDDEN" });
    }

    /// <summary>Being turned away is on record here too; it does not hold up the answer.</summary>
    private async Task RecordAsync(Reader reader, Operation operation, string what)
    {
        try
        {
            limits.Failure(reader.Caller.Person);
            await turningAway.RecordAsync(null, "", reader.Caller.Person, reader.Caller.Credential, reader.Address, operation.Name, "FORBIDDEN", what);
        }
        catch (RefusedException e)
        {
            log.LogWarning("{Operation} was refused to {Person}, which is not on record: {Reason}", operation.Name, reader.Caller.Person, e.Code);
        }
    }

    private sealed record Reader(Caller Caller, string Address)
    {
        public ConcurrentDictionary<string, bool> Refused { get; } = new(StringComparer.Ordinal);
    }
}
