using EventSourcedTrading.Domain.Engine;
using EventSourcedTrading.Domain.Orders;
using EventSourcedTrading.Domain.Time;

namespace EventSourcedTrading.Domain.Portfolios;

/// <summary>
/// A holding that came about outside of the platform was taken over, such as an order that somebody gave by telephone. It is nobody's
/// among our agents: <see cref="External"/> holds it. Stream portfolio-{id}.
/// </summary>
/// <param name="Quantity">Signed change of the position.</param>
/// <param name="Origin">Where it comes from: an execution id of the broker, or the break that it settles.</param>
public sealed record HoldingAdopted(HoldingChange Holding, decimal Quantity, decimal Price, string Origin, string Actor, string Reason, Timestamp AsOf) : DomainEvent
{
    /// <summary>In the place of an agent.</summary>
    public const string External = "external@1";
}

internal static class Adopting
{
    public static HoldingAdopted Decide(PortfolioState state, AdoptHolding command, string actor, string reason)
    {
        var book = state.Books[command.Instrument];
        var multiplier = book.Instrument.Multiplier;
        var whole = Position.After(book.Position.Quantity, book.Position.Cost, command.Quantity, command.Price, multiplier);
        var (held, cost) = state.AgentPositions.TryGetValue((HoldingAdopted.External, command.Instrument), out var own) ? (own.Quantity, own.Cost) : (0m, 0m);
        var external = Position.After(held, cost, command.Quantity, command.Price, multiplier);
        var holding = new HoldingChange(
            state.Portfolio, command.Instrument, book.Instrument.Currency, whole.Realised, command.Fee, whole.Quantity, whole.Cost,
            [new ExecutionShare(HoldingAdopted.External, command.Quantity, command.Fee, external.Realised, external.Quantity, external.Cost)]);
        return new HoldingAdopted(holding, command.Quantity, command.Price, command.Origin, actor, reason, state.Frontier);
    }
}
