using EventSourcedTrading.Backtesting.WhatIf;
using EventSourcedTrading.Domain.Json;
using EventSourcedTrading.Domain.Strategies;
using EventSourcedTrading.EventStore;
using EventSourcedTrading.Workers.Configuration;
using EventSourcedTrading.Workers.Strategies;

namespace EventSourcedTrading.Workers.Cli;

/// <summary>Reads <c>AGENT=PLUGIN:name=value,…</c> and puts the strategy together that is to sit in the agent's seat.</summary>
internal static class WhatIfAgent
{
    /// <exception cref="ConfigurationException">The text is malformed, the agent was never in the portfolio, or the plugin refuses.</exception>
    public static async Task<AgentExchange> ReadAsync(string text, string portfolio, EventReader reader, StrategyCatalog catalog, CancellationToken ct)
    {
        var equals = text.IndexOf('=', StringComparison.Ordinal);
        if (equals < 1 || equals == text.Length - 1) throw new ConfigurationException($"--agent '{text}' must be AGENT=PLUGIN or AGENT=PLUGIN:name=value,…, such as breakout@1.0.0=breakout:channel=40.");
        var (agent, wanted) = (text[..equals], text[(equals + 1)..]);
        var colon = wanted.IndexOf(':', StringComparison.Ordinal);
        var plugin = colon < 0 ? wanted : wanted[..colon];
        var given = ReplayWhatIfCommand.Pairs(colon < 0 ? [] : wanted[(colon + 1)..].Split(','));

        var registered = await FindAsync(portfolio, agent, reader, ct)
            ?? throw new ConfigurationException($"--agent '{text}': agent '{agent}' was never loaded in portfolio '{portfolio}'; est explain and the decisions name those that were.");
        // The same plugin goes on with the parameters that it had; another one knows them not.
        var parameters = agent.StartsWith($"{plugin}@", StringComparison.Ordinal) ? registered.Parameters.ToDictionary(p => p.Key, p => p.Value) : [];
        foreach (var (name, value) in given) parameters[name] = value;
        return new AgentExchange(agent, catalog.Create(new StrategyOptions(plugin, registered.Instruments, parameters), new PortfolioOptions { Id = portfolio, Instruments = [] }));
    }

    /// <summary>How it was registered last.</summary>
    private static async Task<StrategyRegistered?> FindAsync(string portfolio, string agent, EventReader reader, CancellationToken ct)
    {
        StrategyRegistered? found = null;
        await foreach (var e in reader.ReadStreamAsync($"strategy-{portfolio}-{agent.Split('@')[0]}", ct: ct))
            if (e.Type == EventJson.AliasOf<StrategyRegistered>() && EventJson.Deserialize(e.Type, e.Data.Span) is StrategyRegistered r && r.Agent == agent) found = r;
        return found;
    }
}
