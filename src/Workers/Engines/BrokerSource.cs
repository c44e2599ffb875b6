using EventSourcedTrading.Domain.Brokers;
using EventSourcedTrading.Domain.Engine;

namespace EventSourcedTrading.Workers.Engines;

/// <summary>What the broker role has put into stream broker-{portfolio}, as the engine takes it.</summary>
public static class BrokerSource
{
    private const string Actor = "reconciliation";

    public static string StreamOf(string portfolio) => $"broker-{portfolio}";

    public static Input? Read(DomainEvent e) => e switch
    {
        ExecutionReported said => new ReportInput(said.Report),
        BrokerReconciled said => new VenueInput(true, $"the books agree with account {said.Account}", said.AsOf, said.Capabilities),
        BrokerLost said => new VenueInput(false, said.Reason, said.AsOf),
        HoldingFound said => new CommandInput(
            $"adopt-{said.Origin}", Actor, $"the book of {said.Broker} has it", new AdoptHolding(said.Instrument, said.Quantity, said.Price, said.Fee, said.Origin)),
        CashFound said => new CommandInput($"adopt-{said.Origin}", Actor, $"the book of {said.Broker} has it", new MoveCash(said.Currency, said.Amount)),
        _ => null,
    };
}
