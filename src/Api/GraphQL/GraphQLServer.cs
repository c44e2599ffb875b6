using EventSourcedTrading.Api.GraphQL.Page;
using EventSourcedTrading.Api.GraphQL.Subscriptions;
using EventSourcedTrading.Api.Live;
using EventSourcedTrading.Api.State;
using EventSourcedTrading.EventStore;
using EventSourcedTrading.Projections.Audit;
using EventSourcedTrading.Projections.Following;
using EventSourcedTrading.Projections.Reading;
using HotChocolate;
using HotChocolate.AspNetCore;
using HotChocolate.Execution;
using HotChocolate.Validation;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace EventSourcedTrading.Api.GraphQL;

/// <summary>How GraphQL is served.</summary>
/// <param name="Introspection">Whether clients may ask for the schema.</param>
/// <param name="Page">Folder of GraphiQL's files (scripts/graphiql), for a page at <c>/graphql</c>; null for none.</param>
/// <param name="TrustedDocuments">Folder of documents, <c>ID.graphql</c> each: with one, clients name documents, and no others are run.</param>
public sealed record GraphQLSettings(bool Introspection = true, string? Page = null, string? TrustedDocuments = null)
{
    public GraphQLSocketOptions Sockets { get; init; } = new();
}

/// <summary>Puts <c>/graphql</c> together.</summary>
internal static class GraphQLServer
{
    public static void Add(IServiceCollection services, GraphQLSettings settings, ApiSurroundings around)
    {
        services.AddSingleton(new ProjectionHost(around.Reader)).AddSingleton(new EventReader(around.Reader));
        services.AddSingleton(new LogStatusReader(around.Reader)).AddSingleton(new ReadModelProgress(around.Reader, around.Time)).AddSingleton<BookFeed>();
        services.AddSingleton(around.Risk ?? ((_, _) => Task.FromResult<PortfolioRisk?>(null))).AddSingleton<GraphQLAccess>();
        var options = new RequestOptions
        {
            Validation = new ValidationOptions { IntrospectionAllowed = settings.Introspection, NulAllowed = false }, ErrorOf = ErrorOf,
            TrustedDocuments = settings.TrustedDocuments is { } folder ? PersistedDocuments.FromFolder(folder) : new Dictionary<string, string>(), PersistedOnly = settings.TrustedDocuments is not null,
        };
        services.AddSingleton(s => new RequestExecutor(PlatformSchema.Create(s.GetRequiredService<GraphQLAccess>().Authorize), options, s.GetRequiredService<ILoggerFactory>().CreateLogger("graphql")));
    }

    public static void Map(WebApplication app, GraphQLSettings settings)
    {
        if (settings.Page is { } folder) GraphiqlPage.Map(app, folder);
        app.MapGraphQL("/graphql", options: new GraphQLServerOptions { Admit = app.Services.GetRequiredService<GraphQLAccess>().AdmitAsync, Sockets = settings.Sockets });
    }

    /// <summary>What a client may be told of an exception; null keeps it to the server's log.</summary>
    private static Error? ErrorOf(Exception e) => e switch
    {
        RefusedException refused => Told(refused.Code, refused.Message, refused.Field),
        SliceException wrong => Told("BAD_FILTER", wrong.Message, wrong.Field),
        AuditFilterException wrong => Told("BAD_FILTER", wrong.Message, wrong.Field),
        MomentNotReachedException early => Told("NOT_READ_YET", early.Message, "asOf"),
        _ => null,
    };

    private static Error Told(string code, string message, string? field) =>
        new(message, []) { Code = code, Extensions = field is null ? null : new Dictionary<string, object?>(StringComparer.Ordinal) { ["field"] = field } };
}
