namespace EventSourcedTrading.BrokerFakes.Venues;

/// <summary>Cash and positions of the one account; both change by executions alone, so they can be reckoned again from them.</summary>
/// <param name="cash">In the account's currency, at the beginning.</param>
public sealed class Account(decimal cash)
{
    private readonly SortedDictionary<string, Position> positions = new(StringComparer.Ordinal);

    public decimal InitialCash { get; } = cash;
    public decimal Cash { get; private set; } = cash;
    public decimal Fees { get; private set; }

    /// <summary>Those that are not flat, by symbol.</summary>
    public IEnumerable<Position> Positions => positions.Values.Where(p => p.Quantity != 0);

    public decimal Realized => positions.Values.Sum(p => p.Realized);

    public Position this[string symbol] => positions.GetValueOrDefault(symbol) ?? new Position(symbol, 0, 0, 0);

    public void Apply(Execution execution)
    {
        var signed = execution.Side == Side.Buy ? execution.Quantity : -execution.Quantity;
        Cash -= (signed * execution.Price) + execution.Fee;
        Fees += execution.Fee;
        positions[execution.Symbol] = this[execution.Symbol].After(signed, execution.Price);
    }
}
