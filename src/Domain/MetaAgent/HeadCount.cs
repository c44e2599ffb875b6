namespace EventSourcedTrading.Domain.MetaAgent;

/// <summary>One agent, one vote: what all policies that count heads have in common.</summary>
internal readonly struct HeadCount
{
    public HeadCount(in Ballot ballot)
    {
        var intents = ballot.Intents;
        Votes = new Vote[intents.Length];
        Stakes = new decimal[intents.Length];
        for (var i = 0; i < intents.Length; i++)
        {
            var intent = intents[i];
            var voice = ballot.VoiceOf(intent);
            Votes[i] = Vote.Of(intent, 1m, voice);
            if (voice > 0)
            {
                Stakes[i] = intent.Quantity;
                Bought += intent.Quantity;
                Buys++;
            }
            else if (voice < 0)
            {
                Stakes[i] = -intent.Quantity;
                Sold += intent.Quantity;
                Sells++;
            }
        }
    }

    public Vote[] Votes { get; }
    public decimal[] Stakes { get; }
    public int Buys { get; }
    public int Sells { get; }
    public decimal Bought { get; }
    public decimal Sold { get; }

    /// <summary>Neutral votes are cast too; only an abstention is none.</summary>
    public int Cast => Votes.Length;
    public int Neutral => Cast - Buys - Sells;

    /// <summary>The mean of what the winners asked for, negative for a sale; zero if no side has as many votes as it needs.</summary>
    public decimal MeanOfWinners(int needed) => Buys >= needed ? Bought / Buys : Sells >= needed ? -(Sold / Sells) : 0m;

    public Wording Arithmetic(int needed, decimal mean) => new(
        static n => $"{Wording.Text(n[0])} buy, {Wording.Text(n[1])} sell, {Wording.Text(n[2])} neutral of {Wording.Text(n[3])}; {Wording.Text(n[4])} needed; "
            + $"mean quantity of the winners {Wording.Text(n[5])}",
        Buys, Sells, Neutral, Cast, needed, Math.Abs(mean));
}
