using System.Text.Json;
using EventSourcedTrading.EventStore;

namespace EventSourcedTrading.Api.Live;

/// <summary>Which portfolio an event is about.</summary>
public static class EventPortfolio
{
    /// <summary>Streams of which a portfolio has one, named after it.</summary>
    private static readonly string[] Named = ["portfolio-", "risk-", "tape-", "control-", "commands-", "refusals-", "broker-"];

    /// <summary>
    /// By the name of the stream, where that has the portfolio and nothing after it that could be mistaken for a part of it; else by the
    /// first member <c>portfolio</c> of the data, however deep.
    /// </summary>
    /// <returns>Null if it is about none, or about several.</returns>
    public static string? Of(RecordedEvent e)
    {
        // order-{portfolio}-{number}: a portfolio's name may hold a '-', a number does not.
        if (e.StreamId.StartsWith("order-", StringComparison.Ordinal) && e.StreamId.LastIndexOf('-') is var end and > 6) return e.StreamId[6..end];
        foreach (var kind in Named)
            if (e.StreamId.StartsWith(kind, StringComparison.Ordinal)) return e.StreamId[kind.Length..];
        return Said(e.Data.Span);
    }

    private static string? Said(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json);
        while (reader.Read())
        {
            if (reader.TokenType != JsonTokenType.PropertyName || !reader.ValueTextEquals("portfolio"u8)) continue;
            reader.Read();
            if (reader.TokenType == JsonTokenType.String) return reader.GetString();
        }

        return null;
    }
}
