using EventSourcedTrading.Domain.Engine;
using EventSourcedTrading.Domain.Firm;
using EventSourcedTrading.Domain.Risk;

namespace EventSourcedTrading.Domain.Tests.Firm;

public sealed class FirmCommandTests
{
    private readonly FirmState firm = new();

    [Fact]
    public void To_set_or_tighten_a_limit_takes_one_person_and_to_loosen_it_takes_two()
    {
        Assert.Equal(100_000m, Done<FirmLimitsSet>(new SetFirmLimits(100_000m, "USD")).MaxGross);
        Assert.Equal(5_000m, firm.Chunk);
        Done<FirmLimitsSet>(new SetFirmLimits(90_000m, "USD"));
        Assert.Equal("SECOND_PERSON_NEEDED", Refused(new SetFirmLimits(95_000m, "USD")));
        Assert.Equal("SECOND_PERSON_NEEDED", Refused(new SetFirmLimits(null, "USD")));
        Assert.Equal("SECOND_PERSON_NEEDED", Refused(new SetFirmLimits(95_000m, "USD"), approver: "OLIVIA"));
        Done<FirmLimitsSet>(new SetFirmLimits(95_000m, "USD"), approver: "rita");
    }

    [Fact]
    public void One_person_stops_the_firm_and_two_start_it_again()
    {
        Assert.Equal("NOT_ENGAGED", Refused(new ReleaseFirmKillSwitch()));
        Done<FirmKillSwitchEngaged>(new EngageFirmKillSwitch(KillSwitchMode.Halt));
        Assert.Equal("SECOND_PERSON_NEEDED", Refused(new EngageFirmKillSwitch(KillSwitchMode.ReduceOnly)));
        Assert.Equal("SECOND_PERSON_NEEDED", Refused(new ReleaseFirmKillSwitch()));
        Done<FirmKillSwitchReleased>(new ReleaseFirmKillSwitch(), approver: "rita");
        Assert.Null(firm.KillSwitch);
    }

    [Theory]
    [InlineData(-1, "USD", 1, "INVALID")]
    [InlineData(1, "USD", 0, "INVALID")]
    [InlineData(1, "usd", 1, "UNKNOWN_CURRENCY")]
    public void A_limit_that_is_none_is_refused(int maxGross, string currency, int chunk, string code) =>
        Assert.Equal(code, Refused(new SetFirmLimits(maxGross, currency, chunk)));

    [Fact]
    public void The_currency_stays_while_leases_are_out()
    {
        Done<FirmLimitsSet>(new SetFirmLimits(100m, "USD"));
        firm.Apply(Leasing.Lease(firm, "alpha", 10m)!);
        Assert.Equal("CURRENCY_IN_USE", Refused(new SetFirmLimits(50m, "EUR")));
    }

    private T Done<T>(FirmCommand command, string? approver = null) where T : DomainEvent
    {
        var (refusal, @event) = Commanding.Decide(firm, command, "olivia", approver, "because");
        Assert.Null(refusal);
        firm.Apply(Assert.IsType<T>(@event));
        return (T)@event;
    }

    private string Refused(FirmCommand command, string? approver = null)
    {
        var (refusal, @event) = Commanding.Decide(firm, command, "olivia", approver, "because");
        Assert.Null(@event);
        return refusal!.Value.Code;
    }
}
