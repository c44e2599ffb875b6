namespace EventSourcedTrading.BrokerFakes.Venues;

/// <summary>What a fake broker knows of a share or fund: listed in the United States, in dollars.</summary>
/// <param name="Exchange">A name of Alpaca's list, such as <c>NASDAQ</c> or <c>ARCA</c>.</param>
/// <param name="Conid">Contract id of Interactive Brokers.</param>
public sealed record Instrument(string Symbol, string Name, string Exchange, int Conid, bool Shortable = true, bool Fractionable = true)
{
    public static IReadOnlyList<Instrument> Usual { get; } =
    [
        new("AAPL", "Apple Inc. Common Stock", "NASDAQ", 265598),
        new("AIG", "American International Group, Inc. Common Stock", "NYSE", 61319701),
        new("BAC", "Bank of America Corporation Common Stock", "NYSE", 10098),
        new("GME", "GameStop Corporation Common Stock", "NYSE", 36285627, Shortable: false),
        new("IBM", "International Business Machines Corporation Common Stock", "NYSE", 8314),
        new("IWM", "iShares Russell 2000 ETF", "ARCA", 9579970),
        new("MSFT", "Microsoft Corporation Common Stock", "NASDAQ", 272093),
        new("QQQ", "Invesco QQQ Trust, Series 1", "NASDAQ", 320227571),
        new("SPY", "SPDR S&P 500 ETF Trust", "ARCA", 756733),
        new("TSLA", "Tesla, Inc. Common Stock", "NASDAQ", 76792991),
    ];
}
