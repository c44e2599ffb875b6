using System.Text.Json;
using EventSourcedTrading.Brokers.Alpaca;
using EventSourcedTrading.Domain.Instruments;
using EventSourcedTrading.Domain.Orders;

namespace EventSourcedTrading.Brokers.Tests.Alpaca;

public sealed class AlpacaWordsTests
{
    [Theory]
    [InlineData("accepted", 0, OrderState.Submitted)]
    [InlineData("pending_new", 0, OrderState.Submitted)]
    [InlineData("accepted_for_bidding", 0, OrderState.Submitted)]
    [InlineData("held", 0, OrderState.Submitted)]
    [InlineData("new", 0, OrderState.New)]
    [InlineData("new", 4, OrderState.PartiallyFilled)]
    [InlineData("partially_filled", 4, OrderState.PartiallyFilled)]
    [InlineData("filled", 10, OrderState.Filled)]
    [InlineData("done_for_day", 0, OrderState.New)]
    [InlineData("done_for_day", 4, OrderState.PartiallyFilled)]
    [InlineData("calculated", 4, OrderState.PartiallyFilled)]
    [InlineData("calculated", 10, OrderState.Filled)]
    [InlineData("stopped", 0, OrderState.New)]
    [InlineData("suspended", 0, OrderState.New)]
    [InlineData("canceled", 4, OrderState.Canceled)]
    [InlineData("expired", 4, OrderState.Expired)]
    [InlineData("rejected", 0, OrderState.Rejected)]
    [InlineData("replaced", 4, OrderState.PendingReplace)]
    [InlineData("pending_cancel", 4, OrderState.PendingCancel)]
    [InlineData("pending_replace", 4, OrderState.PendingReplace)]
    [InlineData("something_new", 0, OrderState.InDoubt)]
    [InlineData(null, 0, OrderState.InDoubt)]
    public void Every_status_has_a_state(string? status, int filled, OrderState state) => Assert.Equal(state, AlpacaWords.State(status, filled, 10m));

    [Theory]
    [InlineData("""{"event":"trade_bust","order":{"id":"a"},"timestamp":"2026-03-02T15:00:00Z"}""", "event 'trade_bust' of order a is not known")]
    [InlineData("""{"event":"fill","order":{"id":"a","filled_qty":"1"},"timestamp":"2026-03-02T15:00:00Z"}""", "an execution of order a lacks its qty, price or filled_qty")]
    [InlineData("""{"event":"fill","order":{"id":"a"},"qty":"1","price":"5","timestamp":"2026-03-02T15:00:00Z"}""", "an execution of order a lacks its qty, price or filled_qty")]
    [InlineData("""{"event":"new","order":{"id":"a"}}""", "event 'new' of order a has no time")]
    [InlineData("""{"event":"new"}""", "an update names no event or no order")]
    [InlineData("""{"event":"replaced","order":{"id":"a"},"timestamp":"2026-03-02T15:00:00Z"}""", "order a was replaced by the broker itself")]
    public async Task What_is_not_understood_is_to_be_asked_for(string update, string why)
    {
        var data = JsonSerializer.Deserialize($$"""{"stream":"trade_updates","data":{{update}}}""", AlpacaJson.Default.AlpacaMessage)!.Data!;
        var symbols = new AlpacaSymbols([]);
        var (report, unclear) = await new AlpacaUpdates(null!, new AlpacaChain(null!, symbols), new AlpacaExecutions(null!, symbols)).ReadAsync(data, CancellationToken.None);
        Assert.Null(report);
        Assert.Equal(why, unclear);
    }

    [Theory]
    [InlineData("fund-17", "fund-17", 0)]
    [InlineData("fund-17-r1", "fund-17", 1)]
    [InlineData("a-r1-17-r999", "a-r1-17", 999)]
    [InlineData("a-r1-17", "a-r1-17", 0)]
    [InlineData("fund-17-r0", "fund-17-r0", 0)]
    [InlineData("fund-17-rx", "fund-17-rx", 0)]
    [InlineData("eb9e2aaa-f71a-4f51-b5b4-52a6c565dad4", "", 0)]
    [InlineData("", "", 0)]
    [InlineData(null, "", 0)]
    public void A_client_order_id_tells_our_order_and_its_revision(string? clientId, string orderId, int revision)
    {
        Assert.Equal((orderId, revision), AlpacaClientId.Read(clientId));
        if (orderId.Length > 0) Assert.Equal(clientId, AlpacaClientId.Of(orderId, revision));
    }

    [Theory]
    [InlineData("SPY.ARCX", 1, "SPY")]
    [InlineData("BRK-B.XNYS", 1, "BRK.B")]
    [InlineData("BTC-USD.XOFF", 0.0001, "BTC/USD")]
    [InlineData("BTCUSD.XOFF", 0.0001, "BTC/USD")]
    [InlineData("USD.XOFF", 0.0001, "USD")]
    public void Instruments_have_Alpacas_symbols_and_back(string id, double lot, string symbol)
    {
        var instrument = new Instrument(id, "USD", LotSize: (decimal)lot);
        Assert.Equal(symbol, AlpacaSymbols.Of(instrument));
        var symbols = new AlpacaSymbols([instrument]);
        Assert.Equal((id, id, "QQQ"), (symbols.Id(symbol), symbols.Id(symbol.Replace("/", "")), symbols.Id("QQQ")));
    }

    [Fact]
    public void Two_instruments_of_one_symbol_are_refused() =>
        Assert.Contains("instruments SPY.ARCX and SPY.XPAR are both SPY", Assert.Throws<ArgumentException>(() => new AlpacaSymbols([new("SPY.ARCX", "USD"), new("SPY.XPAR", "EUR")])).Message);
}
