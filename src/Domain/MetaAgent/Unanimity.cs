namespace EventSourcedTrading.Domain.MetaAgent;

/// <summary>Every vote cast must be for the same side: one neutral vote is enough to hold. Who abstains does not hinder.</summary>
public static class Unanimity
{
    private static readonly Wording None = "the votes are not unanimous", Buys = "all buy", Sells = "all sell";

    public static Tally Count(in Ballot ballot)
    {
        var heads = new HeadCount(ballot);
        var needed = Math.Max(1, heads.Cast);
        var mean = heads.MeanOfWinners(needed);
        return Tally.Settle(mean, ballot, heads.Votes, heads.Stakes, "unanimity", heads.Arithmetic(needed, mean), mean == 0m ? None : mean > 0m ? Buys : Sells);
    }
}
