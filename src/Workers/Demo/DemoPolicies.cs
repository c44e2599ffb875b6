using System.Text.Json.Serialization;
using EventSourcedTrading.Domain.Engine;
using EventSourcedTrading.Domain.Json;
using EventSourcedTrading.Domain.MetaAgent;
using EventSourcedTrading.EventStore;

namespace EventSourcedTrading.Workers.Demo;

/// <summary>The rounds of a demonstration, counted again by every policy.</summary>
public static class DemoPolicies
{
    /// <param name="vetoer">An agent, for the one with a veto.</param>
    public static async Task<IReadOnlyList<DemoPolicy>> CompareAsync(EventReader reader, string portfolio, string vetoer, CancellationToken ct)
    {
        var comparison = new PolicyComparison(portfolio, [.. Policies(vetoer)]);
        await foreach (var e in reader.ReadAllAsync(1, [.. EventJson.Aliases.Where(a => a != EventJson.AliasOf<InputsRecorded>())], 5_000, ct))
            comparison.Take(EventJson.Deserialize(e.Type, e.Data.Span));
        return [.. comparison.Lines.Select(l => new DemoPolicy(l.Policy, l.Buys, l.Sells, l.Holds, l.Resolved, l.Quantity, l.Orders, l.Same))];
    }

    private static IEnumerable<(string Name, VotingPolicy Policy)> Policies(string vetoer)
    {
        var used = VotingPolicy.Default;
        yield return ("confidence, in use", used);
        yield return ("performance, gain 100", used with { Method = VotingMethod.PerformanceWeighted, Performance = PerformanceWindow.Default with { Gain = 100m } });
        yield return ("majority", used with { Method = VotingMethod.Majority });
        yield return ("supermajority", used with { Method = VotingMethod.Supermajority });
        yield return ("unanimity", used with { Method = VotingMethod.Unanimity });
        yield return ("quorum of half", used with { Method = VotingMethod.Quorum });
        yield return ("netting", used with { Method = VotingMethod.Netting });
        yield return ("netting, band 0.5", used with { Method = VotingMethod.Netting, DeadBand = 0.5m });
        yield return ($"netting, veto {vetoer.Split('@')[0]}", used with { Method = VotingMethod.Netting, Veto = [vetoer] });
    }
}

public sealed record DemoPolicy(
    string Policy, long Buys, long Sells, long Holds, long ConflictsResolved,
    [property: JsonNumberHandling(JsonNumberHandling.WriteAsString)] decimal Quantity, long Orders, long SameAsDecided);
