using EventSourcedTrading.Domain.Control;
using EventSourcedTrading.Privacy;
using EventSourcedTrading.Projections.Audit;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace EventSourcedTrading.Api.Http;

/// <summary>What the log says, found by what is known of it; and why it is there.</summary>
public static class AuditEndpoints
{
    private static readonly HashSet<string> Parameters =
        [.. typeof(AuditQuestion).GetProperties().Select(p => System.Text.Json.JsonNamingPolicy.CamelCase.ConvertName(p.Name))];

    public static void Map(IEndpointRouteBuilder routes)
    {
        Describe<AuditPage>(routes.MapGet("/v1/audit/events", (Door door, AuditQuery query, PersonDirectory persons, HttpRequest request, [AsParameters] AuditQuestion question) =>
            door.ReadAsync(Operation.ReadAudit, "", ct => FindAsync(query, persons, request, question, ct))), "findEvents", "Events that have all that is asked for, newest first.");
        Describe<AuditEvent>(routes.MapGet("/v1/audit/events/{position}", (Door door, AuditQuery query, PersonDirectory persons, string position, CancellationToken ct) =>
            door.AdmitAsync(Operation.ReadAudit, "", null, async (_, _) => Exchange.Verbatim(await AtAsync(position, at => AuditPersons.EventAsync(query, at, text => persons.NamesAsync(text, ct).AsTask(), ct))))), "getEvent", "An event with all that it says.");
        Describe<CausalTree>(routes.MapGet("/v1/audit/events/{position}/why", (Door door, Causes causes, string position) =>
            door.ReadAsync(Operation.ReadAudit, "", ct => AtAsync(position, at => causes.WhyAsync(at, ct)))), "whyEvent", "What caused an event, up to the input that began it.");
        Describe<CausalTree>(routes.MapGet("/v1/audit/events/{position}/followed", (Door door, Effects effects, string position) =>
            door.ReadAsync(Operation.ReadAudit, "", ct => AtAsync(position, at => effects.FollowedAsync(at, ct)))), "followedEvent", "All that an event caused, and what that caused.");
    }

    private static async Task<AuditPage> FindAsync(AuditQuery query, PersonDirectory persons, HttpRequest request, AuditQuestion question, CancellationToken ct)
    {
        try
        {
            // A filter that is misspelt must not look like one that everything passes.
            foreach (var (name, values) in request.Query)
            {
                if (!Parameters.Contains(name)) throw new AuditFilterException(name, $"'{name}' cannot be asked for; there are {string.Join(", ", Parameters.Order())}");
                if (values.Count > 1) throw new AuditFilterException(name, $"{name} is there {values.Count} times; one is allowed");
            }

            return await (await AuditPersons.AskedAsync(question, persons, ct)).AskAsync(query, ct);
        }
        catch (AuditFilterException wrong)
        {
            throw new RefusedException("BAD_FILTER", wrong.Message, wrong.Field);
        }
    }

    private static async Task<T> AtAsync<T>(string position, Func<long, Task<T?>> read) where T : class
    {
        try
        {
            return await read(AuditQuestion.Position("position", position))
                ?? throw new RefusedException("UNKNOWN_EVENT", $"no event has position {position}, or the audit index has not come so far", "position");
        }
        catch (AuditFilterException wrong)
        {
            throw new RefusedException("BAD_POSITION", wrong.Message, wrong.Field);
        }
    }

    private static void Describe<T>(RouteHandlerBuilder endpoint, string name, string summary) =>
        endpoint.WithTags("Audit").WithName(name).WithSummary(summary).WithMetadata(Operation.ReadAudit).Produces<T>();
}
