using EventSourcedTrading.Domain.Engine;
using EventSourcedTrading.Domain.Instruments;

namespace EventSourcedTrading.Domain.MetaAgent;

/// <summary>
/// Two versions of one strategy are one opinion: while both are active, only the newer one has a voice, else the strategy would count
/// twice. What the older one says is still on record, as a vote without weight, so that the two can be compared.
/// </summary>
public static class Superseded
{
    public static Tally Count(Round round, VotingPolicy policy, Instrument instrument, PortfolioState state)
    {
        List<Intent> heard = [];
        List<Vote> votes = [];
        foreach (var intent in round.Intents)
        {
            if (state.Agents.TryGetValue(intent.Agent, out var seat) && seat.IsSuperseded) votes.Add(Vote.Of(intent, 0m, 0m));
            else heard.Add(intent);
        }

        var tally = Tally.Of(new Ballot([.. heard], policy, instrument, state));
        if (votes.Count == 0) return tally;
        votes.AddRange(tally.Votes);
        votes.Sort(static (a, b) => string.CompareOrdinal(a.Agent, b.Agent));
        return tally with { Votes = votes };
    }

    /// <summary>Finds out anew which versions have a newer one that is active.</summary>
    /// <returns>True if any has.</returns>
    public static bool Mark(IEnumerable<AgentSeat> seats)
    {
        var any = false;
        foreach (var versions in seats.GroupBy(s => AgentVersion.NameOf(s.Agent), StringComparer.Ordinal))
        {
            AgentSeat? newest = null;
            foreach (var seat in versions)
                if (seat.IsAwaited && (newest is null || AgentVersion.Compare(seat.Agent, newest.Agent) > 0)) newest = seat;
            foreach (var seat in versions)
                any |= seat.IsSuperseded = newest is not null && AgentVersion.Compare(seat.Agent, newest.Agent) < 0;
        }

        return any;
    }
}
