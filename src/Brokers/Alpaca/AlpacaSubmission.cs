using EventSourcedTrading.Brokers.Http;
using EventSourcedTrading.Domain.Instruments;
using EventSourcedTrading.Domain.Orders;

namespace EventSourcedTrading.Brokers.Alpaca;

/// <summary>Sends an order once. Where Alpaca says that it has the order already, it is looked up.</summary>
internal sealed class AlpacaSubmission(AlpacaOptions options, BrokerHttp http, AlpacaClient client, AlpacaChain chain, AlpacaExecutions executions)
{
    public async Task<BrokerReply> SubmitAsync(OrderTerms terms, Instrument instrument, CancellationToken ct)
    {
        using var request = AlpacaRequests.Submit(terms, instrument, options);
        var outcome = await http.OrderAsync(request, ct);
        var reply = AlpacaReplies.IsDuplicate(outcome) ? await TakenAsync(terms, instrument, ct) : AlpacaReplies.Of(outcome, null, http.Words);
        executions.Learn(reply.BrokerOrderId, terms.OrderId);
        return reply;
    }

    /// <summary>The broker has an order with this id: ours, from an attempt whose answer was lost, if it is what we ask for.</summary>
    private async Task<BrokerReply> TakenAsync(OrderTerms terms, Instrument instrument, CancellationToken ct)
    {
        try
        {
            if (await client.OrderByClientIdAsync(terms.OrderId, ct) is not { } first) return new(ReplyKind.Unknown, null, "the broker says that it has this order, and does not find it");
            if (!AlpacaSymbols.Is(instrument, first.Symbol) || AlpacaWords.ReadSide(first.Side) != terms.Side || first.Qty != terms.Quantity)
                return new(ReplyKind.Refused, null, $"orderId '{terms.OrderId}' is taken by another order, {first.Side} {first.Qty} {first.Symbol}");
            var latest = await chain.LatestAsync(first, ct);
            return new(latest.Status == "rejected" ? ReplyKind.Refused : ReplyKind.Accepted, latest.Id, $"accepted before, {latest.Status}");
        }
        catch (BrokerException e)
        {
            return new(ReplyKind.Unknown, null, $"the broker has an order with this id; {e.Message}");
        }
        catch (OperationCanceledException)
        {
            return new(ReplyKind.Unknown, null, "the broker has an order with this id; given up by the caller");
        }
    }
}
