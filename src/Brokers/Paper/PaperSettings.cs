namespace EventSourcedTrading.Brokers.Paper;

/// <summary>How the paper venue behaves. Part of the portfolio's opening, so that a replay fills alike. docs/paper-venue.md has them as a table.</summary>
/// <param name="Seed">Of every random draw; 0 or more.</param>
/// <param name="LatencyMs">From submission until an order may trade, in milliseconds, 0 to 60,000.</param>
/// <param name="LatencyJitterMs">Added to it, drawn per order from 0 to this, in milliseconds, 0 to 60,000.</param>
/// <param name="SlippageBps">Taking liquidity costs up to this much more, in hundredths of a percent, 0 to 1,000.</param>
/// <param name="Participation">Share, 0 to 1, of a quote's, trade's or bar's size that one order may take; 0 is without bound.</param>
/// <param name="FeePerShare">Per unit of quantity, in the instrument's currency.</param>
/// <param name="FeeMinimum">The least that <paramref name="FeePerShare"/> comes to in one order.</param>
/// <param name="FeeMaximumShare">The most that the two come to, as a share, 0 to 1, of an execution's notional; 0 is without bound.</param>
/// <param name="FeeBps">Of an execution's notional, in hundredths of a percent, on top of the rest.</param>
public sealed partial record PaperSettings(
    long Seed = 1, int LatencyMs = 0, int LatencyJitterMs = 0, decimal SlippageBps = 0m, decimal Participation = 0m,
    decimal FeePerShare = 0m, decimal FeeMinimum = 0m, decimal FeeMaximumShare = 0m, decimal FeeBps = 0m)
{
    public FillModel Fill { get; init; }

    public QueueModel Queue { get; init; }

    /// <summary>The whole spread that is assumed where no quote is known, in ticks, 0 to 10,000.</summary>
    public decimal SpreadTicks { get; init; }

    /// <summary>The same in hundredths of a percent of the price, 0 to 1,000.</summary>
    public decimal SpreadBps { get; init; }

    /// <summary>Coefficient of <see cref="Paper.Impact"/>, 0 to 10; 0 is none.</summary>
    public decimal Impact { get; init; }

    /// <summary>Standard deviation of a day's return, as a share, 0 to 1.</summary>
    public PerInstrument DailyVolatility { get; init; } = PerInstrument.Zero;

    /// <summary>Units that the whole market trades in a day.</summary>
    public PerInstrument DailyVolume { get; init; } = PerInstrument.Zero;

    /// <summary>Per unit of quantity for an execution of a limit that rested, instead of all other fees; negative is a rebate; −1,000 to 1,000.</summary>
    public decimal? MakerFeePerShare { get; init; }

    /// <summary>The same of the notional, in hundredths of a percent; the two add up.</summary>
    public decimal? MakerFeeBps { get; init; }

    /// <summary>What being short costs a year, as a share of the market value, 0 to 10.</summary>
    public PerInstrument BorrowRate { get; init; } = PerInstrument.Zero;
}
