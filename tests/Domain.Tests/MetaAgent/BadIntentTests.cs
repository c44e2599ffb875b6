using EventSourcedTrading.Domain.Engine;
using EventSourcedTrading.Domain.MetaAgent;
using EventSourcedTrading.Domain.Orders;

namespace EventSourcedTrading.Domain.Tests.MetaAgent;

public sealed class BadIntentTests
{
    private static readonly Intent Good = Some.Intent(Some.Ada, Side.Buy, 10m, 2, id: "i1");

    public static TheoryData<string, Func<Intent, Intent>> Spoiled => new()
    {
        { "WRONG_PORTFOLIO", i => i with { Portfolio = "beta" } },
        { "WRONG_AGENT", i => i with { Agent = Some.Bob } },
        { "UNKNOWN_INSTRUMENT", i => i with { Instrument = "XXX.ARCX" } },
        { "NEGATIVE_QUANTITY", i => i with { Quantity = -1m } },
        { "NOT_WHOLE_LOTS", i => i with { Quantity = 1.5m } },
        { "QUANTITY_TOO_LARGE", i => i with { Quantity = IntentRules.MaxQuantity + 1m } },
        { "CONFIDENCE_OUT_OF_RANGE", i => i with { Confidence = 1.01m } },
        { "CONFIDENCE_OUT_OF_RANGE", i => i with { Confidence = -0.01m } },
        { "LIMIT_PRICE_MISSING", i => i with { OrderType = OrderType.Limit } },
        { "STOP_PRICE_MISSING", i => i with { OrderType = OrderType.StopLimit, LimitPrice = 10m } },
        { "LIMIT_PRICE_NOT_ALLOWED", i => i with { LimitPrice = 10m } },
        { "STOP_PRICE_NOT_ALLOWED", i => i with { StopPrice = 10m } },
        { "PRICE_NOT_POSITIVE", i => i with { OrderType = OrderType.Limit, LimitPrice = 0m } },
        { "PRICE_TOO_LARGE", i => i with { OrderType = OrderType.Stop, StopPrice = IntentRules.MaxPrice + 1m } },
        { "OFF_TICK", i => i with { OrderType = OrderType.Limit, LimitPrice = 10.005m } },
        { "TRAIL_MISSING", i => i with { OrderType = OrderType.TrailingStop } },
        { "TRAIL_NOT_ALLOWED", i => i with { Trail = new Trail(1m) } },
        { "TRAIL_AMBIGUOUS", i => i with { OrderType = OrderType.TrailingStop, Trail = new Trail() } },
        { "TRAIL_AMBIGUOUS", i => i with { OrderType = OrderType.TrailingStop, Trail = new Trail(1m, 1m) } },
        { "TRAIL_OUT_OF_RANGE", i => i with { OrderType = OrderType.TrailingStop, Trail = new Trail(Percent: 0m) } },
        { "TRAIL_OUT_OF_RANGE", i => i with { OrderType = OrderType.TrailingStop, Trail = new Trail(Percent: 100m) } },
        { "PRICE_NOT_POSITIVE", i => i with { OrderType = OrderType.TrailingStop, Trail = new Trail(0m) } },
        { "OFF_TICK", i => i with { OrderType = OrderType.TrailingStop, Trail = new Trail(0.005m) } },
        { "STOP_PRICE_NOT_ALLOWED", i => i with { OrderType = OrderType.TrailingStop, Trail = new Trail(1m), StopPrice = 9m } },
        { "AUCTION_ORDER_TYPE", i => i with { OrderType = OrderType.Stop, StopPrice = 10m, TimeInForce = TimeInForce.AtTheClose } },
        { "AUCTION_ORDER_TYPE", i => i with { OrderType = OrderType.TrailingStop, Trail = new Trail(1m), TimeInForce = TimeInForce.AtTheOpening } },
        { "BRACKET_EMPTY", i => i with { Bracket = new Bracket() } },
        { "BRACKET_STOP_MISSING", i => i with { Bracket = new Bracket(11m, StopLossLimit: 9m) } },
        { "BRACKET_WRONG_SIDE", i => i with { Bracket = new Bracket(9m, 9m) } },
        { "BRACKET_WRONG_SIDE", i => i with { Side = Side.Sell, Bracket = new Bracket(11m, 9m) } },
        { "BRACKET_WRONG_SIDE", i => i with { OrderType = OrderType.Limit, LimitPrice = 10m, Bracket = new Bracket(10m) } },
        { "BRACKET_WRONG_SIDE", i => i with { OrderType = OrderType.Stop, StopPrice = 10m, Bracket = new Bracket(StopLoss: 10m) } },
        { "BRACKET_LIMIT_WRONG_SIDE", i => i with { Bracket = new Bracket(StopLoss: 9m, StopLossLimit: 9.01m) } },
        { "OFF_TICK", i => i with { Bracket = new Bracket(11.005m) } },
        { "PRICE_NOT_POSITIVE", i => i with { Bracket = new Bracket(StopLoss: 0m) } },
        { "FROM_THE_FUTURE", i => i with { AsOf = Scenario.Now + TimeSpan.FromSeconds(6) } },
        { "TOO_LATE", i => i with { AsOf = Some.Time(1) } },
        { "ALREADY_VOTED", i => i with { IntentId = "i2", AsOf = Some.Time(3) } },
    };

    [Theory]
    [MemberData(nameof(Spoiled))]
    public void A_bad_intent_is_refused_with_its_code_and_kept_and_the_queue_goes_on(string code, Func<Intent, Intent> spoil)
    {
        var bad = spoil(Good);
        var desk = Desk().When(new IntentInput(bad, new Addressee(Scenario.Portfolio, Some.Ada))).Then("intent_refused");

        Assert.Equal(("refused", code), (desk.AnswerTo(bad.IntentId).Outcome, desk.AnswerTo(bad.IntentId).Code));
        Assert.Equal((code, bad.IntentId), (desk.Only<IntentRefused>().Code, desk.Only<IntentRefused>().IntentId));
        Works(desk);
    }

    [Fact]
    public void Every_refusal_code_of_the_rules_is_tried_here()
    {
        string[] elsewhere = ["UNKNOWN_AGENT", "AGENT_NOT_ACTIVE", "TOO_MANY_OPEN", "AGENT_FLOODS", "STALE", "CONTRADICTORY"];
        var source = string.Concat(((string[])["IntentRules", "IntentPrices"]).Select(f => File.ReadAllText(Path.Combine(AppContext.BaseDirectory, $"../../../../../src/Domain/MetaAgent/{f}.cs"))));
        var codes = System.Text.RegularExpressions.Regex.Matches(source, "new\\(\"([A-Z_]+)\"").Select(m => m.Groups[1].Value).Distinct();
        Assert.Equal(codes.Order(), Spoiled.Select(row => row.Data.Item1).Concat(elsewhere).Distinct().Order());
    }

    [Theory]
    [InlineData("confidence")]
    [InlineData("priceless")]
    public void The_bounds_themselves_are_allowed(string which) => Desk().When(Some.Send(which == "confidence"
        ? Good with { Confidence = 0m, AsOf = Scenario.Now + TimeSpan.FromSeconds(5) }
        : Good with { OrderType = OrderType.StopLimit, LimitPrice = IntentRules.MaxPrice, StopPrice = 0.01m, Quantity = IntentRules.MaxQuantity })).Then("intent_received");

    [Fact]
    public void The_largest_order_at_the_largest_price_is_decided() =>
        Desk().When(Some.Send(Good with { OrderType = OrderType.Limit, LimitPrice = IntentRules.MaxPrice, Quantity = IntentRules.MaxQuantity }),
            Some.Quote(Some.Spy, 9.9m, 10m, 2), Some.Done(Some.Ada, 2), Some.Done(Some.Bob, 2)).Only<OrderApproved>();

    [Fact]
    public void An_agent_that_is_not_loaded_is_unknown() => Assert.Equal("UNKNOWN_AGENT", Desk().When(Some.Wants("eve@1.0.0", Side.Buy, 1m, 2, id: "i1")).AnswerTo("i1").Code);

    [Theory]
    [InlineData("paused")]
    [InlineData("quarantined")]
    [InlineData("unloaded")]
    public void An_agent_that_is_not_active_has_no_vote(string how)
    {
        var desk = Desk().When(how switch
        {
            "paused" => Some.Command(new PauseStrategy(Some.Ada)),
            "unloaded" => Some.Command(new UnloadStrategy(Some.Ada)),
            _ => new AgentFailedInput(Some.Ada, "it threw"),
        });
        var answer = desk.When(Some.Send(Good)).AnswerTo("i1");
        Assert.Equal("AGENT_NOT_ACTIVE", answer.Code);
        Assert.Contains($"is {how};", answer.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_portfolio_holds_no_more_undecided_intents_than_it_can_bear()
    {
        var desk = Desk();
        desk.State.OpenIntents = IntentRules.MaxOpenIntents;
        Assert.Equal("TOO_MANY_OPEN", desk.When(Some.Send(Good)).AnswerTo("i1").Code);
    }

    [Fact]
    public void The_same_id_with_other_content_is_refused_and_the_first_answer_stays()
    {
        var desk = Desk().When(Some.Send(Good), Some.Send(Good with { Quantity = 11m }));
        Assert.Equal("DUPLICATE_ID", desk.AnswerTo("i1").Code);

        desk.When(Some.Quote(Some.Spy, 9.9m, 10m, 2), Some.Done(Some.Ada, 2), Some.Done(Some.Bob, 2));
        Assert.Equal("approved", desk.AnswerTo("i1").Outcome);
        Assert.Equal(10m, desk.Only<DecisionMade>().Quantity);
    }

    [Fact]
    public void Two_agents_may_choose_the_same_id() => Assert.Equal(
        ["approved", "approved"],
        Desk().When(Some.Send(Good), Some.Wants(Some.Bob, Side.Buy, 10m, 2, id: "i1"), Some.Quote(Some.Spy, 9.9m, 10m, 2), Some.Done(Some.Ada, 2), Some.Done(Some.Bob, 2))
            .Answers.Select(a => a.Outcome));

    [Fact]
    public void Who_speaks_in_anothers_name_takes_neither_its_id_nor_its_vote()
    {
        var desk = Desk().When(new IntentInput(Good with { Side = Side.Sell }, new Addressee(Scenario.Portfolio, Some.Bob)));
        Assert.Equal((Some.Bob, "WRONG_AGENT"), (desk.AnswerTo("i1").Sender, desk.AnswerTo("i1").Code));

        desk.When(Some.Send(Good), Some.Quote(Some.Spy, 9.9m, 10m, 2), Some.Done(Some.Ada, 2), Some.Done(Some.Bob, 2));
        Assert.Equal("approved", desk.AnswerTo("i1").Outcome);
    }

    [Fact]
    public void A_repeat_gets_the_first_answer_again_and_changes_nothing()
    {
        var desk = Desk().When(Some.Send(Good));
        Assert.Empty(desk.Answers);
        Assert.Empty(desk.When(Some.Send(Good)).Answers);

        var first = desk.When(Some.Quote(Some.Spy, 9.9m, 10m, 2), Some.Done(Some.Ada, 2), Some.Done(Some.Bob, 2)).AnswerTo("i1");
        var again = desk.When(Some.Send(Good with { Quantity = 10.00m })).Then().AnswerTo("i1");
        Assert.Equal(first, again);
    }

    [Fact]
    public void A_refused_intent_is_refused_again_without_another_event()
    {
        var desk = Desk().When(Some.Send(Good with { Quantity = -1m }));
        Assert.Equal("NEGATIVE_QUANTITY", desk.When(Some.Send(Good with { Quantity = -1m })).Then().AnswerTo("i1").Code);
    }

    [Fact]
    public void An_intent_for_a_time_at_which_nothing_happened_is_refused_when_the_market_passes_it()
    {
        var desk = Desk().When(Some.Send(Good), Some.Quote(Some.Spy, 9.9m, 10m, 3), Some.Done(Some.Ada, 3), Some.Done(Some.Bob, 3));
        Assert.Equal("NO_SUCH_MARKET_TIME", desk.AnswerTo("i1").Code);
        Assert.Equal(0, desk.State.Rounds.InOrder.Count(k => k.AsOf <= Some.Time(3)));
        Works(desk, 10);
    }

    [Fact]
    public void A_message_that_cannot_be_read_is_kept_and_answered()
    {
        var desk = Desk().When(new MalformedInput(new Addressee(Scenario.Portfolio, Some.Ada), null, "NOT_JSON", "not JSON at 3", "{{{", 3, "ab12")).Then("intent_refused");
        Assert.Equal(("NOT_JSON", "{{{", "ab12"), (desk.Only<IntentRefused>().Code, desk.Only<IntentRefused>().Raw, desk.Only<IntentRefused>().RawSha256));
        Assert.Equal("NOT_JSON", Assert.Single(desk.Answers).Code);
        Works(desk);
    }

    [Fact]
    public void A_refused_duplicate_id_counts_as_arrived_so_that_its_sender_is_not_waited_for_in_vain()
    {
        var desk = Desk().When(
            Some.Wants(Some.Ada, Side.Buy, 10m, 2, id: "i1", number: 1), Some.Wants(Some.Ada, Side.Buy, 11m, 2, Some.Qqq, id: "i1", number: 2),
            Some.Done(Some.Ada, 2, sent: 2), Some.Done(Some.Bob, 2));
        desk.When(Some.Quote(Some.Spy, 9.9m, 10m, 2));
        Assert.Equal(Some.Time(2), desk.State.Frontier);
    }

    [Fact]
    public void Somebody_elses_message_does_not_count_as_an_agents_own()
    {
        var forged = Some.Intent(Some.Ada, Side.Sell, 99m, 2, id: "forged", number: 1);
        var desk = Desk().When(
            new IntentInput(forged, new Addressee(Scenario.Portfolio, Some.Bob)), Some.Done(Some.Ada, 2, sent: 1), Some.Done(Some.Bob, 2), Some.Quote(Some.Spy, 9.9m, 10m, 2));
        Assert.Equal(Some.Time(1), desk.State.Frontier);
        desk.When(Some.Wants(Some.Ada, Side.Buy, 10m, 2, number: 1));
        Assert.Equal(10m, desk.Only<DecisionMade>().Quantity);
    }

    /// <summary>Second 1 is decided; Ada has voted as of second 3.</summary>
    private static Scenario Desk() => Scenario.Given([.. Some.Desk(Some.Open(), Some.Ada, Some.Bob), Some.Quote(Some.Spy, 9.9m, 10m, 1),
        Some.Done(Some.Ada, 1), Some.Done(Some.Bob, 1), Some.Wants(Some.Ada, Side.Buy, 5m, 3, id: "i0")]);

    private static void Works(Scenario desk, int second = 5) => Assert.NotEmpty(desk.When(
        Some.Wants(Some.Bob, Side.Buy, 10m, second, id: "after"), Some.Quote(Some.Spy, 9.9m, 10m, second), Some.Done(Some.Ada, second), Some.Done(Some.Bob, second))
        .Events.OfType<OrderFilled>());
}
