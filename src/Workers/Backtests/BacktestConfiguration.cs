using System.Text.Json;
using EventSourcedTrading.Backtesting.Running;
using EventSourcedTrading.Backtesting.Statistics;
using EventSourcedTrading.Brokers.Paper;
using EventSourcedTrading.Domain.Orders;
using EventSourcedTrading.Domain.Time;
using EventSourcedTrading.MarketData;
using EventSourcedTrading.Workers.Configuration;
using EventSourcedTrading.Workers.Strategies;

namespace EventSourcedTrading.Workers.Backtests;

/// <summary>What a run's outcome rests on beside its data: written as <c>configuration.json</c>, and hashed.</summary>
/// <param name="Agents">As they describe themselves, with every parameter that is in use.</param>
/// <param name="From">First signal; null for the data's first.</param>
/// <param name="TradeFrom">Before it the strategies only watch; null for the first signal.</param>
/// <param name="Until">Last signal; null for the data's last.</param>
public sealed record BacktestConfiguration(
    PortfolioOptions Portfolio, IReadOnlyList<AgentConfiguration> Agents, Timestamp? From, Timestamp? TradeFrom, Timestamp? Until, string? Benchmark, StatisticsOptions Statistics)
{
    /// <exception cref="ConfigurationException">A strategy is not there or has a wrong parameter, or a value breaks a rule.</exception>
    public static BacktestConfiguration Of(
        PortfolioOptions portfolio, StrategyCatalog strategies, Timestamp? from = null, Timestamp? tradeFrom = null, Timestamp? until = null, string? benchmark = null, StatisticsOptions? statistics = null)
    {
        if (portfolio.Strategies.Count == 0) throw new ConfigurationException($"{portfolio.Id}: strategies must name at least one; there are {string.Join(", ", strategies.Names)}.");
        if (benchmark is not null && !portfolio.Instruments.Any(i => i.Id == benchmark))
            throw new ConfigurationException($"--benchmark {benchmark} must be an instrument of the portfolio; there are {string.Join(", ", portfolio.Instruments.Select(i => i.Id))}.");
        var agents = portfolio.Strategies.Select(s => strategies.Create(s, portfolio).Description).OrderBy(d => d.Agent, StringComparer.Ordinal).ToList();
        if (agents.GroupBy(a => a.Agent).FirstOrDefault(g => g.Skip(1).Any()) is { } twice) throw new ConfigurationException($"{portfolio.Id}: strategy {twice.Key} is named twice; one agent votes once.");
        return new BacktestConfiguration(
            portfolio, [.. agents.Select(a => new AgentConfiguration(a.Agent, a.Instruments, a.Parameters))], from, tradeFrom, until, benchmark, statistics ?? new StatisticsOptions());
    }

    /// <exception cref="ConfigurationException">A setting of the venue is wrong.</exception>
    public long Seed()
    {
        try
        {
            return PaperSettings.Read(Portfolio.VenueSettings).Seed;
        }
        catch (VenueSettingException e)
        {
            throw new ConfigurationException($"{Portfolio.Id}: {e.Message}.");
        }
    }

    /// <summary>What the runner takes, with strategies that have seen nothing.</summary>
    public BacktestSetup Setup(IMarketDataSource data, StrategyCatalog strategies) =>
        new(Portfolio.Id, Portfolio.Opening(), data, [.. Portfolio.Strategies.Select(s => strategies.Create(s, Portfolio))])
        {
            From = From, TradeFrom = TradeFrom ?? Timestamp.MinValue, Until = Until,
        };

    public byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(this, PlatformJson.Default.BacktestConfiguration);
}

public sealed record AgentConfiguration(string Agent, IReadOnlyList<string> Instruments, IReadOnlyDictionary<string, string> Parameters);
