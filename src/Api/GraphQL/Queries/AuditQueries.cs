using EventSourcedTrading.Api.GraphQL.Types;
using EventSourcedTrading.Api.Http;
using EventSourcedTrading.Privacy;
using EventSourcedTrading.Projections.Audit;
using HotChocolate;
using HotChocolate.Authorization;
using HotChocolate.CostAnalysis.Types;
using HotChocolate.Types;
using HotChocolate.Types.Pagination;

namespace EventSourcedTrading.Api.GraphQL.Queries;

/// <summary>The log itself: what is in it, why, and the proof that it is unaltered.</summary>
[QueryType]
[Authorize("readAudit")]
public static class AuditQueries
{
    /// <summary>Events that have all that is asked for, newest first. Forwards only: first and after.</summary>
    /// <param name="where">Nothing for every event.</param>
    /// <param name="oldestFirst">In the order of the log.</param>
    [Cost(20)]
    public static async Task<Connection<AuditRow>> GetEventsAsync(AuditQuery query, PersonDirectory persons, PagingArguments paging, EventFilter? where, CancellationToken ct, bool oldestFirst = false)
    {
        if (paging.Last is not null || paging.Before is not null) throw new RefusedException("BAD_PAGE", "events go forwards only: ask with first and after, and with oldestFirst for the other end", paging.Last is null ? "before" : "last");
        var (limit, _) = paging.Size();
        if (paging.After is not null && !long.TryParse(paging.After, out _)) throw new RefusedException("BAD_PAGE", $"after '{paging.After}' is no cursor of events; take that of an edge", "after");
        var question = (where ?? new EventFilter()).Question() with { Limit = limit.ToString(), After = paging.After, OldestFirst = oldestFirst ? "true" : "false" };
        var page = await (await AuditPersons.AskedAsync(question, persons, ct)).AskAsync(query, ct);
        var edges = page.Items.Select(e => new Edge<AuditRow>(e, e.Position.ToString())).ToList();
        return new Connection<AuditRow>(edges, new ConnectionPageInfo(page.Next is not null, paging.After is not null, edges.Count > 0 ? edges[0].Cursor : null, edges.Count > 0 ? edges[^1].Cursor : null));
    }

    /// <summary>The event at a place of the log; null if the log, or its index, is not that long.</summary>
    public static Task<AuditRow?> GetEventAsync([GraphQLType("Position")] long position, AuditQuery query, CancellationToken ct) => query.AtAsync(position, ct);

    /// <summary>What caused an event, up to the input that began it; null if there is no such event.</summary>
    [Cost(50)]
    public static Task<CausalTree?> GetWhyAsync([GraphQLType("Position")] long position, Causes causes, CancellationToken ct) => causes.WhyAsync(position, ct);

    /// <summary>All that an event caused, and what that caused; null if there is no such event.</summary>
    [Cost(100)]
    public static Task<CausalTree?> GetConsequencesAsync([GraphQLType("Position")] long position, Effects effects, CancellationToken ct) => effects.FollowedAsync(position, ct);
}

/// <summary>All that is given must hold.</summary>
/// <param name="Actor">A person by name, or whatever else acted.</param>
/// <param name="Agent">Named anywhere in the event.</param>
/// <param name="Correlation">The decision that it belongs to.</param>
/// <param name="Text">Words of rationale and reason, as a search engine takes them.</param>
/// <param name="From">From this moment on.</param>
/// <param name="To">Up to this moment.</param>
public sealed record EventFilter(
    string? Actor = null, string? Instrument = null, string? Agent = null, string? Order = null, string? Decision = null, string? Correlation = null, string? Causation = null,
    string? Type = null, string? Stream = null, string? Portfolio = null, string? Text = null, Moment? From = null, Moment? To = null)
{
    internal AuditQuestion Question() => new(
        Actor, Instrument, Agent, Order, Decision, Correlation, Causation, Type, Stream, Portfolio, Text, Written(From), Written(To));

    private static string? Written(Moment? moment) => moment?.Position?.ToString() ?? moment?.Time?.ToString();
}
