using EventSourcedTrading.Brokers;
using EventSourcedTrading.Domain.Brokers;
using EventSourcedTrading.Domain.Engine;
using EventSourcedTrading.Domain.Instruments;
using EventSourcedTrading.Domain.Orders;
using EventSourcedTrading.Domain.Time;
using Microsoft.Extensions.Logging;

namespace EventSourcedTrading.Workers.Brokering;

/// <summary>
/// Carries out at the broker what the log has decided, each order's steps one after the other, several orders side by side. A call with no
/// answer leaves the order in doubt, and the broker is asked by client order id until it answers; nothing is sent a second time.
/// </summary>
public sealed class OrderDesk(IBrokerAdapter broker, BrokerLog log, IReadOnlyDictionary<string, Instrument> instruments, TimeProvider time, ILogger logger, CancellationToken ct)
{
    private const int MaxCalls = 16;

    /// <summary>An order that the broker does not know may still be on its way there: so often it is asked, so far apart, before that is believed.</summary>
    private const int Denials = 3;
    private static readonly TimeSpan DenialPause = TimeSpan.FromSeconds(2), MaxPause = TimeSpan.FromSeconds(30);

    private readonly Lock gate = new();
    private readonly Dictionary<string, Task> lanes = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim calls = new(MaxCalls, MaxCalls);

    /// <summary>Orders with a step that is not done yet.</summary>
    public int Busy
    {
        get
        {
            lock (gate) return lanes.Count;
        }
    }

    public bool IsBusyWith(string orderId)
    {
        lock (gate) return lanes.ContainsKey(orderId);
    }

    /// <summary>Takes up an event of the engine, if it asks for something.</summary>
    /// <param name="order">As the engine has it, after the event.</param>
    public void Take(DomainEvent e, Order? order)
    {
        if (order is null) return;
        var (terms, brokerOrderId) = (order.Terms, order.BrokerOrderId);
        switch (e)
        {
            case OrderSubmissionAttempted: Enqueue(terms.OrderId, () => SubmitAsync(terms)); break;
            case OrderCancelRequested: Enqueue(terms.OrderId, () => CancelAsync(terms, brokerOrderId)); break;
            case OrderReplaceRequested asked:
                var wanted = terms with { Quantity = asked.Quantity ?? terms.Quantity, LimitPrice = asked.LimitPrice ?? terms.LimitPrice, StopPrice = asked.StopPrice ?? terms.StopPrice };
                Enqueue(terms.OrderId, () => ReplaceAsync(wanted, brokerOrderId));
                break;
        }
    }

    /// <summary>Asks the broker what became of an order, and tells the engine.</summary>
    public void Settle(OrderTerms terms) => Enqueue(terms.OrderId, () => SettleAsync(terms));

    /// <summary>Cancels what is live at the broker and has ended for us.</summary>
    public void Bury(BrokerOrder order, OrderTerms terms) => Enqueue(terms.OrderId, () => broker.CancelAsync(terms, order.BrokerOrderId, ct));

    /// <summary>Puts a step behind those of the same order.</summary>
    private void Enqueue(string orderId, Func<Task> step)
    {
        lock (gate)
        {
            var lane = RunAsync(lanes.GetValueOrDefault(orderId, Task.CompletedTask), orderId, step);
            lanes[orderId] = lane;
            _ = lane.ContinueWith(
                done =>
                {
                    lock (gate)
                        if (lanes.GetValueOrDefault(orderId) == done) lanes.Remove(orderId);
                }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        }
    }

    private async Task RunAsync(Task before, string orderId, Func<Task> step)
    {
        await before.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ForceYielding);
        await calls.WaitAsync(ct);
        try
        {
            await step();
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // The order stays what it is, and the next comparison of the books finds it.
            logger.LogError("{Broker}: {Order}: {Error}", broker.Name, orderId, e.Message);
        }
        finally
        {
            calls.Release();
        }
    }

    private async Task SubmitAsync(OrderTerms terms)
    {
        var reply = await broker.SubmitAsync(terms, instruments[terms.Instrument], ct);
        switch (reply.Kind)
        {
            case ReplyKind.Accepted: await AcknowledgeAsync(terms, reply.BrokerOrderId ?? ""); break;
            case ReplyKind.Refused: await TellAsync(terms, ReportKind.Rejected, reply.Text); break;
            case ReplyKind.NotSent:
                await log.TellAsync(new RequestRehearsed(terms.Portfolio, broker.Name, terms.OrderId, reply.Request ?? "", log.Now), ct);
                await TellAsync(terms, ReportKind.Rejected, "dry run: nothing was sent");
                break;
            default:
                await TellAsync(terms, ReportKind.InDoubt, reply.Text);
                await SettleAsync(terms);
                break;
        }
    }

    private async Task CancelAsync(OrderTerms terms, string? brokerOrderId)
    {
        var reply = await broker.CancelAsync(terms, brokerOrderId, ct);
        // Accepted says that it was asked for; a report says what came of it. Refused may mean that it has ended meanwhile: so it is looked at first.
        if (reply.Kind == ReplyKind.Accepted) return;
        if (!await SettleAsync(terms)) await TellAsync(terms, ReportKind.CancelRefused, reply.Text);
    }

    private async Task ReplaceAsync(OrderTerms terms, string? brokerOrderId)
    {
        if (!broker.Capabilities.Replaces)
        {
            await TellAsync(terms, ReportKind.ReplaceRefused, $"{broker.Name} cannot replace orders; cancel it and send another");
            return;
        }

        var reply = await broker.ReplaceAsync(terms, instruments[terms.Instrument], brokerOrderId, ct);
        if (reply.Kind == ReplyKind.Accepted) return;
        if (!await SettleAsync(terms)) await TellAsync(terms, ReportKind.ReplaceRefused, reply.Text);
    }

    /// <returns>True if the order has ended.</returns>
    private async Task<bool> SettleAsync(OrderTerms terms)
    {
        var denials = 0;
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                if (await broker.FindAsync(terms.OrderId, ct) is { } found) return await BookAsync(terms, found);
                if (++denials >= Denials)
                {
                    await TellAsync(terms, ReportKind.Rejected, $"{broker.Name} has no such order: it never came there");
                    return true;
                }

                await Task.Delay(DenialPause, time, ct);
            }
            catch (BrokerException e)
            {
                logger.LogWarning("{Order} stays in doubt: {Error}", terms.OrderId, e.Message);
                await Task.Delay(TimeSpan.FromSeconds(Math.Min(MaxPause.TotalSeconds, 0.25 * (1 << Math.Min(attempt, 10)))), time, ct);
            }
        }
    }

    /// <summary>Brings our order to where the broker's is: what was filled first, how it ended last.</summary>
    private async Task<bool> BookAsync(OrderTerms terms, BrokerOrder found)
    {
        await AcknowledgeAsync(terms, found.BrokerOrderId);
        if (found.Filled > 0m)
        {
            var since = found.At - TimeSpan.FromDays(1);
            foreach (var e in await broker.ExecutionsAsync(since, ct))
                if (e.OrderId == terms.OrderId) await log.ReportAsync(new ExecutionReport(terms.OrderId, ReportKind.PartialFill, e.ExecutionId, e.Quantity, e.Price, e.Fee, "", e.At), ct);
        }

        switch (found.State)
        {
            case OrderState.Canceled: await TellAsync(terms, ReportKind.Cancelled, found.Status, found.At); return true;
            case OrderState.Expired: await TellAsync(terms, ReportKind.Expired, found.Status, found.At); return true;
            case OrderState.Rejected: await TellAsync(terms, ReportKind.Rejected, found.Status, found.At); return true;
            default: return found.State == OrderState.Filled;
        }
    }

    private Task AcknowledgeAsync(OrderTerms terms, string brokerOrderId) =>
        log.ReportAsync(new ExecutionReport(terms.OrderId, ReportKind.Acknowledged, brokerOrderId, 0m, 0m, 0m, "", log.Now), ct);

    private Task TellAsync(OrderTerms terms, ReportKind kind, string text, Timestamp? at = null) =>
        log.ReportAsync(new ExecutionReport(terms.OrderId, kind, "", 0m, 0m, 0m, text, at ?? log.Now), ct);
}
