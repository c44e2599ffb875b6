using System.Globalization;
using System.Text.Json.Nodes;
using EventSourcedTrading.BrokerFakes.Serving;
using EventSourcedTrading.BrokerFakes.Venues;

namespace EventSourcedTrading.BrokerFakes.InteractiveBrokers;

/// <summary>Positions page by page, the ledger and the summaries of the account.</summary>
public sealed class IbkrPortfolio(FakeSettings settings, IbkrSettings ibkr, Venue venue, IbkrSession session, TimeProvider time)
{
    private IReadOnlyList<Position>? cached;

    public IReadOnlyList<Operation> Operations =>
    [
        new("GET", "/portfolio/{accountId}/positions/{pageId}", "positions", Positions),
        new("POST", "/portfolio/{accountId}/positions/invalidate", "positions", Invalidate),
        new("GET", "/portfolio/{accountId}/ledger", "account", Ledger),
        new("GET", "/portfolio/{accountId}/summary", "account", Summary),
        new("GET", "/iserver/account/{accountId}/summary", "account", Account),
    ];

    public static decimal Price(Venue venue, Position position) => venue.Quote(position.Symbol)?.Price ?? position.AveragePrice;

    public static decimal Stocks(Venue venue) => venue.Account.Positions.Sum(p => p.Quantity * Price(venue, p));

    /// <summary>Long and short values, both as positive numbers.</summary>
    public static decimal Gross(Venue venue) => venue.Account.Positions.Sum(p => Math.Abs(p.Quantity) * Price(venue, p));

    public static decimal Equity(Venue venue) => venue.Account.Cash + Stocks(venue);

    private Answer Positions(Call call)
    {
        Ready(call);
        if (!int.TryParse(call.Route["pageId"], NumberStyles.None, CultureInfo.InvariantCulture, out var page)) throw Bad($"pageId is not valid: {call.Route["pageId"]}");
        if (!ibkr.CachePositions) cached = null;
        cached ??= [.. venue.Account.Positions];
        return new JsonArray([.. cached.Skip(page * ibkr.PageSize).Take(ibkr.PageSize).Select(p => (JsonNode)Shown(p))]);
    }

    private Answer Invalidate(Call call)
    {
        Ready(call);
        cached = null;
        return new JsonObject { ["message"] = "success" };
    }

    private JsonObject Shown(Position position)
    {
        var instrument = settings.Instruments.First(i => i.Symbol == position.Symbol);
        var price = Price(venue, position);
        return new JsonObject
        {
            ["acctId"] = ibkr.Account, ["conid"] = instrument.Conid, ["contractDesc"] = position.Symbol, ["position"] = position.Quantity, ["mktPrice"] = price, ["mktValue"] = position.Quantity * price,
            ["currency"] = "USD", ["avgCost"] = position.AveragePrice, ["avgPrice"] = position.AveragePrice, ["realizedPnl"] = position.Realized,
            ["unrealizedPnl"] = position.Quantity * (price - position.AveragePrice), ["exchs"] = null, ["expiry"] = null, ["strike"] = "0", ["exerciseStyle"] = null, ["conExchMap"] = new JsonArray(),
            ["assetClass"] = "STK", ["undConid"] = 0, ["model"] = "", ["listingExchange"] = instrument.Exchange, ["countryCode"] = "US", ["name"] = instrument.Name, ["ticker"] = position.Symbol,
            ["fullName"] = position.Symbol, ["isUS"] = true, ["isEventContract"] = false, ["pageSize"] = ibkr.PageSize,
        };
    }

    private Answer Ledger(Call call)
    {
        Ready(call);
        return new JsonObject { ["USD"] = Book("USD"), ["BASE"] = Book("BASE") };
    }

    private JsonObject Book(string currency) => new()
    {
        ["acctcode"] = ibkr.Account, ["currency"] = currency, ["secondkey"] = currency, ["key"] = "LedgerList", ["cashbalance"] = venue.Account.Cash, ["settledcash"] = venue.Account.Cash,
        ["stockmarketvalue"] = Stocks(venue), ["netliquidationvalue"] = Equity(venue), ["realizedpnl"] = venue.Account.Realized,
        ["unrealizedpnl"] = venue.Account.Positions.Sum(p => p.Quantity * (Price(venue, p) - p.AveragePrice)), ["exchangerate"] = 1, ["interest"] = 0, ["dividends"] = 0,
        ["sessionid"] = 1, ["severity"] = 0, ["timestamp"] = time.GetUtcNow().ToUnixTimeSeconds(),
    };

    private Answer Summary(Call call)
    {
        Ready(call);
        var (equity, margin) = (Equity(venue), Gross(venue) / 2);
        var answer = new JsonObject { ["accountcode"] = Value(0, null, ibkr.Account), ["accountready"] = Value(0, null, "true") };
        foreach (var (name, amount) in new[]
        {
            ("netliquidation", equity), ("equitywithloanvalue", equity), ("totalcashvalue", venue.Account.Cash), ("grosspositionvalue", Gross(venue)), ("initmarginreq", margin),
            ("maintmarginreq", margin), ("availablefunds", equity - margin), ("excessliquidity", equity - margin), ("buyingpower", Math.Max(equity - margin, 0) * 2),
        })
        {
            answer[name] = Value(amount, "USD", null);
        }

        return answer;
    }

    private JsonObject Value(decimal amount, string? currency, string? value) => new()
    {
        ["amount"] = amount, ["currency"] = currency, ["isNull"] = false, ["severity"] = 0, ["timestamp"] = time.GetUtcNow().ToUnixTimeMilliseconds(), ["value"] = value,
    };

    /// <summary>Whole dollars, as the schema has it.</summary>
    private Answer Account(Call call)
    {
        session.MustBeOurs(call.Route["accountId"]);
        var (equity, margin, cash) = (Whole(Equity(venue)), Whole(Gross(venue) / 2), Whole(venue.Account.Cash));
        return new JsonObject
        {
            ["accountType"] = "", ["status"] = "", ["balance"] = equity, ["netLiquidationValue"] = equity, ["equityWithLoanValue"] = equity, ["totalCashValue"] = cash, ["initialMargin"] = margin,
            ["maintenanceMargin"] = margin, ["availableFunds"] = equity - margin, ["excessLiquidity"] = equity - margin, ["buyingPower"] = Math.Max(equity - margin, 0) * 2,
            ["cashBalances"] = new JsonArray(new JsonObject { ["currency"] = "USD", ["balance"] = cash, ["settledCash"] = cash }),
        };
    }

    private static long Whole(decimal value) => (long)decimal.Truncate(value);

    private void Ready(Call call)
    {
        session.MustBeOurs(call.Route["accountId"]);
        if (!session.KnowsPortfolios) throw Bad("Please query /portfolio/accounts first");
    }

    private static AnswerException Bad(string message) => new(new Answer(400, new JsonObject { ["error"] = $"Bad Request: {message}", ["statusCode"] = "400" }));
}
