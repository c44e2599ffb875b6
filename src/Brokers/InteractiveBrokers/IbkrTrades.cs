using System.Globalization;
using System.Text.Json;
using EventSourcedTrading.Domain.Orders;
using EventSourcedTrading.Domain.Time;

namespace EventSourcedTrading.Brokers.InteractiveBrokers;

/// <summary>Executions of today and up to seven days before, from <c>trades</c> and from the stream's <c>str</c>.</summary>
internal sealed class IbkrTrades(IbkrClient client, IbkrContracts contracts, IbkrIds ids, IbkrOptions options, TimeProvider time)
{
    private const int MaxDays = 7;

    private readonly IbkrPace pace = new(options.Pace, time);

    /// <exception cref="BrokerException">No answer, or one that lacks what counts.</exception>
    public async Task<IReadOnlyList<BrokerExecution>> SinceAsync(Timestamp since, CancellationToken ct)
    {
        await pace.WaitAsync(ct);
        // Days are the broker's own, which begin when ours do not.
        var days = Math.Clamp((int)Math.Ceiling((time.GetUtcNow() - since.ToDateTimeOffset()).TotalDays) + 1, 1, MaxDays);
        var path = $"iserver/account/trades?accountId={options.AccountId}&days={days.ToString(CultureInfo.InvariantCulture)}";
        var found = new Dictionary<string, BrokerExecution>();
        foreach (var json in (await client.ReadAsync(HttpMethod.Get, path, null, ct)).Objects())
        {
            if (json.Text("account", "accountCode") is { } account && account != options.AccountId) continue;
            var (execution, unclear) = await ReadAsync(json, ct);
            if (execution is null) throw new BrokerException(IbkrAnswers.Name, unclear!, "Look it up at the broker");
            if (execution.At >= since) found[execution.ExecutionId] = execution;
        }

        return [.. found.Values.OrderBy(e => e.At).ThenBy(e => e.ExecutionId, StringComparer.Ordinal)];
    }

    /// <summary>The execution, or what it lacks.</summary>
    /// <exception cref="BrokerException">A name had to be asked for, and there was no answer.</exception>
    public async ValueTask<(BrokerExecution? Execution, string? Unclear)> ReadAsync(JsonElement json, CancellationToken ct)
    {
        if (json.Text("execution_id", "executionId") is not { } id) return (null, "a trade has no execution_id");
        if (json.Number("size") is not { } size || size <= 0m || json.Number("price") is not { } price || IbkrWords.ReadSide(json.Text("side")) is not { } side || At(json) is not { } at)
            return (null, $"trade {id} lacks its size, price, side or time");
        var named = json.Text("order_id", "orderId");
        var orderId = json.Text("order_ref", "cOID") ?? (named is null ? null : ids.Ours(named)) ?? "";
        return (new BrokerExecution(
            id, orderId, named ?? ids.Broker(orderId) ?? "", await contracts.NameAsync(IbkrContracts.Read(json.Text("conid", "conidEx")), json.Text("symbol"), ct), side, size, price,
            json.Number("commission") ?? 0m, at), null);
    }

    /// <summary>Milliseconds since 1970, else <c>20260302-15:00:00</c> in UTC.</summary>
    private static Timestamp? At(JsonElement json) => json.Time("trade_time_r") is { } at ? at
        : DateTime.TryParseExact(json.Text("trade_time"), "yyyyMMdd-HH:mm:ss", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time) ? Timestamp.FromDateTime(time) : null;
}
