using EventSourcedTrading.Domain.Engine;
using EventSourcedTrading.Domain.Instruments;
using EventSourcedTrading.Domain.Orders;

namespace EventSourcedTrading.Domain.MetaAgent;

/// <summary>What is put to the vote, and where a policy finds what it must know of the voters.</summary>
/// <param name="Intents">By agent name, one per agent: the order of arrival must not matter.</param>
public readonly record struct Ballot(Intent[] Intents, VotingPolicy Policy, Instrument Instrument, PortfolioState State)
{
    /// <summary>
    /// +1 to buy, −1 to sell. Neutral, 0, is who asks for nothing, and who is less sure than the policy's dead band: present, and so
    /// counted, but on nobody's side.
    /// </summary>
    public int VoiceOf(Intent intent) =>
        intent.Quantity == 0m || intent.Confidence < Policy.DeadBand ? 0 : intent.Side == Side.Buy ? 1 : -1;

    /// <summary>Agents that this round could have heard: those it waited for, and those that voted before they left.</summary>
    public int Electorate()
    {
        var awaited = 0;
        foreach (var seat in State.Agents.Span)
            if (seat.IsAwaited && !seat.IsSuperseded) awaited++;
        return Math.Max(awaited, Intents.Length);
    }
}
