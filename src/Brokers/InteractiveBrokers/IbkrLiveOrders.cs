using System.Text.Json;

namespace EventSourcedTrading.Brokers.InteractiveBrokers;

/// <summary>
/// Live orders: those that are open, and those that ended in this session. The first question of a session sets the broker to fetch them and
/// is answered with nothing, so it counts for nothing here. <c>force=true</c> would empty what was fetched, and is never sent.
/// </summary>
internal sealed class IbkrLiveOrders(IbkrClient client, IbkrSession session, IbkrOrderReading reading, IbkrIds ids, IbkrOptions options, TimeProvider time)
{
    /// <summary>Of a list that is longer it is not sure that it is whole.</summary>
    public const int MaxOrders = 1_000;

    private const int MaxTries = 6;

    private readonly IbkrPace pace = new(options.Pace, time);

    /// <exception cref="BrokerException">No answer that counts.</exception>
    public async Task<IReadOnlyList<BrokerOrder>> ListAsync(CancellationToken ct)
    {
        var path = $"iserver/account/orders?accountId={options.AccountId}";
        for (var (tries, warm) = (0, 0); tries < MaxTries; tries++)
        {
            var login = await session.OpenAsync(ct);
            await pace.WaitAsync(ct);
            var wasWarm = login.IsWarm;
            var json = await client.ReadAsync(HttpMethod.Get, path, null, ct);
            // Another session may have begun meanwhile: then it was the first question of that one.
            if (!ReferenceEquals(login, await session.OpenAsync(ct))) continue;
            login.IsWarm = true;
            var orders = json.Field("orders");
            if (!wasWarm || orders.ValueKind != JsonValueKind.Array) continue;
            // "Not a snapshot" may mean cold; said twice in a row it is all that there is.
            if (json.Flag("snapshot") == false && warm++ == 0) continue;
            return await ReadAsync(orders, ct);
        }

        throw new BrokerException(IbkrAnswers.Name, $"GET {path}: no list in {MaxTries} tries", "It is safe to ask again");
    }

    /// <summary>By the broker's id; null if the broker has none, or none any more.</summary>
    /// <exception cref="BrokerException">No answer.</exception>
    public async Task<BrokerOrder?> StatusAsync(string brokerOrderId, CancellationToken ct)
    {
        var path = $"iserver/account/order/status/{Uri.EscapeDataString(brokerOrderId)}";
        var answer = await client.AskAsync(HttpMethod.Get, path, null, ct);
        if (answer.Status is 400 or 404) return null;
        return await reading.ReadAsync(IbkrAnswers.Whole(answer, $"GET {path}", client.Http), null, ct) ?? throw new BrokerException(IbkrAnswers.Name, $"GET {path}: the order has no id", "It is safe to ask again");
    }

    /// <summary>By our id; null if neither the list has it nor the broker's id is known.</summary>
    /// <exception cref="BrokerException">No answer that counts.</exception>
    public async Task<BrokerOrder?> FindAsync(string orderId, CancellationToken ct)
    {
        var listed = await ListAsync(ct);
        // Should two have the same id, the one that may still trade matters.
        if (listed.Where(o => o.OrderId == orderId).OrderBy(o => Domain.Orders.OrderTransitions.IsTerminal(o.State)).FirstOrDefault() is { } found) return found;
        if (ids.Broker(orderId) is { } id && await StatusAsync(id, ct) is { } known) return known with { OrderId = orderId };
        return listed.Count < MaxOrders ? null : throw new BrokerException(IbkrAnswers.Name, $"order '{orderId}' is not among the first {listed.Count} live orders", "Look it up at the broker");
    }

    private async Task<IReadOnlyList<BrokerOrder>> ReadAsync(JsonElement orders, CancellationToken ct)
    {
        var read = new List<BrokerOrder>(orders.GetArrayLength());
        foreach (var json in orders.Objects())
        {
            // The list may have orders of the user's other accounts.
            if (json.Text("acct", "account") is { } account && account != options.AccountId) continue;
            read.Add(await reading.ReadAsync(json, null, ct) ?? throw new BrokerException(IbkrAnswers.Name, "a live order has no id", "It is safe to ask again"));
        }

        return read;
    }
}
