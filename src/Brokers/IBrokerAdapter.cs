using EventSourcedTrading.Domain.Instruments;
using EventSourcedTrading.Domain.Orders;
using EventSourcedTrading.Domain.Time;

namespace EventSourcedTrading.Brokers;

/// <summary>
/// One account at one broker. It says what the broker says, in FIX's words, and decides nothing: whether a report is a repeat, or legal in
/// the order's state, is for the core's state table, and what to do about an answer that did not come is for who asked.
/// </summary>
/// <remarks>
/// Calls may come from several threads at once. None of them throws for what a broker or a network does: an order's call answers with
/// <see cref="ReplyKind.Unknown"/> when the broker may have taken it, and questions throw <see cref="BrokerException"/>, which is safe to
/// ask again. Secrets are in no text that comes out.
/// </remarks>
public interface IBrokerAdapter : IAsyncDisposable
{
    /// <summary>As in <c>venue</c> of a portfolio, such as <c>alpaca</c>.</summary>
    string Name { get; }

    BrokerCapabilities Capabilities { get; }

    /// <summary>Logs in where that is needed and finds the account. Harmless to repeat.</summary>
    /// <exception cref="BrokerException">Wrong credentials, no such account, or no answer.</exception>
    Task<BrokerAccount> ConnectAsync(CancellationToken ct);

    /// <summary>Sends an order once. Its id is the client order id, so the broker refuses a second one with the same.</summary>
    Task<BrokerReply> SubmitAsync(OrderTerms terms, Instrument instrument, CancellationToken ct);

    /// <summary>Asks to cancel; whether it was cancelled is told by a report.</summary>
    /// <param name="brokerOrderId">Null if the broker's word on the order has not been heard.</param>
    Task<BrokerReply> CancelAsync(OrderTerms terms, string? brokerOrderId, CancellationToken ct);

    /// <summary>Asks to work the order with other quantity and prices; whether it does is told by a report.</summary>
    /// <param name="terms">With the new quantity, the whole of it, and the new prices.</param>
    Task<BrokerReply> ReplaceAsync(OrderTerms terms, Instrument instrument, string? brokerOrderId, CancellationToken ct);

    /// <summary>The order with this client order id; null if the broker has none: then it never came.</summary>
    /// <exception cref="BrokerException">The broker did not answer.</exception>
    Task<BrokerOrder?> FindAsync(string orderId, CancellationToken ct);

    /// <summary>Every order that can still be filled, ours or not.</summary>
    /// <exception cref="BrokerException">The broker did not answer.</exception>
    Task<IReadOnlyList<BrokerOrder>> OpenOrdersAsync(CancellationToken ct);

    /// <exception cref="BrokerException">The broker did not answer.</exception>
    Task<IReadOnlyList<BrokerPosition>> PositionsAsync(CancellationToken ct);

    /// <exception cref="BrokerException">The broker did not answer.</exception>
    Task<BrokerAccount> AccountAsync(CancellationToken ct);

    /// <summary>Executions at or after a time, the oldest first, as far back as the broker tells.</summary>
    /// <exception cref="BrokerException">The broker did not answer.</exception>
    Task<IReadOnlyList<BrokerExecution>> ExecutionsAsync(Timestamp since, CancellationToken ct);

    /// <summary>
    /// What the broker says of its own accord, until cancelled. It connects again by itself, with growing pauses; what was missed in
    /// between is not made up, but told as a <see cref="ConnectionRestored"/>, so that somebody asks.
    /// </summary>
    IAsyncEnumerable<BrokerMessage> ListenAsync(CancellationToken ct);
}

/// <summary>What an account at a broker can do; risk and strategies may read it.</summary>
/// <param name="SmallestQuantity">Smallest step of a quantity; 1 where fractions are not traded.</param>
/// <param name="MaxOrderIdLength">Longest client order id that the broker takes.</param>
/// <param name="Replaces">False where an order can only be cancelled and sent anew.</param>
public sealed record BrokerCapabilities(
    IReadOnlyList<OrderType> OrderTypes, IReadOnlyList<TimeInForce> TimesInForce, decimal SmallestQuantity, bool Shorting, bool ExtendedHours, bool Replaces, int MaxOrderIdLength)
{
    /// <summary>Why an order cannot be sent there, with field, value and rule; null if it can.</summary>
    public string? Refuses(OrderTerms terms)
    {
        if (!OrderTypes.Contains(terms.OrderType)) return $"orderType {terms.OrderType} must be one of {string.Join(", ", OrderTypes)}";
        if (!TimesInForce.Contains(terms.TimeInForce)) return $"timeInForce {terms.TimeInForce} must be one of {string.Join(", ", TimesInForce)}";
        if (terms.Quantity <= 0m || terms.Quantity % SmallestQuantity != 0m) return $"quantity {terms.Quantity} must be a multiple of {SmallestQuantity}";
        if (terms.Bracket is not null) return "bracket must be left out: exits are kept by the engine, at simulated venues alone";
        return terms.OrderId.Length > MaxOrderIdLength ? $"orderId '{terms.OrderId}' must have at most {MaxOrderIdLength} characters" : null;
    }
}

public enum ReplyKind
{
    /// <summary>The broker has taken it.</summary>
    Accepted,

    /// <summary>The broker has said no, or was not asked: it does not have it.</summary>
    Refused,

    /// <summary>Nobody knows: the broker was asked and did not answer, or in a way that leaves both possible.</summary>
    Unknown,

    /// <summary>Dry run: nothing was sent.</summary>
    NotSent,
}

/// <param name="Text">The broker's words, or what went wrong; without secrets.</param>
/// <param name="Request">What would have been sent, secrets blotted out; in a dry run alone.</param>
public sealed record BrokerReply(ReplyKind Kind, string? BrokerOrderId, string Text, string? Request = null);

/// <param name="OrderId">The client order id; empty for an order that was given otherwise.</param>
/// <param name="Instrument"><c>SYMBOL.MIC</c> where the account's instruments have it, else the broker's own symbol.</param>
/// <param name="Status">The broker's own word.</param>
/// <param name="AveragePrice">Of what is filled; zero if nothing is.</param>
public sealed record BrokerOrder(
    string OrderId, string BrokerOrderId, string Instrument, Side Side, decimal Quantity, decimal Filled, decimal AveragePrice, OrderType OrderType, decimal? LimitPrice, decimal? StopPrice,
    OrderState State, string Status, Timestamp At);

/// <param name="ExecutionId">The same in reports and in later questions, so that nothing is counted twice.</param>
/// <param name="OrderId">The client order id; empty for an order that was given otherwise.</param>
/// <param name="Fee">In the instrument's currency, positive is paid; zero where the broker does not tell it with the execution.</param>
public sealed record BrokerExecution(
    string ExecutionId, string OrderId, string BrokerOrderId, string Instrument, Side Side, decimal Quantity, decimal Price, decimal Fee, Timestamp At);

/// <param name="Quantity">Signed.</param>
/// <param name="AveragePrice">Zero where the broker does not tell it.</param>
public sealed record BrokerPosition(string Instrument, decimal Quantity, decimal AveragePrice);

/// <param name="Cash">Settled or not, per ISO 4217 currency.</param>
/// <param name="Restrictions">What the broker does not let this account do, in its words; empty for nothing.</param>
/// <param name="ServerTime">The broker's clock when it answered; null where it does not tell.</param>
public sealed record BrokerAccount(string AccountId, string Currency, IReadOnlyDictionary<string, decimal> Cash, decimal Equity, IReadOnlyList<string> Restrictions, Timestamp? ServerTime);

/// <summary>What a broker says of its own accord.</summary>
public abstract record BrokerMessage;

/// <param name="Report">Its order id is the client order id; empty if the order was given otherwise.</param>
/// <param name="Order">The order as the broker has it, where it tells that along.</param>
public sealed record ReportReceived(ExecutionReport Report, BrokerOrder? Order = null) : BrokerMessage;

public sealed record ConnectionLost(string Reason) : BrokerMessage;

/// <summary>Also the first time. Whatever was said since <paramref name="Since"/> may have been missed.</summary>
/// <param name="Since">Null if nothing was ever heard.</param>
public sealed record ConnectionRestored(Timestamp? Since) : BrokerMessage;

/// <summary>A broker, or the way to it, failed at a question. Asking again does no harm.</summary>
/// <param name="mend">What the reader can do about it.</param>
public sealed class BrokerException(string broker, string what, string mend, Exception? inner = null) : Exception($"{broker}: {what}. {mend}", inner);
