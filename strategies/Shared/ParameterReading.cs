using System.Globalization;
using EventSourcedTrading.Domain.Instruments;
using EventSourcedTrading.Domain.Strategies;

namespace EventSourcedTrading.Strategies.Shared;

/// <summary>
/// Reads a strategy's parameters and remembers what each was set to. Compiled into every plugin, so that a plugin stays one
/// assembly that loads and unloads alone.
/// </summary>
internal sealed class ParameterReading(string strategy, IReadOnlyDictionary<string, string> given)
{
    private readonly SortedDictionary<string, string> _read = new(StringComparer.Ordinal);

    public int Integer(string name, int usual, int least, int most)
    {
        var text = given.GetValueOrDefault(name) ?? usual.ToString(CultureInfo.InvariantCulture);
        if (!int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value) || value < least || value > most)
            throw Bad(name, text, $"must be a whole number from {least} to {most}");
        _read[name] = text;
        return value;
    }

    public decimal Decimal(string name, decimal usual, decimal least, decimal most)
    {
        var text = given.GetValueOrDefault(name) ?? usual.ToString(CultureInfo.InvariantCulture);
        if (!decimal.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value)
            || value < least || value > most)
            throw Bad(name, text, $"must be a number from {least} to {most}");
        _read[name] = text;
        return value;
    }

    /// <summary>All parameters with the values in use, once it is sure that none was given that nobody reads.</summary>
    public IReadOnlyDictionary<string, string> All()
    {
        foreach (var (name, value) in given)
            if (!_read.ContainsKey(name)) throw Bad(name, value, $"is unknown; there are {string.Join(", ", _read.Keys)}");
        return _read;
    }

    public StrategyParameterException Bad(string name, string value, string rule) => new(strategy, name, value, rule);

    public IReadOnlyList<string> Checked(IReadOnlyList<string> instruments)
    {
        if (instruments.Count == 0) throw Bad("instruments", "", "must name at least one");
        foreach (var id in instruments)
            if (!Instrument.IsId(id)) throw Bad("instruments", id, "must be SYMBOL.MIC, such as SPY.ARCX");
        return [.. instruments.Distinct(StringComparer.Ordinal)];
    }
}
