using EventSourcedTrading.Brokers;
using EventSourcedTrading.Brokers.Alpaca;
using EventSourcedTrading.Brokers.Credentials;
using EventSourcedTrading.Brokers.Http;
using EventSourcedTrading.Brokers.InteractiveBrokers;
using EventSourcedTrading.Brokers.InteractiveBrokers.OAuth;
using EventSourcedTrading.Brokers.Paper;
using EventSourcedTrading.Workers.Configuration;

namespace EventSourcedTrading.Workers.Brokering;

/// <summary>The brokers that there are adapters for, by the name that a portfolio's <c>venue</c> has.</summary>
public static class BrokerCatalog
{
    public const string Alpaca = "alpaca", InteractiveBrokers = "ibkr";

    /// <summary>In the place of credentials where a gateway on this machine has them.</summary>
    private const string Gateway = "gateway";

    public static readonly IReadOnlyList<string> Names = [Alpaca, InteractiveBrokers];

    /// <summary>Null if a portfolio's venue and what goes with it are sound, else the field, its value and the rule.</summary>
    public static string? Validate(PortfolioOptions portfolio)
    {
        if (portfolio.Venue == PaperVenue.VenueName) return portfolio.Broker is null ? null : $"broker has no meaning with venue '{portfolio.Venue}'; leave one of the two out";
        if (!Names.Contains(portfolio.Venue)) return $"venue '{portfolio.Venue}' must be {PaperVenue.VenueName} or one of {string.Join(", ", Names)}";
        if (portfolio.Broker is not { } broker) return $"venue '{portfolio.Venue}' needs a section broker with its credentials";
        if (portfolio.VenueSettings.Count > 0) return $"venueSettings are of the paper venue; '{portfolio.Venue}' has none";
        if (broker.Validate() is { } wrong) return wrong;
        try
        {
            if (portfolio.Venue == Alpaca) AlpacaOptions.Host(broker.Host);
            else if (Ibkr(portfolio, broker, null).Validate(keysToCome: broker.Credentials != Gateway) is { } unsound) return $"broker: {unsound}";
            return null;
        }
        catch (FormatException e)
        {
            return $"broker.host: {e.Message}";
        }
    }

    /// <exception cref="CredentialsException">The keys are not there, or may not be read so.</exception>
    public static async Task<IBrokerAdapter> ConnectAsync(PortfolioOptions portfolio, TimeProvider time, CancellationToken ct)
    {
        var broker = portfolio.Broker ?? throw new ConfigurationException($"{portfolio.Id}: venue '{portfolio.Venue}' needs a section broker.");
        if (portfolio.Venue == InteractiveBrokers)
            return new IbkrAdapter(Ibkr(portfolio, broker, broker.Credentials == Gateway ? null : await OAuthKeys.ReadAsync(broker.Credentials, ct)), time);
        var keys = await CredentialSource.ReadAsync(broker.Credentials, 2, ct);
        return new AlpacaAdapter(new AlpacaOptions(AlpacaOptions.Host(broker.Host), keys[0], keys[1], portfolio.Instruments) { DryRun = broker.DryRun, Limits = Limits(broker) }, time);
    }

    private static IbkrOptions Ibkr(PortfolioOptions portfolio, BrokerOptions broker, OAuthKeys? keys) => new(IbkrOptions.Host(broker.Host), broker.Account, keys, portfolio.Instruments)
    {
        Conids = broker.Conids, Confirmed = broker.Confirmed.ToHashSet(StringComparer.Ordinal), DryRun = broker.DryRun, Limits = Limits(broker),
    };

    private static BrokerLimits Limits(BrokerOptions broker) => new() { Calls = broker.CallsPerMinute, KeptForOrders = broker.CallsPerMinute / 10 };
}
