using EventSourcedTrading.Domain.MetaAgent;
using EventSourcedTrading.Domain.Portfolios;
using EventSourcedTrading.Domain.Risk;
using EventSourcedTrading.Projections.Following;
using EventSourcedTrading.Workers.Configuration;
using EventSourcedTrading.Workers.Engines;
using EventSourcedTrading.Workers.Hosting;
using EventSourcedTrading.Workers.Messaging;
using NATS.Client.JetStream.Models;

namespace EventSourcedTrading.Workers.Diagnostics;

public sealed record RoleLine(string Role, int Instances, string Summary);

/// <summary>A route seen from its other end.</summary>
/// <param name="Takes">What is brought to it, as the routes name it.</param>
/// <param name="Events">All that it may put on record, whichever message it takes.</param>
public sealed record HandlerLine(string Handler, string Role, IReadOnlyList<string> Takes, IReadOnlyList<string> Events);

/// <param name="Kind">jetStream, or log for a family of event streams.</param>
/// <param name="Holds">Subjects, or types of events.</param>
public sealed record StreamLine(string Stream, string Kind, string Bound, string WhenFull, IReadOnlyList<string> Holds);

/// <param name="Follows">A JetStream stream, or the log.</param>
/// <param name="Position">Where it keeps how far it has come.</param>
public sealed record ConsumerLine(string Consumer, string Follows, string Position);

public sealed record ProjectionLine(string Projection, IReadOnlyList<string> Events, IReadOnlyList<string> Tables);

/// <param name="Source">Where it stands: est.json's portfolio, or a bound that is built in.</param>
public sealed record PolicyLine(string Policy, string Value, string Source);

public sealed record BrokerLine(string Portfolio, string Venue, string Host, bool DryRun, string Credentials);

/// <summary>What the program is made of and what the configuration makes of it. Needs no server.</summary>
public sealed record Description(
    IReadOnlyList<RoleLine> Roles, IReadOnlyList<HandlerLine> Handlers, IReadOnlyList<Route> Routes, IReadOnlyList<StreamLine> Streams, IReadOnlyList<SubjectEntry> Subjects, IReadOnlyList<ConsumerLine> Consumers,
    IReadOnlyList<ProjectionLine> Projections, IReadOnlyList<PolicyLine> Policies, IReadOnlyList<BrokerLine> Brokers, EffectiveConfiguration Configuration)
{
    public static readonly IReadOnlyList<string> Sections = ["roles", "handlers", "routes", "streams", "subjects", "consumers", "projections", "policies", "brokers", "configuration"];

    public static Description Of(PlatformOptions options, EffectiveConfiguration configuration)
    {
        var subjects = new Subjects(options.Prefix);
        var routes = RouteCatalog.Of(subjects);
        return new Description(
            [.. Hosting.Roles.All.Select(r => new RoleLine(r.Name, Instances(r.Name, options), r.Summary))], [.. HandlersOf(routes)], routes, [.. StreamsOf(subjects)], SubjectCatalog.Of(subjects),
            [.. ConsumersOf(subjects, options)], [.. ProjectionHost.Catalog.Select(p => new ProjectionLine(p.Name, p.EventTypes ?? ["every event"], p.Tables))],
            [.. options.Portfolios.SelectMany(PoliciesOf), .. Bounds()], [.. options.Portfolios.Select(BrokerOf)], configuration);
    }

    private static int Instances(string role, PlatformOptions options) => role switch
    {
        "engine" => options.Portfolios.Count,
        "agents" => options.Portfolios.Sum(p => p.Strategies.Count),
        "brokers" => options.Portfolios.Count(p => p.Broker is not null),
        "notary" => options.Notary is null ? 0 : 1,
        "api" => ApiEnvironment.Read() is null ? 0 : 1,
        "clock" => options.Clock is null ? 0 : 1,
        _ => 1,
    };

    private static IEnumerable<HandlerLine> HandlersOf(IReadOnlyList<Route> routes) =>
        routes.GroupBy(r => (r.Handler, r.Role)).Select(g => new HandlerLine(g.Key.Handler, g.Key.Role, [.. g.Select(r => r.From)], [.. g.SelectMany(r => r.Events).Distinct()]));

    private static IEnumerable<StreamLine> StreamsOf(Subjects subjects)
    {
        foreach (var config in StreamSetup.All(subjects, ["{portfolio}"]))
            yield return new StreamLine(config.Name!, "jetStream", $"{config.MaxBytes >> 20} MiB", config.Discard == StreamConfigDiscard.New ? "refuses what is new" : "drops the oldest", [.. config.Subjects!]);
        foreach (var (stream, types) in EventStreamCatalog.All) yield return new StreamLine(stream, "log", "none", "cannot be full", types);
    }

    private static IEnumerable<ConsumerLine> ConsumersOf(Subjects subjects, PlatformOptions options)
    {
        foreach (var portfolio in options.Portfolios)
        {
            yield return new ConsumerLine($"engine {portfolio.Id}", subjects.SignalStream, $"tape-{portfolio.Id}, with each batch");
            yield return new ConsumerLine($"engine {portfolio.Id}", subjects.InboxStream(portfolio.Id), $"tape-{portfolio.Id}, with each batch");
            yield return new ConsumerLine($"engine {portfolio.Id}", $"log: control-{portfolio.Id}", $"tape-{portfolio.Id}, with each batch");
            foreach (var strategy in portfolio.Strategies) yield return new ConsumerLine($"agent {portfolio.Id}/{strategy.Plugin}", subjects.SignalStream, $"snapshot agent-{portfolio.Id}-{strategy.Plugin}@…");
        }

        yield return new ConsumerLine("publisher", "log", $"mt_event_progression: publisher{subjects.EventStream}");
        yield return new ConsumerLine("api: live streams and subscriptions", $"log, and {subjects.Signal(">")} as it passes", "nowhere: a client says from where it resumes");
        foreach (var projection in ProjectionHost.Names) yield return new ConsumerLine($"projection {projection}", "log", $"mt_event_progression: read.{projection}");
    }

    private static IEnumerable<PolicyLine> PoliciesOf(PortfolioOptions p)
    {
        foreach (var (path, (value, _)) in JsonLines.Read(System.Text.Json.JsonSerializer.SerializeToUtf8Bytes(new PlatformOptions { Portfolios = [p] }, PlatformJson.Default.PlatformOptions)))
        {
            const string first = "portfolios[0].";
            if (path.StartsWith(first + "limits.", StringComparison.Ordinal) || path.StartsWith(first + "policy.", StringComparison.Ordinal))
                yield return new PolicyLine(path[first.Length..], value, $"portfolio {p.Id}, when first opened");
        }

        yield return new PolicyLine("roundDeadlineSeconds", $"{p.RoundDeadlineSeconds}", $"portfolio {p.Id}");
    }

    /// <summary>Bounds that no configuration moves.</summary>
    private static IEnumerable<PolicyLine> Bounds()
    {
        yield return Bound("inputs of one batch", EngineBatch.MaxInputs);
        yield return Bound("events of one batch", EngineBatch.MaxEvents);
        yield return Bound("events that one input may cause before it makes way for a commit", Domain.Engine.PortfolioEngine.MaxEventsPerInput);
        yield return Bound("characters of a portfolio's id", PortfolioId.MaxLength);
        yield return Bound("events before an effect in which its cause is looked for", EventStore.EventReader.BatchReach);
        foreach (var rule in RiskRules.All) yield return new PolicyLine($"rule {rule.Code}", rule.Title, "docs/risk-rules.md");
        foreach (var method in Enum.GetValues<VotingMethod>()) yield return new PolicyLine("voting method", System.Text.Json.JsonNamingPolicy.CamelCase.ConvertName(method.ToString()), "docs/voting.md");
    }

    private static PolicyLine Bound(string name, long value) => new(name, value.ToString("#,0", System.Globalization.CultureInfo.InvariantCulture), "built in");

    private static BrokerLine BrokerOf(PortfolioOptions p) =>
        new(p.Id, p.Venue, p.Broker?.Host ?? "inside the engine", p.Broker?.DryRun ?? false, p.Broker?.Credentials ?? "none needed");
}
