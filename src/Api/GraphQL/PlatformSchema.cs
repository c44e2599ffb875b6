using System.Collections.Frozen;
using System.Reflection;
using System.Text.Json;
using EventSourcedTrading.Api.GraphQL.Subscriptions;
using EventSourcedTrading.Api.GraphQL.Types;
using EventSourcedTrading.Api.Live;
using EventSourcedTrading.Api.State;
using EventSourcedTrading.Domain.Time;
using EventSourcedTrading.Privacy;
using EventSourcedTrading.Projections.Audit;
using EventSourcedTrading.Projections.Following;
using EventSourcedTrading.Projections.Reading;
using HotChocolate.CodeFirst;
using HotChocolate.Resolvers;
using HotChocolate.Types;

namespace EventSourcedTrading.Api.GraphQL;

/// <summary>The platform's GraphQL schema; docs/schema.graphql is what it looks like.</summary>
public static class PlatformSchema
{
    private static readonly FrozenSet<Type> Services =
    [
        typeof(ReadModels), typeof(ProjectionHost), typeof(AuditQuery), typeof(Causes), typeof(Effects), typeof(PersonDirectory), typeof(LogStatusReader), typeof(LogFeed),
        typeof(BookFeed), typeof(ReadModelProgress), typeof(PortfolioRiskSource), typeof(TimeProvider),
    ];

    /// <summary>Whole numbers that are places in the log, beside those that are called Seq.</summary>
    private static readonly FrozenSet<string> Places = ["Position", "Parent", "Head", "Size", "SignedSize", "IndexedTo"];

    /// <summary>Counts that stay far below two thousand millions.</summary>
    private static readonly FrozenSet<string> Counts = ["Fills", "Anomalies", "Runs", "OpenOrders", "Orders", "Executions", "Positions", "OpenBreaks"];

    /// <param name="authorize">Policies are the control plane's operations, by name. Null lets everybody have everything: to look at the schema.</param>
    public static Schema Create(Action<IResolverContext, string>? authorize = null) => AnnotatedSchema.Create(typeof(PlatformSchema).Assembly.GetTypes(), new BindingOptions
    {
        Scalars = new Dictionary<Type, ScalarType>
        {
            [typeof(decimal)] = PlatformScalars.Decimal, [typeof(Timestamp)] = PlatformScalars.DateTime, [typeof(DateOnly)] = PlatformScalars.Date, [typeof(long)] = PlatformScalars.Long,
            [typeof(Guid)] = PlatformScalars.Uuid, [typeof(JsonElement)] = PlatformScalars.Json, [typeof(DateTimeOffset)] = PlatformScalars.DateTime,
        },
        NamedScalars = [PlatformScalars.Position],
        NameOf = NameOf,
        ScalarOf = ScalarOf,
        IsService = Services.Contains,
        Authorize = authorize,
    }, "How people and programs look into the platform: what it holds, decided, ordered and filled, why, and the proof that none of it was altered.");

    private static string? NameOf(PropertyInfo property) => property.Name switch
    {
        "Seq" => "position",
        "FirstSeq" => "firstPosition",
        "LastSeq" => "lastPosition",
        "FailedSeq" => "failedPosition",
        _ => null,
    };

    private static string? ScalarOf(PropertyInfo property) =>
        (Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType) != typeof(long) ? null
        : property.Name.EndsWith("Seq", StringComparison.Ordinal) || Places.Contains(property.Name) ? PlatformScalars.Position.Name
        : Counts.Contains(property.Name) ? Scalars.Int.Name : null;
}
