using EventSourcedTrading.Domain.Brokers;

namespace EventSourcedTrading.Brokers.Reconciling;

/// <summary>One thing in which the two books differ.</summary>
/// <param name="Key">The order, execution, instrument or currency.</param>
/// <param name="Execution">Of a missed or foreign execution.</param>
/// <param name="Order">As the broker has it, of an undead or foreign order or an unanswered request.</param>
/// <param name="Amount">Of a position or cash: theirs − ours.</param>
/// <param name="Price">Of a position: what the broker says it cost.</param>
public sealed record Difference(BreakKind Kind, string Key, string Ours, string Theirs, BrokerExecution? Execution = null, BrokerOrder? Order = null, decimal Amount = 0m, decimal Price = 0m)
{
    /// <summary>Follows from kind and key: found again, it is the same break.</summary>
    public string BreakIdOf(string portfolio) => $"{portfolio}:{Kind}:{Key}";
}

/// <summary>What is done about each kind of break.</summary>
/// <param name="CashTolerance">Difference of cash that is none: accrued interest, fees that the broker books later. In the currency itself, zero or more.</param>
public sealed record ReconciliationPolicy(IReadOnlyDictionary<BreakKind, BreakAction> Actions, decimal CashTolerance = 0.01m, string Owner = "operations")
{
    /// <summary>What is plain is taken over; what somebody has to understand first is told; a position that nobody can explain stops trading.</summary>
    public static readonly ReconciliationPolicy Default = new(new Dictionary<BreakKind, BreakAction>
    {
        [BreakKind.MissedExecution] = BreakAction.Adopt,
        [BreakKind.ForeignExecution] = BreakAction.Adopt,
        [BreakKind.MissingOrder] = BreakAction.Alert,
        [BreakKind.UndeadOrder] = BreakAction.Adopt,
        [BreakKind.ForeignOrder] = BreakAction.Alert,
        [BreakKind.Position] = BreakAction.Halt,
        [BreakKind.Cash] = BreakAction.Alert,
        [BreakKind.UnansweredRequest] = BreakAction.Adopt,
    });

    public BreakAction For(BreakKind kind) => Actions.GetValueOrDefault(kind, BreakAction.Alert);
}
