using EventSourcedTrading.Domain.Engine;

namespace EventSourcedTrading.Domain.Risk;

/// <summary>Instruments that fall together, and their exposure; kept per currency, so that a rate which moves touches one number.</summary>
public sealed class Bucket(string name)
{
    private readonly List<CurrencyLedger> ledgers = [];
    private readonly List<Exposure> sums = [];

    public string Name { get; } = name;

    /// <summary>In base currency; null if there is none.</summary>
    public decimal? Limit { get; set; }

    /// <summary>In base currency. Zero for a currency whose rate is not known yet: no order in it passes either.</summary>
    public Exposure Exposure
    {
        get
        {
            var sum = default(Exposure);
            for (var i = 0; i < sums.Count; i++) sum += sums[i] * ledgers[i].Rate;
            return sum;
        }
    }

    /// <summary>Largest gross exposure that open orders could lead to, in base currency.</summary>
    public decimal Worst
    {
        get
        {
            var sum = 0m;
            for (var i = 0; i < sums.Count; i++) sum += sums[i].Worst * ledgers[i].Rate;
            return sum;
        }
    }

    /// <summary>As <see cref="Exposure.Shifted"/>, of what has been added in this currency.</summary>
    internal void Shift(CurrencyLedger ledger, decimal by, bool isLong)
    {
        var i = ledgers.IndexOf(ledger);
        sums[i] = sums[i].Shifted(by, isLong);
    }

    public void Add(CurrencyLedger ledger, in Exposure change)
    {
        var i = ledgers.IndexOf(ledger);
        if (i < 0)
        {
            ledgers.Add(ledger);
            sums.Add(change);
            return;
        }

        sums[i] += change;
    }
}
