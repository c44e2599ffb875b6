using System.Collections.Concurrent;

namespace EventSourcedTrading.Brokers.InteractiveBrokers;

/// <summary>Which order of the broker's is which of ours: its answers name one or the other, seldom both.</summary>
internal sealed class IbkrIds
{
    private const int MaxKept = 65_536;

    private readonly ConcurrentDictionary<string, string> brokers = [], ours = [];

    public void Learn(string? orderId, string? brokerOrderId)
    {
        if (string.IsNullOrEmpty(orderId) || string.IsNullOrEmpty(brokerOrderId)) return;
        if (brokers.Count >= MaxKept) brokers.Clear();
        if (ours.Count >= MaxKept) ours.Clear();
        brokers[orderId] = brokerOrderId;
        ours[brokerOrderId] = orderId;
    }

    public string? Broker(string orderId) => brokers.GetValueOrDefault(orderId);

    public string? Ours(string brokerOrderId) => ours.GetValueOrDefault(brokerOrderId);
}
