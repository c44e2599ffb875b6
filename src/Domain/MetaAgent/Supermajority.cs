namespace EventSourcedTrading.Domain.MetaAgent;

/// <summary>A majority of at least the policy's share of the votes cast, two thirds if it names none. Neutral votes are counted.</summary>
public static class Supermajority
{
    /// <summary>Two thirds, rounded down so that two of three are enough.</summary>
    public const decimal DefaultShare = 0.6666m;

    private static readonly Wording None = "no side has a large enough majority", Buys = "a large majority buys", Sells = "a large majority sells";

    public static Tally Count(in Ballot ballot)
    {
        var heads = new HeadCount(ballot);
        var needed = Math.Max(1, (int)decimal.Ceiling((ballot.Policy.Share ?? DefaultShare) * heads.Cast));
        var mean = heads.MeanOfWinners(needed);
        return Tally.Settle(mean, ballot, heads.Votes, heads.Stakes, "supermajority", heads.Arithmetic(needed, mean), mean == 0m ? None : mean > 0m ? Buys : Sells);
    }
}
