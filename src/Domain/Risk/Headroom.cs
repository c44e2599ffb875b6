using EventSourcedTrading.Domain.Engine;
using EventSourcedTrading.Domain.Risk.Rules;

namespace EventSourcedTrading.Domain.Risk;

/// <summary>What a limit is held against.</summary>
public enum HeadroomDimension { Portfolio, Instrument, Bucket, Firm }

/// <summary>How much of a limit is used, open orders at their worst, and what is left of it.</summary>
/// <param name="Rule">Reason code; <see cref="RiskRules"/> explains it.</param>
/// <param name="Key">The instrument or bucket; null for the portfolio and the firm.</param>
/// <param name="Used">Zero or more, in <paramref name="Unit"/>.</param>
/// <param name="Limit">In <paramref name="Unit"/>; of a share or multiple of equity, what it comes to now.</param>
/// <param name="Left">Limit less used; below zero where prices have carried the book past its limit. An order that only adds may add so much.</param>
public sealed record Headroom(string Rule, HeadroomDimension Dimension, string? Key, decimal Used, decimal Limit, decimal Left, string Unit)
{
    /// <summary>Every limit that is set and that exposure, loss or a count is held against, by the same sums as the rules: portfolio first, then instruments and buckets by name.</summary>
    public static IReadOnlyList<Headroom> Of(PortfolioState state)
    {
        var (limits, whole, equity, money) = (state.Limits, state.TotalExposure(), state.Equity(), state.BaseCurrency);
        var all = new List<Headroom>();
        Add(GrossExposure.Code, HeadroomDimension.Portfolio, null, whole.Worst, limits.MaxGrossExposure, money);
        Add(NetExposure.Code, HeadroomDimension.Portfolio, null, whole.WorstNet, limits.MaxNetExposure, money);
        Add(Leverage.Code, HeadroomDimension.Portfolio, null, whole.Worst, limits.MaxLeverage * equity, money);
        Add(DailyLoss.Code, HeadroomDimension.Portfolio, null, state.TradingDay.Length == 0 ? 0m : Math.Max(0m, state.EquityAtOpen + state.CashMovedToday - equity), limits.MaxDailyLoss, money);
        Add(Drawdown.Code, HeadroomDimension.Portfolio, null, Math.Max(0m, state.Risk.PeakEquity - equity), limits.MaxDrawdown * state.Risk.PeakEquity, money);
        Add(OpenOrders.Code, HeadroomDimension.Portfolio, null, state.Risk.OpenOrders, limits.MaxOpenOrders, "orders");
        Add(FirmHeadroom.Code, HeadroomDimension.Firm, null, whole.Worst, state.Lease.Headroom, money);
        foreach (var (id, book) in state.Books.OrderBy(b => b.Key, StringComparer.Ordinal))
        {
            var worst = (book.Exposure * book.Ledger.Rate).Worst;
            Add(PositionCap.Code, HeadroomDimension.Instrument, id, book.WorstPosition(), book.Limits.PositionCap, "units");
            Add(PositionNotional.Code, HeadroomDimension.Instrument, id, worst, book.Limits.PositionNotional, money);
            Add(Concentration.Code, HeadroomDimension.Instrument, id, worst, limits.MaxConcentration * equity, money);
        }

        foreach (var (name, bucket) in state.Risk.Buckets) Add(BucketLimit.Code, HeadroomDimension.Bucket, name, bucket.Worst, bucket.Limit, money);
        return all;

        void Add(string rule, HeadroomDimension dimension, string? key, decimal used, decimal? limit, string unit)
        {
            if (limit is not { } most) return;
            (used, most) = (Exposure.Round(used), Exposure.Round(most));
            all.Add(new Headroom(rule, dimension, key, used, most, most - used, unit));
        }
    }
}
