namespace EventSourcedTrading.Domain.MetaAgent;

/// <summary>
/// A majority that counts only if enough agents took part: at least the policy's share of those that the round waited for, half if
/// it names none. Who abstains is missing from the quorum; who votes neutral is not.
/// </summary>
public static class Quorum
{
    public const decimal DefaultShare = 0.5m;

    private static readonly Wording Few = "too few agents took part", None = "no side has a majority",
        Buys = "the majority of a quorum buys", Sells = "the majority of a quorum sells";

    public static Tally Count(in Ballot ballot)
    {
        var heads = new HeadCount(ballot);
        var electorate = ballot.Electorate();
        var quorum = (int)decimal.Ceiling((ballot.Policy.Share ?? DefaultShare) * electorate);
        var needed = (heads.Cast / 2) + 1;
        var mean = heads.Cast >= quorum ? heads.MeanOfWinners(needed) : 0m;
        var arithmetic = heads.Arithmetic(needed, mean).And(
            static n => $"{Wording.Text(n[0])} of {Wording.Text(n[1])} agents took part, {Wording.Text(n[2])} needed", heads.Cast, electorate, quorum);
        var reason = heads.Cast < quorum ? Few : mean == 0m ? None : mean > 0m ? Buys : Sells;
        return Tally.Settle(mean, ballot, heads.Votes, heads.Stakes, "quorum", arithmetic, reason);
    }
}
