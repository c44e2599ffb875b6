using System.CommandLine;
using System.Globalization;
using EventSourcedTrading.Brokers.Paper;
using EventSourcedTrading.MarketData;
using EventSourcedTrading.Workers.Configuration;

namespace EventSourcedTrading.Workers.Cli;

/// <summary>The options that name what is run: a portfolio of a file, the same as live, or strategies for a quick start.</summary>
public sealed class BacktestPortfolio
{
    private readonly Option<string?> config = CommonOptions.Config();
    private readonly Option<string> portfolio = CommonOptions.Portfolio();
    private readonly Option<string[]> strategies = new("--strategy") { Description = "instead of a file: NAME, or NAME:parameter=value,parameter=value; may be given again", AllowMultipleArgumentsPerToken = true };
    private readonly Option<string[]> venue = new("--venue") { Description = "setting of the paper venue over the file's, such as feePerShare=0.005; may be given again", AllowMultipleArgumentsPerToken = true };
    private readonly Option<string?> cash = new("--cash") { Description = "amount in base currency to begin with (default: the file's; without a file 1000000)" };

    public void AddTo(Command command)
    {
        foreach (var option in (Option[])[config, portfolio, strategies, venue, cash]) command.Add(option);
    }

    /// <exception cref="ConfigurationException">A file, name or value breaks a rule.</exception>
    public PortfolioOptions Read(ParseResult parsed, IMarketDataSource data)
    {
        var options = parsed.GetValue(strategies) is { Length: > 0 } named ? Quick(parsed.GetValue(portfolio)!, named, data) : OfFile(parsed.GetValue(config) ?? "est.json", parsed.GetValue(portfolio)!, data);
        var settings = options.Venue == PaperVenue.VenueName ? new SortedDictionary<string, string>(options.VenueSettings.ToDictionary(), StringComparer.Ordinal) : new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var setting in parsed.GetValue(venue) ?? [])
        {
            var (name, value) = Pair("--venue", setting);
            settings[name] = value;
        }

        options = options with { Venue = PaperVenue.VenueName, VenueSettings = settings };
        if (parsed.GetValue(cash) is { } text) options = options with { Cash = new Dictionary<string, decimal> { [options.BaseCurrency] = Amount(text) } };
        options.Check("est backtest run");
        return options;
    }

    private static PortfolioOptions OfFile(string file, string id, IMarketDataSource data)
    {
        var found = PlatformOptions.ReadPortfolio(file, id);
        if (!found.Instruments.Any(i => data.Instruments.Any(d => d.Id == i.Id)))
            throw new ConfigurationException($"{file}: {id}: none of its instruments is in the data set, which has {string.Join(", ", data.Instruments.Take(20).Select(i => i.Id))}.");
        return found with { OutsideAgents = [] };
    }

    private static PortfolioOptions Quick(string id, string[] named, IMarketDataSource data)
    {
        if (data.Instruments.Count == 0) throw new ConfigurationException("The data set names no instrument: it has no data of this kind, or not one row that can be used. Look at --data and --resolution; --bad-data fail says what is wrong with the first row.");
        return new()
        {
            Id = id, Instruments = data.Instruments, BaseCurrency = data.Instruments[0].Currency, Cash = new Dictionary<string, decimal> { [data.Instruments[0].Currency] = 1_000_000m },
            Strategies = [.. named.Select(Strategy)],
        };
    }

    private static StrategyOptions Strategy(string text)
    {
        if (text.Split(':', 2) is not [var name, var parameters]) return new StrategyOptions(text);
        return new StrategyOptions(name, Parameters: parameters.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(p => Pair("--strategy", p)).ToDictionary(p => p.Name, p => p.Value));
    }

    private static (string Name, string Value) Pair(string option, string text) => text.Split('=', 2, StringSplitOptions.TrimEntries) is [{ Length: > 0 } name, { Length: > 0 } value]
        ? (name, value) : throw new ConfigurationException($"{option} '{text}' must be name=value.");

    private static decimal Amount(string text) => decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var amount) && amount > 0m
        ? amount : throw new ConfigurationException($"--cash '{text}' must be an amount above zero, such as 100000.");
}
