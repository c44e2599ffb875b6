using System.CommandLine;

namespace EventSourcedTrading.Workers.Cli;

/// <summary><c>est broker</c></summary>
public static class BrokerCommand
{
    public static Command Create() => new("broker", "the broker behind a portfolio: is it there, and do its books agree? (`est broker fake` plays one on this machine)")
    {
        BrokerCheckCommand.Create(), BrokerBreaksCommand.Create(),
    };
}
