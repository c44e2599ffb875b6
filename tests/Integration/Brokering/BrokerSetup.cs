using EventSourcedTrading.BrokerFakes;
using EventSourcedTrading.BrokerFakes.Alpaca;
using EventSourcedTrading.BrokerFakes.InteractiveBrokers;
using EventSourcedTrading.BrokerFakes.Serving;
using EventSourcedTrading.BrokerFakes.Venues;
using EventSourcedTrading.Workers.Configuration;

namespace EventSourcedTrading.Integration.Brokering;

/// <summary>What differs between the brokers that a desk can stand before.</summary>
/// <param name="Venue">As a portfolio has it.</param>
/// <param name="Faults">All that can go wrong there, each with the highest probability that a script may give it.</param>
/// <param name="Ended">Our word for how an order ended there, as far as the broker has one.</param>
/// <param name="DisturbAsync">What somebody else may do to our connection there.</param>
public sealed record BrokerSetup(string Venue, Func<FakeSettings, Task<FakeServer>> StartAsync, Func<string, BrokerOptions> At, Func<OrderState, string> Ended, Func<FakeServer, Task> DisturbAsync, string Faults)
{
    public const string KeyId = "AKDESKDESKDESKDESK", SecretKey = "sEcr3t/of+the&desk=9";

    private const string Common =
        "dropResponse submit 30%, serverErrorAfter submit 20%, serverError submit 20%, tooManyRequests submit 3%, halfOpen submit 5%, reject submit 10%, reject venue 10%, " +
        "dropResponse cancel 30%, serverErrorAfter cancel 20%, serverError cancel 30%, tooManyRequests cancel 3%, halfOpen cancel 5%, reject cancel 20%, reject venueCancel 20%, " +
        "fillBeatsCancel cancel 30%, fillAfterCancel cancel 30%, slowCancel cancel 30%, " +
        "serverError order 30%, dropResponse order 20%, halfOpen order 5%, serverError executions 30%, dropResponse executions 20%, halfOpen executions 5%, " +
        "serverError orders 20%, halfOpen orders 5%, serverError positions 20%, serverError account 20%, halfOpen account 5%, clockSkew account 10% -90, tooManyRequests orders 2%, " +
        "duplicateReport * 30%, loseReport * 30%, reorderReport * 20%, breakStream * 5%, halfOpen new 2%, halfOpen fill 2%, halfOpen stream 10%, serverError stream 30%, " +
        "unknownOrderReport fill 10%, unknownOrderReport partialFill 10%";

    public static readonly BrokerSetup Alpaca = new(
        "alpaca", settings => FakeBroker.AlpacaAsync(settings, new AlpacaSettings(KeyId, SecretKey)),
        host => new BrokerOptions { Host = host, Credentials = "env:EST_TEST_APCA_KEY,EST_TEST_APCA_SECRET", CallsPerMinute = 1_000_000 },
        state => $"{state}", BreakAsync, Common);

    /// <summary>Worlds differ in how many questions an order raises, and in how inexact the broker is.</summary>
    public static readonly BrokerSetup Ibkr = new(
        "ibkr", settings => FakeBroker.IbkrAsync(settings, new IbkrSettings(Questions: [.. new[] { BrokerFakes.InteractiveBrokers.Question.NoMarketData, BrokerFakes.InteractiveBrokers.Question.PriceCap }.Take((int)(settings.Seed % 3))], Inexact: settings.Seed % 2 * 0.05)),
        host => new BrokerOptions
        {
            Host = host, Credentials = "gateway", Account = "DU1234567", Conids = new Dictionary<string, long> { [Market.Spy] = 756733 }, Confirmed = ["o354", "o163"], CallsPerMinute = 1_000_000,
        },
        // It calls an expired order cancelled.
        state => $"{(state == OrderState.Expired ? OrderState.Canceled : state)}", LogOutAsync, Common + ", dropResponse reply 30%, serverErrorAfter reply 20%, serverError reply 20%, halfOpen reply 5%, reject reply 10%, prompt submit 10%, prompt reply 10%, " +
        "dropResponse orders 20%, serverError session 20%, dropResponse session 20%, halfOpen session 5%");

    private static Task BreakAsync(FakeServer fake)
    {
        fake.Feed.Break();
        return Task.CompletedTask;
    }

    /// <summary>The session ends, as when the same user logs in elsewhere.</summary>
    private static async Task LogOutAsync(FakeServer fake)
    {
        using var elsewhere = new HttpClient();
        try
        {
            using var answer = await elsewhere.PostAsync(new Uri(fake.Api, "logout"), null, new CancellationTokenSource(TimeSpan.FromSeconds(1)).Token);
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException)
        {
            // The broker's faults are for everybody.
        }
    }
}
