using System.Reflection;
using EventSourcedTrading.Domain.Strategies;
using EventSourcedTrading.Workers.Configuration;

namespace EventSourcedTrading.Workers.Strategies;

/// <summary>The strategy plugins that lie beside the program, by the name that they offer.</summary>
public sealed class StrategyCatalog
{
    private readonly SortedDictionary<string, IStrategyPlugin> plugins;

    private StrategyCatalog(IEnumerable<IStrategyPlugin> found) =>
        plugins = new(found.ToDictionary(p => p.Name), StringComparer.Ordinal);

    public IEnumerable<string> Names => plugins.Keys;

    /// <summary>Looks for types that implement <see cref="IStrategyPlugin"/> in the assemblies of the program's folder.</summary>
    public static StrategyCatalog Discover()
    {
        var files = Directory.EnumerateFiles(AppContext.BaseDirectory, "EventSourcedTrading.*.dll").Order(StringComparer.Ordinal);
        return new StrategyCatalog(files.SelectMany(PluginsIn));
    }

    /// <exception cref="ConfigurationException">No plugin has that name, or a parameter breaks its rule.</exception>
    public IStrategy Create(StrategyOptions options, PortfolioOptions portfolio)
    {
        if (!plugins.TryGetValue(options.Plugin, out var plugin))
            throw new ConfigurationException($"{portfolio.Id}: there is no strategy '{options.Plugin}'; there are {string.Join(", ", Names)}.");
        try
        {
            return plugin.Create(options.Instruments ?? [.. portfolio.Instruments.Select(i => i.Id)], options.Parameters ?? new Dictionary<string, string>());
        }
        catch (StrategyParameterException e)
        {
            throw new ConfigurationException($"{portfolio.Id}: {e.Message}");
        }
    }

    private static IEnumerable<IStrategyPlugin> PluginsIn(string file)
    {
        // A look at the references is enough to pass over what cannot hold a plugin, without loading its types.
        var assembly = Assembly.LoadFrom(file);
        if (!assembly.GetReferencedAssemblies().Any(r => r.Name == typeof(IStrategyPlugin).Assembly.GetName().Name)) yield break;
        foreach (var type in assembly.GetExportedTypes())
            if (type is { IsClass: true, IsAbstract: false } && type.IsAssignableTo(typeof(IStrategyPlugin)))
                yield return (IStrategyPlugin)Activator.CreateInstance(type)!;
    }
}
