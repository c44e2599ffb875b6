using System.Globalization;
using System.Text.Json;
using EventSourcedTrading.Domain.Time;

namespace EventSourcedTrading.Brokers.InteractiveBrokers;

/// <summary>Positions, cash and equity.</summary>
internal sealed class IbkrPortfolio(IbkrClient client, IbkrSession session, IbkrContracts contracts, IbkrOptions options)
{
    private const int MaxPages = 1_000;

    /// <exception cref="BrokerException">No answer, or no end of pages.</exception>
    public async Task<IReadOnlyList<BrokerPosition>> PositionsAsync(CancellationToken ct)
    {
        // Else they may be as they were some minutes ago.
        await client.ReadAsync(HttpMethod.Post, $"portfolio/{options.AccountId}/positions/invalidate", null, ct);
        var found = new Dictionary<string, BrokerPosition>();
        for (var page = 0; ; page++)
        {
            var path = $"portfolio/{options.AccountId}/positions/{page.ToString(CultureInfo.InvariantCulture)}";
            if (page == MaxPages) throw new BrokerException(IbkrAnswers.Name, $"GET {path}: the positions do not end after {found.Count}", "Look them up at the broker");
            var (any, fresh) = (false, false);
            foreach (var json in (await client.ReadAsync(HttpMethod.Get, path, null, ct)).Objects())
            {
                any = true;
                var conid = json.Text("conid");
                if (json.Number("position") is not { } quantity) throw new BrokerException(IbkrAnswers.Name, $"GET {path}: the position in contract {conid} has no quantity", "It is safe to ask again");
                var name = await contracts.NameAsync(IbkrContracts.Read(conid), json.Text("ticker", "contractDesc"), ct);
                // A page may move while the next is asked for.
                fresh |= found.TryAdd(conid ?? name, new BrokerPosition(name, quantity, json.Number("avgPrice", "avgCost") ?? 0m));
            }

            // The last page is followed by an empty one, or by itself.
            if (!any || !fresh) return [.. found.Values.Where(p => p.Quantity != 0m)];
        }
    }

    /// <exception cref="BrokerException">No answer.</exception>
    public async Task<BrokerAccount> AccountAsync(CancellationToken ct)
    {
        var path = $"portfolio/{options.AccountId}/ledger";
        var answer = await client.AskAsync(HttpMethod.Get, path, null, ct);
        var ledger = IbkrAnswers.Whole(answer, $"GET {path}", client.Http);
        if (ledger.ValueKind != JsonValueKind.Object) throw new BrokerException(IbkrAnswers.Name, $"GET {path}: is no ledger: {client.Http.Words(answer.Body)}", "It is safe to ask again");
        var summary = await client.ReadAsync(HttpMethod.Get, $"portfolio/{options.AccountId}/summary", null, ct);
        var login = await session.OpenAsync(ct);
        var cash = new Dictionary<string, decimal>();
        decimal? equity = null;
        foreach (var book in ledger.EnumerateObject())
        {
            // BASE is the sum of the others in the base currency.
            if (book.Name == "BASE") equity = book.Value.Number("netliquidationvalue");
            else if (book.Name.Length == 3) cash[book.Name] = book.Value.Number("cashbalance") ?? throw Lacking(path, $"the cash balance in {book.Name}");
        }

        var worth = summary.Field("netliquidation");
        // Money that is not told is not zero.
        if (cash.Count == 0) throw Lacking(path, "every currency");
        var currency = login.Currency ?? worth.Text("currency") ?? (cash.Count == 1 ? cash.Keys.First() : throw Lacking(path, "the base currency"));
        return new(options.AccountId, currency, cash, worth.Number("amount") ?? equity ?? throw Lacking(path, "the net liquidation value"), login.Restrictions, answer.ServerTime is { } at ? Timestamp.From(at) : null);
    }

    private static BrokerException Lacking(string path, string what) => new(IbkrAnswers.Name, $"GET {path}: lacks {what}", "It is safe to ask again");
}
