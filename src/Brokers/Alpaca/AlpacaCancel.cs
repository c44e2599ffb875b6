using EventSourcedTrading.Brokers.Http;
using EventSourcedTrading.Domain.Orders;

namespace EventSourcedTrading.Brokers.Alpaca;

/// <summary>Asks to cancel an order, or the one that has replaced it.</summary>
internal sealed class AlpacaCancel(AlpacaOptions options, BrokerHttp http, AlpacaLookup lookup)
{
    public async Task<BrokerReply> CancelAsync(OrderTerms terms, string? brokerOrderId, CancellationToken ct)
    {
        if (options.DryRun) return await CancelAsync(brokerOrderId ?? AlpacaLookup.Placeholder(terms), ct);
        BrokerReply? refused = null;
        if (brokerOrderId is not null)
        {
            refused = await CancelAsync(brokerOrderId, ct);
            if (refused.Kind != ReplyKind.Refused) return refused;
        }

        // It is not known, or it is not open under that id any more; its replacement may be.
        var (latest, missing) = await lookup.LatestAsync(terms, null, ct);
        if (latest is null) return refused ?? missing!;
        return latest.Id == brokerOrderId ? refused! : await CancelAsync(latest.Id!, ct);
    }

    private async Task<BrokerReply> CancelAsync(string brokerOrderId, CancellationToken ct)
    {
        using var request = AlpacaRequests.Cancel(brokerOrderId, options);
        return AlpacaReplies.Of(await http.OrderAsync(request, ct), brokerOrderId, http.Words);
    }
}
