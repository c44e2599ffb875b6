using System.Globalization;
using System.Text.Json;
using EventSourcedTrading.Domain.Instruments;
using EventSourcedTrading.Domain.Orders;

namespace EventSourcedTrading.Brokers.Paper;

public sealed partial record PaperSettings
{
    private const int LongestWaitMs = 60_000;

    private const string Known = "seed, latencyMs, latencyJitterMs, slippageBps, participation, feePerShare, feeMinimum, feeMaximumShare, feeBps, "
        + "makerFeePerShare, makerFeeBps, fill, queue, spreadTicks, spreadBps, impact, dailyVolatility, dailyVolume, borrowRate; "
        + "the last three also for one instrument, as in borrowRate.SPY.ARCX";

    /// <summary>Reads the settings by their names in camelCase; one that is left out has its default.</summary>
    /// <exception cref="VenueSettingException">A setting is unknown, no number, out of range, or does not go with another.</exception>
    public static PaperSettings Read(IReadOnlyDictionary<string, string> settings)
    {
        var read = new PaperSettings();
        foreach (var (name, text) in settings)
        {
            var dot = name.IndexOf('.', StringComparison.Ordinal);
            var own = dot < 0 ? null : name[(dot + 1)..];
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
                "makerFeePerShare" => read with { MakerFeePerShare = Number(name, text, 1_000m, signed: true) },
                "makerFeeBps" => read with { MakerFeeBps = Number(name, text, 1_000m, signed: true) },
                "fill" => read with { Fill = Word<FillModel>(name, text) },
                "queue" => read with { Queue = Word<QueueModel>(name, text) },
                "spreadTicks" => read with { SpreadTicks = Number(name, text, 10_000m) },
                "spreadBps" => read with { SpreadBps = Number(name, text, 1_000m) },
                "impact" => read with { Impact = Number(name, text, 10m) },
                _ when own is not null && !Instrument.IsId(own) => throw Wrong(name, text, $"'{own}' must be an instrument, such as SPY.ARCX"),
                _ => name[..(dot < 0 ? name.Length : dot)] switch
                {
                    "dailyVolatility" => read with { DailyVolatility = read.DailyVolatility.With(own, Number(name, text, 1m)) },
                    "dailyVolume" => read with { DailyVolume = read.DailyVolume.With(own, Above(name, text, 1_000_000_000_000m)) },
                    "borrowRate" => read with { BorrowRate = read.BorrowRate.With(own, Number(name, text, 10m)) },
                    _ => throw Wrong(name, text, $"is not a setting; known are {Known}"),
                },
            };
        }

        return Agreeing(read, settings);
    }

    private static PaperSettings Agreeing(PaperSettings read, IReadOnlyDictionary<string, string> settings)
    {
        if (read is { SpreadTicks: > 0m, SpreadBps: > 0m }) throw Wrong("spreadBps", settings["spreadBps"], "must not be given beside spreadTicks; leave one out");
        if (read.Impact > 0m && read.DailyVolume.Common <= 0m) throw Wrong("impact", settings["impact"], "needs dailyVolume, in units a day, for every instrument that has none of its own");
        if (read.Impact > 0m && read.DailyVolatility.Common <= 0m) throw Wrong("impact", settings["impact"], "needs dailyVolatility, such as 0.02, for every instrument that has none of its own");
        if (read.FeeMinimum > 0m && read is not { MakerFeePerShare: null, MakerFeeBps: null })
            throw Wrong("feeMinimum", settings["feeMinimum"], "must not be given beside maker fees: a minimum is of a whole order, and its parts would be priced apart; leave it out");
        return read;
    }

    private static T Word<T>(string name, string text) where T : struct, Enum
    {
        foreach (var value in Enum.GetValues<T>())
            if (Spelled(value) == text) return value;
        throw Wrong(name, text, $"must be {string.Join(", ", Enum.GetValues<T>().Select(Spelled))}");

        static string Spelled(T value) => JsonNamingPolicy.KebabCaseLower.ConvertName(value.ToString());
    }

    private static decimal Whole(string name, string text, decimal most)
    {
        var value = Number(name, text, most);
        return decimal.IsInteger(value) ? value : throw Wrong(name, text, "must be a whole number");
    }

    private static decimal Above(string name, string text, decimal most) =>
        Number(name, text, most) is var value and > 0m ? value : throw Wrong(name, text, "must be above zero");

    private static decimal Number(string name, string text, decimal most, bool signed = false) =>
        decimal.TryParse(text, NumberStyles.AllowDecimalPoint | (signed ? NumberStyles.AllowLeadingSign : NumberStyles.None), CultureInfo.InvariantCulture, out var value)
            && Math.Abs(value) <= most
            ? value : throw Wrong(name, text, $"must be a number from {(signed ? -most : 0m)} to {most}, such as 0.5");

    private static VenueSettingException Wrong(string name, string text, string rule) => new(PaperVenue.VenueName, name, text, rule);
}
