using EventSourcedTrading.Workers.Brokering;
using EventSourcedTrading.Workers.Configuration;

namespace EventSourcedTrading.Workers.Demo;

/// <summary>A fake broker on this machine that takes the demonstration's orders.</summary>
/// <param name="Name">As a portfolio's <c>venue</c> has it.</param>
/// <param name="Address">Scheme, host and port.</param>
public sealed record FakeBroker(string Name, Uri Address)
{
    /// <summary>The fake's account unless it is told otherwise.</summary>
    private const string IbkrAccount = "DU1234567";

    public BrokerOptions Options => new()
    {
        Host = Address.GetLeftPart(UriPartial.Authority), CallsPerMinute = 1_000_000,
        Credentials = Name == BrokerCatalog.Alpaca ? "env:APCA_API_KEY_ID,APCA_API_SECRET_KEY" : "gateway",
        Account = Name == BrokerCatalog.Alpaca ? "" : IbkrAccount,
    };

    /// <exception cref="ConfigurationException">Not a broker's name and a loopback address.</exception>
    public static FakeBroker Parse(string text) =>
        text.Split('=', 2) is [var name, var address] && BrokerCatalog.Names.Contains(name)
            && Uri.TryCreate(address, UriKind.Absolute, out var uri) && uri is { Scheme: "http", Host: "127.0.0.1" } ? new(name, new Uri(uri, "/"))
        : throw new ConfigurationException($"--fake-broker '{text}' must be one of {string.Join(", ", BrokerCatalog.Names)}, '=', and http://127.0.0.1:PORT, as `est broker fake` prints it.");
}
