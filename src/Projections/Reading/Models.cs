using EventSourcedTrading.Domain.Brokers;
using EventSourcedTrading.Domain.MetaAgent;
using EventSourcedTrading.Domain.Orders;
using EventSourcedTrading.Domain.Risk;
using EventSourcedTrading.Domain.Time;
using EventSourcedTrading.Projections.Backtests;
using EventSourcedTrading.Projections.Book;
using EventSourcedTrading.Projections.Decisions;
using EventSourcedTrading.Projections.Reconciling;
using EventSourcedTrading.Projections.Storage;
using EventSourcedTrading.Projections.Strategies;

namespace EventSourcedTrading.Projections.Reading;

// What the read models answer with: one record for each view of sql/0101, 0102 and 0107, member for column. Money is in Currency, or in
// BaseCurrency where the name ends in Base; null where it rests on a price or rate that is not known.

/// <param name="Limits">JSON of <c>RiskLimits</c>.</param>
/// <param name="Policy">JSON of <c>VotingPolicy</c>.</param>
/// <param name="VenueClosedFor">Why no order may go to the broker; null while it may, and on a simulated venue.</param>
/// <param name="VenueTakes">JSON of <c>BrokerCapabilities</c>; null on a simulated venue, which takes all, and before the broker has said.</param>
public sealed record PortfolioView(
    string Portfolio, string BaseCurrency, string Venue, TradingState State, string? StateReason, DateOnly? Day, decimal? DayEquity,
    [property: Jsonb] string? Limits, [property: Jsonb] string? Policy, string? VenueClosedFor, [property: Jsonb] string? VenueTakes);

/// <param name="Quantity">Signed; a position that was closed stays with zero.</param>
/// <param name="Cost">Signed like the quantity, multiplier included.</param>
/// <param name="AveragePrice">Per unit of the underlying; null when nothing is held.</param>
/// <param name="LastSeq">The place in the log of the last fill.</param>
public sealed record PositionView(
    string Portfolio, string Instrument, string? Bucket, string Currency, decimal Quantity, decimal Multiplier, decimal Cost,
    decimal? AveragePrice, decimal? LastPrice, Timestamp? PriceAt, decimal? MarketValue, decimal? Unrealised, decimal Realised,
    decimal Fees, string BaseCurrency, decimal? Rate, decimal? MarketValueBase, decimal? UnrealisedBase, decimal? RealisedBase,
    decimal? FeesBase, long Fills, Timestamp LastFillAt, long LastSeq);

/// <param name="Agent"><c>name@semver</c>; its part of the position, at its own average cost.</param>
public sealed record AgentPositionView(
    string Portfolio, string Agent, string Instrument, string Currency, decimal Quantity, decimal Cost, decimal? AveragePrice,
    decimal? LastPrice, decimal? MarketValue, decimal? Unrealised, decimal Realised, decimal Fees, string BaseCurrency, decimal? Rate,
    decimal? MarketValueBase, decimal? UnrealisedBase, decimal? RealisedBase, decimal? FeesBase, long Fills, Timestamp LastFillAt,
    long LastSeq);

public sealed record CashView(
    string Portfolio, string Currency, decimal Balance, decimal Moved, decimal Traded, decimal Fees, string BaseCurrency,
    decimal? Rate, decimal? BalanceBase);

/// <summary>All in base currency.</summary>
public sealed record EquityView(
    string Portfolio, string BaseCurrency, decimal? Cash, decimal? MarketValue, decimal? Equity, decimal? DayEquity);

/// <summary>All in base currency but the quantity.</summary>
/// <param name="Reserved">What open orders may still add, whichever way they go.</param>
public sealed record InstrumentExposureView(
    string Portfolio, string Bucket, string Instrument, string BaseCurrency, decimal Quantity, decimal? Net, decimal? Gross,
    decimal Reserved, long OpenOrders);

public sealed record BucketExposureView(
    string Portfolio, string Bucket, string BaseCurrency, decimal? Net, decimal? Gross, decimal Reserved, long OpenOrders);

public sealed record PortfolioExposureView(
    string Portfolio, string BaseCurrency, decimal? Net, decimal? Gross, decimal Reserved, long OpenOrders);

/// <summary>Since the portfolio was opened, in base currency at today's rate. Net is realised + unrealised − fees.</summary>
public sealed record PortfolioProfitView(
    string Portfolio, string BaseCurrency, decimal? Realised, decimal? Unrealised, decimal? Fees, decimal? Net, long Fills);

/// <inheritdoc cref="PortfolioProfitView"/>
public sealed record StrategyProfitView(
    string Portfolio, string Agent, string BaseCurrency, decimal? Realised, decimal? Unrealised, decimal? Fees, decimal? Net, long Fills);

/// <param name="Agent">Null for the portfolio itself.</param>
/// <param name="Net">Realised − fees + what unrealised grew by in this day.</param>
/// <param name="Rate">Of the day's last price.</param>
public sealed record DailyProfitView(
    string Portfolio, string? Agent, DateOnly Day, string Currency, decimal Realised, decimal Fees, decimal Unrealised,
    decimal UnrealisedBefore, decimal Net, string BaseCurrency, decimal? Rate, decimal? NetBase);

/// <param name="Checks">JSON array of <c>RiskCheck</c>.</param>
/// <param name="Allocation">JSON array of <c>Allocation</c>.</param>
/// <param name="AsOf">Market time; <paramref name="RecordedAt"/> is when it was written down.</param>
public sealed record OrderView(
    string OrderId, string Portfolio, string DecisionId, string Instrument, Side Side, decimal Quantity, OrderType OrderType,
    decimal? LimitPrice, decimal? StopPrice, TimeInForce TimeInForce, OrderState State, decimal Filled, decimal? AveragePrice,
    decimal Fees, decimal Realised, string? Currency, long Fills, string? Reason, string? Broker, string? BrokerOrderId,
    decimal? ReferencePrice, decimal? Reserved, long Anomalies, [property: Jsonb] string Checks, [property: Jsonb] string Allocation,
    Timestamp AsOf, Timestamp? SubmittedAt, Timestamp? AcknowledgedAt, Timestamp? FirstFillAt, Timestamp? EndedAt,
    Timestamp RecordedAt, Timestamp UpdatedAt, long FirstSeq, long LastSeq);

/// <summary>One execution, and what it did to the book; money is in <paramref name="Currency"/>.</summary>
/// <param name="Realised">Before the fee.</param>
/// <param name="PositionAfter">Of the portfolio in that instrument, signed.</param>
/// <param name="Shares">JSON array of <c>ExecutionShare</c>: the same per agent.</param>
/// <param name="AsOf">Market time; <paramref name="RecordedAt"/> is when it was written down.</param>
public sealed record FillView(
    long Seq, string ExecutionId, string OrderId, string DecisionId, string Portfolio, string Instrument, Side Side, decimal Quantity, decimal Price,
    decimal Fee, string Currency, decimal Realised, decimal PositionAfter, decimal CostAfter, decimal CumulativeQuantity, decimal LeavesQuantity,
    [property: Jsonb] string Shares, Timestamp AsOf, Timestamp RecordedAt);

/// <param name="Votes">JSON array of <c>Vote</c>.</param>
/// <param name="FailedRules">JSON array of the <c>RiskCheck</c>s that blocked the order.</param>
public sealed record DecisionView(
    string DecisionId, string Portfolio, string Instrument, Timestamp AsOf, DecisionAction Action, decimal Quantity,
    OrderType OrderType, decimal? LimitPrice, decimal? StopPrice, TimeInForce TimeInForce, string Method,
    [property: Jsonb] string Votes, [property: Jsonb] string Abstained, [property: Jsonb] string Absent, [property: Jsonb] string Allocation,
    bool Conflict, string Arithmetic, string Reason, string? OrderId, DecisionOutcome Outcome, string? OutcomeReason,
    [property: Jsonb] string FailedRules, DecisionAction? OverriddenAction, decimal? OverriddenQuantity, string? OverriddenBy,
    string? OverrideReason, Timestamp RecordedAt, long Seq);

public sealed record ViolationView(
    long Seq, string Portfolio, string Rule, ViolationKind Kind, decimal Value, decimal Limit, string Unit,
    string? Instrument, string? OrderId, string? DecisionId, string Detail, Timestamp AsOf, Timestamp RecordedAt);

/// <param name="Target">The agent or instrument; null for the whole portfolio.</param>
public sealed record KillSwitchView(
    string Portfolio, KillSwitchScope Scope, string? Target, KillSwitchMode Mode, bool Engaged, string Actor, string Reason,
    Timestamp ChangedAt, long Seq);

public sealed record StrategyView(
    string Portfolio, string Agent, StrategyState State, string Summary, [property: Jsonb] string Instruments,
    [property: Jsonb] string Parameters, string? Reason, string? Actor, Timestamp RegisteredAt, Timestamp ChangedAt, long Seq);

/// <param name="Strategies">JSON array of agents, <c>name@semver</c>.</param>
/// <param name="Statistics">JSON object of decimals by name (docs/statistics.md); null until it has completed, as is all that it came to.</param>
/// <param name="AsOf">The last market time that was decided.</param>
/// <param name="Runs">How often it was started; the rest is of the last run.</param>
public sealed record BacktestView(
    string BacktestId, string Portfolio, BacktestState State, string Source, string DataHash, string ConfigurationHash, string CodeVersion, long Seed,
    [property: Jsonb] string Strategies, Timestamp? TradeFrom, string? DecisionDigest, long? Signals, long? Events, [property: Jsonb] string? Statistics,
    Timestamp? AsOf, long Runs, Timestamp StartedAt, Timestamp? CompletedAt, long FirstSeq, long LastSeq);

/// <summary>One comparison of our book with a broker's.</summary>
/// <param name="Orders">Live ones, at the broker.</param>
/// <param name="OpenBreaks">Found now or before, and not resolved.</param>
public sealed record ReconciliationView(
    long Seq, string Portfolio, string Broker, string Account, long Orders, long Executions, long Positions, long OpenBreaks, Timestamp AsOf,
    Timestamp RecordedAt);

/// <param name="Seq">The place of the event that found it.</param>
/// <param name="Key">The order, execution, instrument or currency in question.</param>
/// <param name="Requested">What a person asked for last, and <paramref name="RefusedFor"/> why it was not done.</param>
/// <param name="Detail">How it ended, and by whose word.</param>
public sealed record BreakView(
    long Seq, string BreakId, string Portfolio, string Broker, BreakKind Kind, string Key, string Ours, string Theirs, BreakAction Action, string Owner,
    BreakState State, Timestamp FoundAt, BreakResolution? Requested, string? RequestedBy, string? RequestReason, string? RefusedFor, Timestamp? EndedAt,
    string? Detail, long LastSeq);

/// <summary>A stretch of a feed, newest first.</summary>
/// <param name="Next">Ask with this as <c>before</c> for the next page; null if this was the last.</param>
public sealed record Page<T>(IReadOnlyList<T> Items, long? Next);
