using EventSourcedTrading.Domain.Control;

namespace EventSourcedTrading.Domain.Tests.Control;

/// <summary>Who may what, written down a second time: a change of the matrix must be meant.</summary>
public sealed class OperationTests
{
    private static readonly Dictionary<Role, string> Matrix = new()
    {
        [Role.Viewer] = "readState",
        [Role.Operator] = "readState pauseStrategy resumeStrategy cancelOrder overrideDecision cancelDecision haltTrading engageKillSwitch engageFirmKillSwitch",
        [Role.RiskOfficer] = """
            readState haltTrading engageKillSwitch engageFirmKillSwitch resumeTrading releaseKillSwitch releaseFirmKillSwitch releaseThrottle resolveBreak
            setRiskLimits setFirmLimits setVotingPolicy clearVotingPolicy readApprovals approve deny readCommands readAudit
            """,
        [Role.Auditor] = "readState readApprovals readCommands readAudit",
        [Role.Admin] = "readKeys revokeKey",
    };

    [Theory]
    [InlineData(Role.Viewer)]
    [InlineData(Role.Operator)]
    [InlineData(Role.RiskOfficer)]
    [InlineData(Role.Auditor)]
    [InlineData(Role.Admin)]
    public void A_role_may_what_is_written_here_and_nothing_else(Role role) => Assert.Equal(
        Matrix[role].Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Order(),
        Operation.All.Where(o => o.EntitledBy([role]) == role).Select(o => o.Name).Order());

    [Fact]
    public void Without_a_role_nothing_is_allowed() => Assert.All(Operation.All, o => Assert.Null(o.EntitledBy([])));

    [Fact]
    public void Every_operation_is_listed_once_and_found_by_its_name() =>
        Assert.Equal(typeof(Operation).GetFields().Where(f => f.FieldType == typeof(Operation)).Select(f => ((Operation)f.GetValue(null)!).Name).Order(),
            Operation.All.Select(o => Operation.Named(o.Name).Name).Order());
}
