using EventSourcedTrading.Workers.Agents;
using EventSourcedTrading.Workers.Brokering;
using EventSourcedTrading.Workers.Clocks;
using EventSourcedTrading.Workers.Configuration;
using EventSourcedTrading.Workers.Engines;
using EventSourcedTrading.Workers.Notarising;
using EventSourcedTrading.Workers.Publishing;

namespace EventSourcedTrading.Workers.Hosting;

/// <summary>The roles that a process can take, by name; together they are the platform.</summary>
public static class Roles
{
    public static readonly IReadOnlyList<(string Name, string Summary)> All =
    [
        ("engine", "one per portfolio: rounds, votes, risk, orders, paper venue; the only writer of its portfolio"),
        ("agents", "runs the configured strategies and sends their intents"),
        ("brokers", "stands between a portfolio and its broker, where one is the venue: orders, reports, comparing the books"),
        ("projections", "keeps the read models up with the log"),
        ("publisher", "tells NATS what was decided, blocked, ordered and filled"),
        ("notary", "signs the log's size and root, and keeps them outside of the database, where it is configured"),
        ("api", "the control plane over HTTP and gRPC, GraphQL and live streams, where an address is set for it"),
        ("clock", "measures this host's clock, where a time server is set for it"),
    ];

    /// <exception cref="ConfigurationException">A name that is no role.</exception>
    public static List<IRole> Create(IReadOnlyCollection<string> names, Platform platform)
    {
        foreach (var name in names)
            if (!All.Any(r => r.Name == name)) throw new ConfigurationException($"'{name}' is no role; there are {string.Join(", ", All.Select(r => r.Name))}.");
        var roles = new List<IRole>();
        foreach (var portfolio in platform.Options.Portfolios)
        {
            if (names.Contains("engine")) roles.Add(new EngineRole(platform, portfolio));
            if (names.Contains("brokers") && portfolio.Broker is { } broker)
                roles.Add(new BrokerRole(platform, portfolio, ct => BrokerCatalog.ConnectAsync(portfolio, platform.Time, ct), broker.Policy()));
            if (!names.Contains("agents")) continue;
            foreach (var strategy in portfolio.Strategies) roles.Add(new AgentRole(platform, portfolio, strategy));
        }

        if (names.Contains("projections")) roles.Add(new ProjectionsRole(platform));
        if (names.Contains("publisher")) roles.Add(new PublisherRole(platform));
        if (names.Contains("notary") && platform.Options.Notary is { } notary) roles.Add(new NotaryRole(platform, notary));
        if (names.Contains("api") && platform.Options.Api is { } api) roles.Add(new ApiRole(platform, api));
        if (names.Contains("clock") && platform.Options.Clock is { } clock) roles.Add(new ClockRole(platform, clock, Environment.MachineName));
        return roles;
    }
}
