using System.Collections.Concurrent;
using EventSourcedTrading.BrokerFakes.Faults;
using EventSourcedTrading.BrokerFakes.Venues;

namespace EventSourcedTrading.BrokerFakes.Serving;

/// <summary>Hands the venue's reports to the open streams, with the plan's faults on the way.</summary>
public sealed class Feed(FaultPlan faults)
{
    private readonly ConcurrentDictionary<ClientStream, byte> streams = [];
    private readonly List<Report> held = [];

    public int Open => streams.Count;

    public void Join(ClientStream stream) => streams.TryAdd(stream, 0);

    public void Leave(ClientStream stream) => streams.TryRemove(stream, out _);

    /// <summary>Called under the venue's gate, in the order of what happened.</summary>
    public void Publish(Report report)
    {
        var point = FaultPoints.Word(report.Kind);
        if (faults.Strikes(FaultKind.HalfOpen, point))
        {
            foreach (var stream in streams.Keys) stream.Mute();
        }

        if (faults.Strikes(FaultKind.BreakStream, point)) Break();

        if (faults.Strikes(FaultKind.ReorderReport, point))
        {
            held.Add(report);
            return;
        }

        if (!faults.Strikes(FaultKind.LoseReport, point)) Send(report);
        if (faults.Strikes(FaultKind.DuplicateReport, point)) Send(report);
        if (faults.Strikes(FaultKind.UnknownOrderReport, point)) Send(Unknown(report));
        Release();
    }

    /// <summary>Every stream ends without a word; what waits is lost.</summary>
    public void Break()
    {
        foreach (var stream in streams.Keys) stream.Break();
    }

    /// <summary>Sends the reports that a fault has held back, newest first.</summary>
    public void Release()
    {
        for (; held.Count > 0; held.RemoveAt(held.Count - 1)) Send(held[^1]);
    }

    private void Send(Report report)
    {
        foreach (var stream in streams.Keys) stream.Send(report);
    }

    /// <summary>The same report as if it were about an order of somebody else: nothing of it is in the venue's book.</summary>
    private static Report Unknown(Report report)
    {
        var order = report.Order with { Id = Stranger(report.Order.Id), Ticket = report.Order.Ticket with { ClientId = $"stranger-{report.Order.Ticket.ClientId}" } };
        return report with { Order = order, Execution = report.Execution is { } e ? e with { Id = Stranger(e.Id), OrderId = order.Id, ClientId = order.Ticket.ClientId } : null };
    }

    /// <summary>An id of the same form, and a number of the same size: its digits from 0 to 8 moved up by one, but the first.</summary>
    private static string Stranger(string id) => string.Concat(id.Select((c, at) => at > 0 && c is >= '0' and < '9' ? (char)(c + 1) : c)) is var other && other != id ? other : id + "9";
}
