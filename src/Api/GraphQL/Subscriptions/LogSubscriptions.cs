using System.Runtime.CompilerServices;
using EventSourcedTrading.Api.Live;
using EventSourcedTrading.Api.State;
using EventSourcedTrading.Domain.Engine;
using EventSourcedTrading.Domain.Json;
using EventSourcedTrading.Domain.MetaAgent;
using EventSourcedTrading.Domain.Orders;
using EventSourcedTrading.Domain.Risk;
using EventSourcedTrading.EventStore;
using HotChocolate;
using HotChocolate.Authorization;
using HotChocolate.Types;

namespace EventSourcedTrading.Api.GraphQL.Subscriptions;

/// <summary>
/// What happens, as it is committed. Each message has its place in the log; who gives the last one that he has as <c>after</c> goes on
/// behind it, without loss and without repeat, whatever happened to the connection or the server.
/// </summary>
[SubscriptionType]
[Authorize("readState")]
public static class LogSubscriptions
{
    private static readonly HashSet<string> Decisions = [Alias<DecisionMade>(), Alias<DecisionOverridden>()];
    private static readonly HashSet<string> Fills = [Alias<OrderPartiallyFilled>(), Alias<OrderFilled>()];
    private static readonly HashSet<string> Violations = [Alias<RiskViolationDetected>()];

    private static readonly HashSet<string> Orders =
    [
        Alias<OrderApproved>(), Alias<OrderBlocked>(), Alias<OrderSubmissionAttempted>(), Alias<OrderSubmitted>(), Alias<OrderAcknowledged>(), Alias<OrderPartiallyFilled>(), Alias<OrderFilled>(),
        Alias<OrderCancelRequested>(), Alias<OrderCancelled>(), Alias<OrderCancelRefused>(), Alias<OrderReplaceRequested>(), Alias<OrderReplaced>(), Alias<OrderReplaceRefused>(),
        Alias<OrderRejected>(), Alias<OrderExpired>(), Alias<OrderInDoubt>(), Alias<OrderAnomalyNoted>(),
    ];

    /// <summary>Decisions, as they are made or overridden.</summary>
    /// <param name="portfolio">Of this portfolio; of all if left out.</param>
    /// <param name="after">Behind this place in the log; from now on if left out.</param>
    [Subscribe(With = nameof(FollowDecisions))]
    public static DecisionMessage GetDecisions([EventMessage] RecordedEvent message, string? portfolio, [GraphQLType("Position")] long? after) => new(message);

    public static IAsyncEnumerable<RecordedEvent> FollowDecisions(string? portfolio, [GraphQLType("Position")] long? after, LogFeed feed, CancellationToken ct) => FollowAsync(feed, Decisions, portfolio, after, ct);

    /// <summary>Every step of every order.</summary>
    /// <param name="portfolio">Of this portfolio; of all if left out.</param>
    /// <param name="after">Behind this place in the log; from now on if left out.</param>
    [Subscribe(With = nameof(FollowOrders))]
    public static OrderMessage GetOrders([EventMessage] RecordedEvent message, string? portfolio, [GraphQLType("Position")] long? after) => new(message);

    public static IAsyncEnumerable<RecordedEvent> FollowOrders(string? portfolio, [GraphQLType("Position")] long? after, LogFeed feed, CancellationToken ct) => FollowAsync(feed, Orders, portfolio, after, ct);

    /// <summary>Executions.</summary>
    /// <param name="portfolio">Of this portfolio; of all if left out.</param>
    /// <param name="after">Behind this place in the log; from now on if left out.</param>
    [Subscribe(With = nameof(FollowFills))]
    public static FillMessage GetFills([EventMessage] RecordedEvent message, string? portfolio, [GraphQLType("Position")] long? after) => new(message);

    public static IAsyncEnumerable<RecordedEvent> FollowFills(string? portfolio, [GraphQLType("Position")] long? after, LogFeed feed, CancellationToken ct) => FollowAsync(feed, Fills, portfolio, after, ct);

    /// <summary>Limits that are hit, or nearly so.</summary>
    /// <param name="portfolio">Of this portfolio; of all if left out.</param>
    /// <param name="after">Behind this place in the log; from now on if left out.</param>
    [Subscribe(With = nameof(FollowViolations))]
    public static ViolationMessage GetViolations([EventMessage] RecordedEvent message, string? portfolio, [GraphQLType("Position")] long? after) => new(message);

    public static IAsyncEnumerable<RecordedEvent> FollowViolations(string? portfolio, [GraphQLType("Position")] long? after, LogFeed feed, CancellationToken ct) => FollowAsync(feed, Violations, portfolio, after, ct);

    /// <summary>What a portfolio holds and has earned: at once, and again when it has changed, at most four times a second.</summary>
    /// <param name="after">Nothing before something has changed behind this place in the log.</param>
    [Subscribe(With = nameof(FollowPositions))]
    public static BookMessage GetPositions([EventMessage] BookMessage message, string portfolio, [GraphQLType("Position")] long? after) => message;

    public static IAsyncEnumerable<BookMessage> FollowPositions(string portfolio, [GraphQLType("Position")] long? after, BookFeed books, CancellationToken ct) => books.FollowAsync(portfolio, after, ct);

    /// <summary>Checkpoints, as the notary signs them.</summary>
    /// <param name="after">Of more events than this; the newest and what follows if left out.</param>
    [Authorize("readAudit")]
    [Subscribe(With = nameof(FollowCheckpoints))]
    public static LogCheckpoint GetCheckpoints([EventMessage] LogCheckpoint message, [GraphQLType("Position")] long? after) => message;

    public static async IAsyncEnumerable<LogCheckpoint> FollowCheckpoints([GraphQLType("Position")] long? after, LogStatusReader log, TimeProvider time, [EnumeratorCancellation] CancellationToken ct)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1), time);
        var last = after ?? ((await log.CheckpointsAsync(null, 1, ct)).FirstOrDefault()?.Size - 1) ?? -1;
        do
        {
            foreach (var checkpoint in await log.CheckpointsAfterAsync(last, ct))
            {
                last = checkpoint.Size;
                yield return checkpoint;
            }
        }
        while (await timer.WaitForNextTickAsync(ct));
    }

    private static async IAsyncEnumerable<RecordedEvent> FollowAsync(LogFeed feed, HashSet<string> types, string? portfolio, long? after, [EnumeratorCancellation] CancellationToken ct)
    {
        await foreach (var e in feed.FollowAsync(after ?? await feed.HeadAsync(ct), types, portfolio, ct)) yield return e;
    }

    private static string Alias<T>() where T : DomainEvent => EventJson.AliasOf<T>();
}
