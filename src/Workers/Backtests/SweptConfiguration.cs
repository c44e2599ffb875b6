using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using EventSourcedTrading.Backtesting.Sweeping;
using EventSourcedTrading.Brokers.Paper;
using EventSourcedTrading.Domain.Orders;
using EventSourcedTrading.Domain.Time;
using EventSourcedTrading.Workers.Configuration;
using EventSourcedTrading.Workers.Strategies;

namespace EventSourcedTrading.Workers.Backtests;

/// <summary>
/// A backtest whose settings a sweep varies. An axis is <c>AGENT.parameter</c>, by the name that the agent's plugin has, or
/// <c>voting.NAME</c>, <c>limits.NAME</c>, <c>venue.NAME</c> by the names that est.json has under policy, limits and venueSettings.
/// </summary>
/// <param name="basis">What is varied.</param>
/// <param name="warmUp">Before each period of walk-forward; zero for none. Signals of it are seen and not traded.</param>
public sealed class SweptConfiguration(BacktestConfiguration basis, StrategyCatalog strategies, IReadOnlyList<GridAxis> axes, TimeSpan warmUp = default)
{
    private const string Voting = "voting", Limits = "limits", Venue = "venue";

    private readonly PortfolioOptions portfolio = basis.Portfolio;

    /// <summary>What is run, with the combinations left out that the portfolio's own rules refuse.</summary>
    /// <exception cref="ConfigurationException">An axis names no agent, parameter or setting that is there.</exception>
    public SweepPlan Plan()
    {
        foreach (var axis in axes) Check(axis);
        return SweepPlan.Of(axes, Refusal);
    }

    /// <summary>What a combination is run with.</summary>
    /// <param name="period">In which it trades; null for all that the basis says.</param>
    public BacktestConfiguration Of(Combination combination, Period? period)
    {
        var span = period is not { } p ? new TradingSpan(basis.From, basis.TradeFrom, basis.Until)
            : new TradingSpan(p.Begin - warmUp, warmUp > TimeSpan.Zero ? p.Begin : null, new Timestamp(p.End.UnixMicros - 1));
        return BacktestConfiguration.Of(With(combination), strategies, span.From, span.TradeFrom, span.Until, basis.Benchmark, basis.Statistics);
    }

    /// <summary>The portfolio with the values of a combination in their places.</summary>
    /// <exception cref="ConfigurationException">A value is not of the kind that its setting takes, or breaks a rule.</exception>
    private PortfolioOptions With(Combination combination)
    {
        var swept = axes.Zip(combination.Values).Aggregate(portfolio, (p, choice) => Set(p, choice.First.Name, choice.Second));
        swept.Check("est backtest sweep");
        return swept;
    }

    private string? Refusal(Combination combination)
    {
        try
        {
            var swept = With(combination);
            foreach (var strategy in swept.Strategies) strategies.Create(strategy, swept);
            PaperSettings.Read(swept.VenueSettings);
            return null;
        }
        catch (Exception e) when (e is ConfigurationException or VenueSettingException)
        {
            return e.Message;
        }
    }

    private void Check(GridAxis axis)
    {
        var (scope, name) = Split(axis.Name);
        if (scope == Venue) return;
        if (scope is Voting or Limits)
        {
            var known = Settings(scope == Voting ? PlatformJson.Default.VotingPolicy : PlatformJson.Default.RiskLimits);
            if (!known.ContainsKey(name)) throw new ConfigurationException($"--grid {axis.Name}: {scope} has no setting '{name}' of one value; there are {string.Join(", ", known.Keys)}.");
            return;
        }

        var agent = portfolio.Strategies.FirstOrDefault(s => s.Plugin == scope)
            ?? throw new ConfigurationException($"--grid {axis.Name}: portfolio {portfolio.Id} has no agent '{scope}'; there are {string.Join(", ", portfolio.Strategies.Select(s => s.Plugin))}, and {Voting}, {Limits}, {Venue} for its settings.");
        var parameters = strategies.Create(agent, portfolio).Description.Parameters;
        if (!parameters.ContainsKey(name)) throw new ConfigurationException($"--grid {axis.Name}: {scope} has no parameter '{name}'; there are {string.Join(", ", parameters.Keys)}.");
    }

    private static PortfolioOptions Set(PortfolioOptions p, string axis, string value)
    {
        var (scope, name) = Split(axis);
        return scope switch
        {
            Venue => p with { VenueSettings = With(p.VenueSettings, name, value) },
            Voting => p with { Policy = With(p.Policy, PlatformJson.Default.VotingPolicy, axis, name, value) },
            Limits => p with { Limits = With(p.Limits, PlatformJson.Default.RiskLimits, axis, name, value) },
            _ => p with { Strategies = [.. p.Strategies.Select(s => s.Plugin == scope ? s with { Parameters = With(s.Parameters ?? new Dictionary<string, string>(), name, value) } : s)] },
        };
    }

    private static (string Scope, string Name) Split(string axis) => axis.Split('.', 2) is [{ Length: > 0 } scope, { Length: > 0 } name] ? (scope, name)
        : throw new ConfigurationException($"--grid {axis}: the name must be AGENT.parameter, {Voting}.NAME, {Limits}.NAME or {Venue}.NAME, such as ma-cross.fast.");

    private static SortedDictionary<string, string> With(IReadOnlyDictionary<string, string> settings, string name, string value) =>
        new(settings.ToDictionary(), StringComparer.Ordinal) { [name] = value };

    /// <summary>By way of JSON: names, words and numbers are then those of est.json.</summary>
    private static T With<T>(T settings, JsonTypeInfo<T> type, string axis, string name, string value)
    {
        var json = JsonSerializer.SerializeToNode(settings, type)!.AsObject();
        var kind = Settings(type)[name];
        json[name] = kind == typeof(int) && int.TryParse(value, out var number) ? JsonValue.Create(number)
            : kind == typeof(bool) && bool.TryParse(value, out var yes) ? JsonValue.Create(yes) : JsonValue.Create(value);
        try
        {
            return json.Deserialize(type)!;
        }
        catch (JsonException e)
        {
            throw new ConfigurationException($"{axis} '{value}': {(kind == typeof(int) ? "must be a whole number" : kind == typeof(bool) ? "must be true or false" : e.Message)}.");
        }
    }

    /// <summary>Those that have one value: a number, a word, yes or no.</summary>
    private static SortedDictionary<string, Type> Settings(JsonTypeInfo type) => new(
        type.Properties.Select(p => (p.Name, Type: Nullable.GetUnderlyingType(p.PropertyType) ?? p.PropertyType))
            .Where(p => p.Type.IsEnum || p.Type == typeof(decimal) || p.Type == typeof(int) || p.Type == typeof(bool)).ToDictionary(p => p.Name, p => p.Type), StringComparer.Ordinal);
}
