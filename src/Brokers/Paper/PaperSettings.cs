using System.Globalization;
using EventSourcedTrading.Domain.Orders;

namespace EventSourcedTrading.Brokers.Paper;

/// <summary>How the paper venue behaves. Part of the portfolio's opening, so that a replay fills alike.</summary>
/// <param name="Seed">Of every random draw; 0 or more.</param>
/// <param name="LatencyMs">From submission until an order may trade, in milliseconds, 0 to 60,000.</param>
/// <param name="LatencyJitterMs">Added to it, drawn per order from 0 to this, in milliseconds, 0 to 60,000.</param>
/// <param name="SlippageBps">Taking liquidity costs up to this much more, in hundredths of a percent, 0 to 1,000.</param>
/// <param name="Participation">Share, 0 to 1, of a quote's, trade's or bar's size that one order may take; 0 is without bound.</param>
/// <param name="FeePerShare">Per unit of quantity, in the instrument's currency.</param>
/// <param name="FeeMinimum">The least that <paramref name="FeePerShare"/> comes to in one order.</param>
/// <param name="FeeMaximumShare">The most that the two come to, as a share, 0 to 1, of an execution's notional; 0 is without bound.</param>
/// <param name="FeeBps">Of an execution's notional, in hundredths of a percent, on top of the rest.</param>
public sealed record PaperSettings(
    long Seed = 1, int LatencyMs = 0, int LatencyJitterMs = 0, decimal SlippageBps = 0m, decimal Participation = 0m,
    decimal FeePerShare = 0m, decimal FeeMinimum = 0m, decimal FeeMaximumShare = 0m, decimal FeeBps = 0m)
{
    private const int LongestWaitMs = 60_000;

    /// <summary>Reads the settings by their names in camelCase; one that is left out has its default.</summary>
    /// <exception cref="VenueSettingException">A setting is unknown, no number, or out of range.</exception>
    public static PaperSettings Read(IReadOnlyDictionary<string, string> settings)
    {
        var read = new PaperSettings();
        foreach (var (name, text) in settings)
        {
            read = name switch
            {
                "seed" => read with { Seed = (long)Whole(name, text, long.MaxValue) },
                "latencyMs" => read with { LatencyMs = (int)Whole(name, text, LongestWaitMs) },
                "latencyJitterMs" => read with { LatencyJitterMs = (int)Whole(name, text, LongestWaitMs) },
                "slippageBps" => read with { SlippageBps = Number(name, text, 1_000m) },
                "participation" => read with { Participation = Number(name, text, 1m) },
                "feePerShare" => read with { FeePerShare = Number(name, text, 1_000m) },
                "feeMinimum" => read with { FeeMinimum = Number(name, text, 1_000m) },
                "feeMaximumShare" => read with { FeeMaximumShare = Number(name, text, 1m) },
                "feeBps" => read with { FeeBps = Number(name, text, 1_000m) },
                _ => throw new VenueSettingException(PaperVenue.VenueName, name, text,
                    "is not a setting; known are seed, latencyMs, latencyJitterMs, slippageBps, participation, feePerShare, feeMinimum, feeMaximumShare, feeBps"),
            };
        }

        return read;
    }

    private static decimal Whole(string name, string text, decimal most)
    {
        var value = Number(name, text, most);
        return decimal.IsInteger(value) ? value : throw new VenueSettingException(PaperVenue.VenueName, name, text, "must be a whole number");
    }

    private static decimal Number(string name, string text, decimal most) =>
        decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value) && value <= most
            ? value : throw new VenueSettingException(PaperVenue.VenueName, name, text, $"must be a number from 0 to {most}, such as 0.5");
}
