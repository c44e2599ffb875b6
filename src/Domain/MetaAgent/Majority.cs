namespace EventSourcedTrading.Domain.MetaAgent;

/// <summary>
/// One agent, one vote; more than half of the votes cast must agree, neutral votes counted. The quantity is the mean of what the
/// winners asked for.
/// </summary>
public static class Majority
{
    private static readonly Wording None = "no side has a majority", Buys = "the majority buys", Sells = "the majority sells";

    public static Tally Count(in Ballot ballot)
    {
        var heads = new HeadCount(ballot);
        var needed = (heads.Cast / 2) + 1;
        var mean = heads.MeanOfWinners(needed);
        return Tally.Settle(mean, ballot, heads.Votes, heads.Stakes, "majority", heads.Arithmetic(needed, mean), mean == 0m ? None : mean > 0m ? Buys : Sells);
    }
}
