using EventSourcedTrading.Domain.Engine;
using EventSourcedTrading.Domain.Orders;
using EventSourcedTrading.Domain.Time;

namespace EventSourcedTrading.Domain.Brokers;

// Stream broker-{portfolio}: what the broker role puts into the log for the portfolio's engine. Only who may write to the log can report a fill.

/// <summary>What a broker said of an order, or what follows from its silence; the engine books it by its table of states.</summary>
public sealed record ExecutionReported(string Portfolio, string Broker, ExecutionReport Report) : DomainEvent;

/// <summary>Book and broker were compared, and nothing stands against trading.</summary>
public sealed record BrokerReconciled(string Portfolio, string Broker, string Account, Timestamp AsOf, BrokerCapabilities? Capabilities = null) : DomainEvent;

/// <summary>The broker cannot be reached, or its books differ from ours so that trading has to stop.</summary>
public sealed record BrokerLost(string Portfolio, string Broker, string Reason, Timestamp AsOf) : DomainEvent;

/// <summary>A dry run: what would have been sent, secrets blotted out. Nothing was.</summary>
/// <param name="Request">Method, address, headers and body as they would have gone over the wire.</param>
public sealed record RequestRehearsed(string Portfolio, string Broker, string OrderId, string Request, Timestamp AsOf) : DomainEvent;

/// <summary>Something that the broker's book has and ours is to take over: an execution of an order that is not ours, or a difference.</summary>
/// <param name="Quantity">Signed change of the position.</param>
/// <param name="Origin">The execution's id, or the break that it settles; the same is taken over once.</param>
public sealed record HoldingFound(string Portfolio, string Broker, string Instrument, decimal Quantity, decimal Price, decimal Fee, string Origin, Timestamp AsOf) : DomainEvent;

/// <summary>The same for cash.</summary>
/// <param name="Amount">Positive comes in.</param>
public sealed record CashFound(string Portfolio, string Broker, string Currency, decimal Amount, string Origin, Timestamp AsOf) : DomainEvent;
