using EventSourcedTrading.Domain.Time;

namespace EventSourcedTrading.Backtesting.Statistics;

/// <summary>A fill as trade statistics need it. Price and fee are in the currency of the portfolio.</summary>
/// <param name="Quantity">Signed, not zero: positive is bought.</param>
/// <param name="Price">Of one unit.</param>
/// <param name="Fee">Positive is paid, negative is a rebate.</param>
/// <param name="Multiplier">Of the contract, positive; 1 for shares.</param>
public readonly record struct TradeFill(Timestamp At, string Instrument, decimal Quantity, decimal Price, decimal Fee = 0m, decimal Multiplier = 1m);
