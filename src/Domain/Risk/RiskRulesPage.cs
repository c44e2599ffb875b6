using System.Text;

namespace EventSourcedTrading.Domain.Risk;

/// <summary>Writes <c>docs/risk-rules.md</c> from the rules themselves.</summary>
public static class RiskRulesPage
{
    /// <summary>A portfolio's <c>limits</c> with every parameter set, as in <c>est.json</c>.</summary>
    public const string Example = """
        {
          "maxDailyLoss": "20000", "maxDrawdown": "0.1",
          "positionCaps": { "SPY.ARCX": "200" }, "defaultPositionCap": "300",
          "positionNotionals": { "SPY.ARCX": "90000" }, "defaultPositionNotional": "60000",
          "bucketLimits": { "index-etf": "100000" }, "defaultBucketLimit": "60000",
          "measuredBuckets": { "correlation": "0.7", "samples": 120, "stepSeconds": 300 },
          "maxGrossExposure": "400000", "maxNetExposure": "200000", "maxLeverage": "2", "maxConcentration": "0.2",
          "orderSizes": { "SPY.ARCX": "100" }, "defaultOrderSize": "200",
          "orderNotionals": { "SPY.ARCX": "30000" }, "defaultOrderNotional": "20000",
          "priceCollar": "0.02", "maxPriceAgeSeconds": 120,
          "orderRate": { "count": 120, "seconds": 60 }, "agentOrderRate": { "count": 60, "seconds": 60 },
          "messageRate": { "count": 5000, "seconds": 1 }, "agentMessageRate": { "count": 1000, "seconds": 1 },
          "repeatThrottle": { "count": 50, "seconds": 600 }, "duplicateSeconds": 1, "maxOpenOrders": 100,
          "restricted": [ "BAC.XNYS" ],
          "shortSales": { "SPY.ARCX": true }, "defaultShortSale": false,
          "sessions": { "SPY.ARCX": { "opens": "09:30", "closes": "16:00" } },
          "defaultSession": { "opens": "09:35", "closes": "15:55", "everyDay": false },
          "preventSelfTrade": true, "nearMissShare": "0.9",
          "calendar": {
            "dayBeginsMinute": 0, "utcOffsetMinutes": -300,
            "offsetChanges": [ { "at": "2026-03-08T07:00:00Z", "utcOffsetMinutes": -240 }, { "at": "2026-11-01T06:00:00Z", "utcOffsetMinutes": -300 } ],
            "restDays": [ "saturday", "sunday" ], "holidays": [ "2026-11-26", "2026-12-25" ]
          }
        }
        """;

    /// <summary>The page as Markdown, lines ending in LF.</summary>
    public static string Markdown()
    {
        var page = new StringBuilder();
        page.Append("""
            # Risk rules
            <!-- Written from the code: EST_UPDATE_DOCS=1 FILTER=RiskRulesPage scripts/test Domain.Tests -->

            Every order passes through all of these rules, in this order, before it exists. The verdict of each rule that is in force is
            recorded with the order, passed or not; a rule whose limits are not set says nothing. One rule that fails blocks the order.
            Open orders count at their worst: a position can end anywhere from *position − open sells* to *position + open buys*, and
            an approved order holds its headroom until it has ended. A way down stays open: where it says so, an order that only reduces
            its position passes even when the market has carried the book over a limit.

            Limits belong to a portfolio: `limits` in `est.json` when it is opened, `setRiskLimits` later. Loosening one takes a second
            person. `RiskViolationDetected` goes on record, and to `risk.violations.{portfolio}`, for every block; for every breach, when the book
            itself is over a limit once all prices of a market time are in (positions, buckets, exposures, leverage, concentration, daily loss, drawdown);
            and for every near miss, when an approved order came to `nearMissShare` of a limit. Breaches and near misses are reported once
            per crossing: a breach again after the value was below nine tenths of the limit, a near miss again after an order stayed below the share;
            both again on a new trading day or against new limits.


            """.ReplaceLineEndings("\n"));
        page.Append("| code | rule | of each | parameters |\n|---|---|---|---|\n");
        foreach (var rule in RiskRules.All)
            page.Append($"| [`{rule.Code}`](#{rule.Code.ToLowerInvariant()}) | {rule.Title} | {rule.Each.ToString().ToLowerInvariant()} | {string.Join(", ", rule.Parameters.Select(p => $"`{p.Name}`"))} |\n");
        foreach (var rule in RiskRules.All)
        {
            page.Append($"\n## {rule.Code}\n**{rule.Title}.** Protects from: {Lower(rule.Protects)}\n\n{rule.Reckons}\n\n- Unit: {rule.Unit}\n");
            foreach (var parameter in rule.Parameters) page.Append($"- `{parameter.Name}`: {parameter.Meaning}\n");
            page.Append($"- Source: {rule.Source}\n");
        }

        page.Append($"\n## All limits, as in `est.json`\n```json\n{Example.ReplaceLineEndings("\n")}\n```\n");
        return page.ToString();
    }

    private static string Lower(string sentence) => char.ToLowerInvariant(sentence[0]) + sentence[1..];
}
