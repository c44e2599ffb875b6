using System.Text.Json;
using EventSourcedTrading.Domain.Json;
using EventSourcedTrading.Domain.Orders;
using EventSourcedTrading.EventStore;

namespace EventSourcedTrading.Workers.Diagnostics;

/// <summary>
/// What a stream's events have said up to a version: of each member the last value, by its path. It knows no type of event, so it works for
/// every stream; of an order it adds the state that follows from its events, and what is filled.
/// </summary>
public sealed record StreamState(string Stream, long Version, IReadOnlyDictionary<string, string> Members)
{
    public const int MaxEvents = 100_000;

    /// <param name="upTo">The last version that counts; null for the newest.</param>
    public static async Task<StreamState> ReadAsync(EventReader reader, string stream, long? upTo, CancellationToken ct)
    {
        var members = new SortedDictionary<string, string>(StringComparer.Ordinal);
        var (version, state, filled) = (0L, OrderState.None, 0m);
        await foreach (var e in reader.ReadStreamAsync(stream, maxCount: MaxEvents, ct: ct))
        {
            if (e.Version > upTo) break;
            version = e.Version;
            foreach (var (path, (value, _)) in JsonLines.Read(e.Data.Span)) members[path] = value;
            if (stream.StartsWith("order-", StringComparison.Ordinal)) (state, filled) = Advance(state, filled, e);
        }

        if (state != OrderState.None) (members["(state)"], members["(filled)"]) = (JsonNamingPolicy.CamelCase.ConvertName(state.ToString()), DecimalText.Format(filled));
        return new StreamState(stream, version, members);
    }

    private static (OrderState, decimal) Advance(OrderState state, decimal filled, RecordedEvent recorded)
    {
        var e = EventJson.Deserialize(recorded.Type, recorded.Data.Span);
        filled += (e as OrderPartiallyFilled)?.Execution.Quantity ?? (e as OrderFilled)?.Execution.Quantity ?? 0m;
        return (e switch
        {
            OrderApproved => OrderState.Approved,
            OrderBlocked => OrderState.Blocked,
            _ when OrderTransitions.ReportOf(e) is { } report => OrderTransitions.Next(state, report, filled > 0m) ?? state,
            _ => state,
        }, filled);
    }
}
