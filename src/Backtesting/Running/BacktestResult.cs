using EventSourcedTrading.Backtesting.Statistics;
using EventSourcedTrading.Domain.Time;

namespace EventSourcedTrading.Backtesting.Running;

/// <summary><c>result.json</c>: what a run was and what came out. It is the last file that is written, so whoever finds it has a complete run.</summary>
/// <param name="Source">The feed.</param>
/// <param name="Signals">Read.</param>
/// <param name="Events">Put on record by the engine.</param>
/// <param name="Orders">That risk let through.</param>
/// <param name="Fees">Paid for all fills, in base currency.</param>
/// <param name="Excluded">Rows of data that were left out.</param>
public sealed record BacktestResult(
    string Id, string Portfolio, string Source, string DataHash, string ConfigurationHash, string CodeVersion, long Seed, string DecisionDigest, long Signals, long Events, long Orders, decimal Fees, long Excluded,
    string BaseCurrency, Timestamp AsOf, BacktestStatistics Statistics)
{
    public const string Name = "result.json";

    /// <summary>Of the run, by the names of docs/statistics.md, rounded to ten digits after the point; what has no value is left out.</summary>
    public IReadOnlyDictionary<string, decimal> Figures()
    {
        var (run, trades) = (Statistics.Run, Statistics.Run.Trades);
        var figures = new SortedDictionary<string, decimal>(StringComparer.Ordinal);
        Add("orders", Orders);
        Add("fees", Fees);
        Add("firstEquity", run.FirstEquity);
        Add("lastEquity", run.LastEquity);
        Add("netProfit", run.NetProfit);
        Ratio("totalReturn", run.TotalReturn);
        Ratio("annualGrowth", run.AnnualGrowth);
        Ratio("volatility", run.Volatility);
        Ratio("sharpe", run.Sharpe);
        Ratio("probabilisticSharpe", run.ProbabilisticSharpe);
        Ratio("sortino", run.Sortino);
        Ratio("calmar", run.Calmar);
        Ratio("maxDrawdown", run.Drawdown.Depth);
        Ratio("turnover", run.Turnover);
        Ratio("exposure", run.Exposure);
        Ratio("timeInMarket", run.TimeInMarket);
        Ratio("alpha", run.Benchmark?.Alpha);
        Ratio("beta", run.Benchmark?.Beta);
        Add("trades", trades.Count);
        Add("tradesNetProfit", trades.NetProfit);
        Add("tradesFees", trades.Fees);
        Add("winRate", trades.WinRate);
        Add("profitFactor", trades.ProfitFactor);
        Add("expectancy", trades.Expectancy);
        return figures;

        void Add(string name, decimal? value)
        {
            if (value is { } v) figures[name] = Math.Round(v, 10);
        }

        // A ratio beyond a decimal says nothing.
        void Ratio(string name, double? value) => Add(name, value is { } v && Math.Abs(v) < 1e15 ? (decimal)v : null);
    }
}
