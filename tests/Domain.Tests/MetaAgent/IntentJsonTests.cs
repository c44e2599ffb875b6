using System.Text;
using EventSourcedTrading.Domain.MetaAgent;
using EventSourcedTrading.Domain.Orders;

namespace EventSourcedTrading.Domain.Tests.MetaAgent;

/// <summary>Members that only some intents have.</summary>
public sealed class IntentJsonTests
{
    private static Refusal? Read(string member, out Intent? intent) => IntentJson.Read(Encoding.UTF8.GetBytes($$"""
        {"intentId":"i1","portfolio":"alpha","agent":"ada@1.0.0","instrument":"SPY.ARCX","side":"sell","quantity":"10","orderType":"trailingStop",
         "timeInForce":"gtc","confidence":"1","asOf":"2026-11-20T14:30:02Z",{{member}}}
        """), out intent, out _);

    [Theory]
    [InlineData("""{"amount":"0.5"}""", "0.5", null)]
    [InlineData("""{"percent":2.5,"of":"whatever"}""", null, "2.5")]
    [InlineData("""{"amount":null,"percent":"2"}""", null, "2")]
    public void A_trail_is_read(string json, string? amount, string? percent)
    {
        Assert.Null(Read($"\"trail\":{json}", out var intent));
        Assert.Equal((OrderType.TrailingStop, new Trail(amount is null ? null : decimal.Parse(amount), percent is null ? null : decimal.Parse(percent))), (intent!.OrderType, intent.Trail));
    }

    [Theory]
    [InlineData("""{"takeProfit":"9","stopLoss":11,"note":{}}""", "9", "11", null)]
    [InlineData("""{"stopLossLimit":"11.5","stopLoss":"11"}""", null, "11", "11.5")]
    public void A_bracket_is_read(string json, string? take, string? stop, string? limit)
    {
        static decimal? Of(string? text) => text is null ? null : decimal.Parse(text);
        Assert.Null(Read($"\"bracket\":{json}", out var intent));
        Assert.Equal(new Bracket(Of(take), Of(stop), Of(limit)), intent!.Bracket);
    }

    [Theory]
    [InlineData("""{"amount":"a lot"}""", "'a lot' is not a decimal number")]
    [InlineData("2", "must be an object")]
    public void What_is_wrong_with_a_trail_is_named(string json, string why)
    {
        Assert.Contains(why, Read($"\"trail\":{json}", out _)!.Value.Reason, StringComparison.Ordinal);
        Assert.StartsWith("trail: ", Read($"\"trail\":{json}", out _)!.Value.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Another_trail_or_bracket_is_another_intent_and_none_is_as_before()
    {
        var intent = Some.Intent(Some.Ada, Side.Buy, 10m, 2, id: "i1");
        ulong[] prints = [Fingerprint.Of(intent), Fingerprint.Of(intent with { Bracket = new Bracket(1m, 2m) }), Fingerprint.Of(intent with { Bracket = new Bracket(2m, 1m) }), Fingerprint.Of(intent with { Trail = new Trail(1m) }), Fingerprint.Of(intent with { Trail = new Trail(Percent: 1m) })];
        Assert.Equal(5, prints.Distinct().Count());
        // Snapshots keep them.
        Assert.Equal(7176389552286542795UL, prints[0]);
    }
}
