namespace EventSourcedTrading.Chaos;

/// <summary>The demonstration's desk as a file; the deadline is far, so that the wall clock decides nothing.</summary>
internal static class Configuration
{
    public static readonly string Text = Of(600, "main");

    /// <summary>Two desks that see the same market and want the same.</summary>
    public static readonly string Two = Of(5, "main", "second");

    private static string Of(int deadline, params string[] portfolios) =>
        $$"""{ "portfolios": [ {{string.Join(", ", portfolios.Select(p => Portfolio.Replace("ID", p).Replace("DEADLINE", $"{deadline}")))}} ] }""";

    private const string Portfolio = """
            {
              "id": "ID",
              "cash": { "USD": "1000000" },
              "venueSettings": { "seed": "7", "latencyMs": "250", "slippageBps": "0.5", "participation": "0.1", "feePerShare": "0.005", "feeMinimum": "1" },
              "limits": { "maxDailyLoss": "20000", "positionCaps": {}, "defaultPositionCap": "300", "bucketLimits": {}, "defaultBucketLimit": "60000" },
              "instruments": [
                { "id": "SPY.ARCX", "currency": "USD", "bucket": "index-etf" },
                { "id": "QQQ.XNAS", "currency": "USD", "bucket": "index-etf" },
                { "id": "AAPL.XNAS", "currency": "USD", "bucket": "technology" },
                { "id": "IBM.XNYS", "currency": "USD", "bucket": "technology" },
                { "id": "BAC.XNYS", "currency": "USD", "bucket": "financials" },
                { "id": "AIG.XNYS", "currency": "USD", "bucket": "financials" }
              ],
              "strategies": [ { "plugin": "mean-reversion" }, { "plugin": "ma-cross" }, { "plugin": "breakout" } ],
              "roundDeadlineSeconds": DEADLINE
            }
        """;
}
