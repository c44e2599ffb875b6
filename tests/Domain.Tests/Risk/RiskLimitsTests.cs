using System.Reflection;
using System.Text;
using System.Text.Json;
using EventSourcedTrading.Domain.Engine;
using EventSourcedTrading.Domain.Json;
using EventSourcedTrading.Domain.Portfolios;
using EventSourcedTrading.Domain.Risk;
using EventSourcedTrading.Domain.Risk.Rules;

namespace EventSourcedTrading.Domain.Tests.Risk;

public sealed class RiskLimitsTests
{
    private static readonly RiskLimits None = RiskLimits.None;
    private static readonly TradingCalendar NewYork = new(
        -420, -300, [new(Some.Time(0), -240), new(Some.Time(1), -300)], [DayOfWeek.Saturday, DayOfWeek.Sunday], [new(2026, 11, 26), new(2026, 12, 25)]);

    /// <summary>For each member a tighter and a looser setting.</summary>
    private static readonly Dictionary<string, (RiskLimits Tighter, RiskLimits Looser)> Steps = new()
    {
        ["maxDailyLoss"] = (None with { MaxDailyLoss = 1m }, None with { MaxDailyLoss = 2m }),
        ["positionCaps"] = (None with { PositionCaps = Map("a", 1m) }, None with { PositionCaps = Map("a", 2m) }),
        ["defaultPositionCap"] = (None with { DefaultPositionCap = 1m }, None),
        ["bucketLimits"] = (None with { BucketLimits = Map("a", 1m), DefaultBucketLimit = 5m }, None with { DefaultBucketLimit = 5m }),
        ["defaultBucketLimit"] = (None with { DefaultBucketLimit = 1m }, None with { DefaultBucketLimit = 2m }),
        ["maxDrawdown"] = (None with { MaxDrawdown = 0.1m }, None with { MaxDrawdown = 0.2m }),
        ["positionNotionals"] = (None with { PositionNotionals = Map("a", 1m) }, None),
        ["defaultPositionNotional"] = (None with { DefaultPositionNotional = 1m }, None with { DefaultPositionNotional = 2m }),
        ["maxGrossExposure"] = (None with { MaxGrossExposure = 1m }, None with { MaxGrossExposure = 2m }),
        ["maxNetExposure"] = (None with { MaxNetExposure = 1m }, None),
        ["maxLeverage"] = (None with { MaxLeverage = 1m }, None with { MaxLeverage = 2m }),
        ["maxConcentration"] = (None with { MaxConcentration = 1m }, None with { MaxConcentration = 2m }),
        ["orderSizes"] = (None with { OrderSizes = Map("a", 1m) }, None with { OrderSizes = Map("a", 2m) }),
        ["defaultOrderSize"] = (None with { DefaultOrderSize = 1m }, None with { DefaultOrderSize = 2m }),
        ["orderNotionals"] = (None with { OrderNotionals = Map("a", 1m) }, None with { OrderNotionals = Map("a", 2m) }),
        ["defaultOrderNotional"] = (None with { DefaultOrderNotional = 1m }, None with { DefaultOrderNotional = 2m }),
        ["priceCollar"] = (None with { PriceCollar = 0.1m }, None with { PriceCollar = 0.2m }),
        ["maxPriceAgeSeconds"] = (None with { MaxPriceAgeSeconds = 1 }, None with { MaxPriceAgeSeconds = 2 }),
        ["orderRate"] = (None with { OrderRate = new(1, 10) }, None with { OrderRate = new(2, 10) }),
        ["agentOrderRate"] = (None with { AgentOrderRate = new(1, 10) }, None with { AgentOrderRate = new(1, 9) }),
        ["messageRate"] = (None with { MessageRate = new(1, 10) }, None),
        ["agentMessageRate"] = (None with { AgentMessageRate = new(1, 10) }, None with { AgentMessageRate = new(2, 10) }),
        ["repeatThrottle"] = (None with { RepeatThrottle = new(1, 10) }, None with { RepeatThrottle = new(2, 10) }),
        ["duplicateSeconds"] = (None with { DuplicateSeconds = 10 }, None with { DuplicateSeconds = 9 }),
        ["maxOpenOrders"] = (None with { MaxOpenOrders = 1 }, None with { MaxOpenOrders = 2 }),
        ["restricted"] = (None with { Restricted = ["a", "b"] }, None with { Restricted = ["b"] }),
        ["shortSales"] = (None with { ShortSales = new Dictionary<string, bool> { ["a"] = false } }, None with { ShortSales = new Dictionary<string, bool> { ["a"] = true } }),
        ["defaultShortSale"] = (None with { DefaultShortSale = false }, None with { DefaultShortSale = true }),
        ["sessions"] = (None with { Sessions = new Dictionary<string, SessionHours> { ["a"] = new(new(9, 0), new(17, 0)) } }, None),
        ["defaultSession"] = (None with { DefaultSession = new(new(9, 0), new(17, 0)) }, None with { DefaultSession = new(new(9, 0), new(17, 1)) }),
        ["preventSelfTrade"] = (None with { PreventSelfTrade = true }, None),
        ["nearMissShare"] = (None with { NearMissShare = 0.8m }, None with { NearMissShare = 0.9m }),
        ["calendar"] = (None with { Calendar = NewYork }, None with { Calendar = NewYork with { DayBeginsMinute = 0 } }),
        ["measuredBuckets"] = (None with { MeasuredBuckets = new(0.7m, 60, 300) }, None with { MeasuredBuckets = new(0.8m, 60, 300) }),
    };

    /// <summary>Members of which nobody can say which way is looser: each change counts as one.</summary>
    private static readonly string[] EitherWay = ["calendar", "measuredBuckets"];

    private static IReadOnlyDictionary<string, decimal> Map(string key, decimal value) => new Dictionary<string, decimal> { [key] = value };

    private static IEnumerable<string> Members => typeof(RiskLimits).GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(p => p.CanWrite)
        .Select(p => JsonNamingPolicy.CamelCase.ConvertName(p.Name)).Order(StringComparer.Ordinal);

    [Fact]
    public void Every_limit_is_known_to_what_takes_a_second_person()
    {
        Assert.Equal(Members, Steps.Keys.Order(StringComparer.Ordinal));
        Assert.All(Steps, s =>
        {
            Assert.StartsWith(s.Key, Loosening.Describe(s.Value.Tighter, s.Value.Looser), StringComparison.Ordinal);
            Assert.Equal(EitherWay.Contains(s.Key), Loosening.Describe(s.Value.Looser, s.Value.Tighter) is not null);
            Assert.Null(Loosening.Describe(s.Value.Tighter, s.Value.Tighter));
        });
    }

    [Fact]
    public void Every_limit_belongs_to_a_rule_or_says_what_is_reported() =>
        Assert.Equal(Members.Except(["nearMissShare"]), RiskRules.All.Where(r => r.Code != FirmHeadroom.Code).SelectMany(r => r.Parameters).Select(p => p.Name).Distinct().Order(StringComparer.Ordinal));

    [Fact]
    public void Every_limit_survives_the_log_and_the_tape()
    {
        var all = new HashSet<string>();
        foreach (var limits in Steps.Values.SelectMany(s => (RiskLimits[])[s.Tighter, s.Looser]))
        {
            var json = EventJson.Serialize(new RiskLimitsSet("alpha", limits, "olivia", "because"));
            foreach (var member in JsonDocument.Parse(json).RootElement.GetProperty("limits").EnumerateObject()) all.Add(member.Name);
            Assert.Null(limits.Validate());
            Assert.Equal(json, EventJson.Serialize(EventJson.Deserialize("risk_limits_set", json)));
            var command = InputJson.ToElement(new SetRiskLimits(limits));
            var read = (SetRiskLimits)InputJson.ToInput(Some.Authorised(command)).Command;
            Assert.Equal(command.GetRawText(), InputJson.ToElement(read).GetRawText());
            Assert.Equal(json, EventJson.Serialize(new RiskLimitsSet("alpha", read.Limits, "olivia", "because")));
        }

        Assert.Equal(Members, all.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Limits_that_were_written_before_the_others_existed_still_read()
    {
        var read = (RiskLimitsSet)EventJson.Deserialize("risk_limits_set",
            """{"actor":"o","limits":{"bucketLimits":{},"defaultPositionCap":"300","maxDailyLoss":"20000","positionCaps":{}},"portfolio":"main","reason":"r"}"""u8);
        Assert.Equal((300m, null, null), (read.Limits.DefaultPositionCap, read.Limits.MaxGrossExposure, read.Limits.Calendar));
        Assert.Null(Loosening.Describe(read.Limits, read.Limits));
    }

    public static TheoryData<string, RiskLimits> Wrong => new()
    {
        { "maxDailyLoss 0", None with { MaxDailyLoss = 0m } },
        { "positionCaps[a] -1", None with { PositionCaps = Map("a", -1m) } },
        { "maxDrawdown 1.1", None with { MaxDrawdown = 1.1m } },
        { "positionNotionals[a] -1", None with { PositionNotionals = Map("a", -1m) } },
        { "defaultPositionNotional -1", None with { DefaultPositionNotional = -1m } },
        { "maxGrossExposure -1", None with { MaxGrossExposure = -1m } },
        { "maxNetExposure -1", None with { MaxNetExposure = -1m } },
        { "maxLeverage 0", None with { MaxLeverage = 0m } },
        { "maxConcentration 0", None with { MaxConcentration = 0m } },
        { "orderSizes[a] -1", None with { OrderSizes = Map("a", -1m) } },
        { "defaultOrderNotional -1", None with { DefaultOrderNotional = -1m } },
        { "priceCollar 0", None with { PriceCollar = 0m } },
        { "maxPriceAgeSeconds 0", None with { MaxPriceAgeSeconds = 0 } },
        { "orderRate.count 0", None with { OrderRate = new(0, 1) } },
        { "agentMessageRate.seconds 86401", None with { AgentMessageRate = new(1, 86_401) } },
        { "repeatThrottle.count 10001", None with { RepeatThrottle = new(10_001, 1) } },
        { "duplicateSeconds 86401", None with { DuplicateSeconds = 86_401 } },
        { "maxOpenOrders -1", None with { MaxOpenOrders = -1 } },
        { "nearMissShare 1", None with { NearMissShare = 1m } },
        { "defaultSession 09:00:01", None with { DefaultSession = new(new(9, 0, 1), new(17, 0)) } },
        { "sessions[a] must not be null", None with { Sessions = new Dictionary<string, SessionHours> { ["a"] = null! } } },
        { "calendar.dayBeginsMinute 1440", None with { Calendar = new(1_440) } },
        { "calendar.utcOffsetMinutes 841", None with { Calendar = new(0, 841) } },
        { "calendar.offsetChanges[1].at", None with { Calendar = new(0, 0, [new(Some.Time(1), 0), new(Some.Time(1), 60)]) } },
        { "calendar.restDays", None with { Calendar = new(0, 0, null, Enum.GetValues<DayOfWeek>()) } },
        { "calendar.holidays[1] 2026-12-25", None with { Calendar = new(0, 0, null, null, [new(2026, 12, 26), new(2026, 12, 25)]) } },
        { "measuredBuckets.correlation 0", None with { MeasuredBuckets = new(0m, 60, 60) } },
        { "measuredBuckets.samples 9", None with { MeasuredBuckets = new(0.5m, 9, 60) } },
        { "measuredBuckets.stepSeconds 0", None with { MeasuredBuckets = new(0.5m, 60, 0) } },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public void A_limit_that_makes_no_sense_is_refused_with_its_name(string beginsWith, RiskLimits limits) =>
        Assert.StartsWith(beginsWith, limits.Validate(), StringComparison.Ordinal);

    [Fact]
    public void A_check_that_passed_is_short_in_the_log()
    {
        var check = new RiskCheck("POSITION_CAP", 110m, 300m, "units", true, "");
        Assert.Equal("""{"limit":"300","rule":"POSITION_CAP","unit":"units","value":"110"}""", Encoding.UTF8.GetString(JsonSerializer.SerializeToUtf8Bytes(check)));
        Assert.Equal(check with { Passed = false, Detail = "x", Limit = null },
            JsonSerializer.Deserialize<RiskCheck>("""{"detail":"x","later":[1],"limit":null,"passed":false,"rule":"POSITION_CAP","unit":"units","value":110}"""));
    }
}
