namespace EventSourcedTrading.Domain.Strategies;

/// <summary>How a plugin assembly offers its strategy: the host finds the one type that implements this.</summary>
public interface IStrategyPlugin
{
    string Name { get; }

    /// <summary>Makes a strategy; an unknown parameter or a value out of range throws <see cref="StrategyParameterException"/>.</summary>
    IStrategy Create(IReadOnlyList<string> instruments, IReadOnlyDictionary<string, string> parameters);
}

public sealed class StrategyParameterException(string strategy, string parameter, string value, string rule)
    : Exception($"{strategy}: parameter {parameter} = '{value}': {rule}");
