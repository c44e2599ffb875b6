namespace EventSourcedTrading.BrokerFakes.InteractiveBrokers;

/// <summary>A question that an order raises before it is taken.</summary>
/// <param name="MessageId">Such as <c>o354</c>; a client may suppress it for its session.</param>
public sealed record Question(string MessageId, string Text)
{
    public static Question NoMarketData { get; } = new("o354", "You are submitting an order without market data. We strongly recommend against this as it may result in erroneous and unexpected trades.\nAre you sure you want to submit this order?");

    public static Question PriceCap { get; } = new("o163", "The following order exceeds the price percentage limit.\nAre you sure you want to submit this order?");
}

/// <param name="Questions">Asked one after the other of every order and change, where they are not suppressed.</param>
/// <param name="OAuth">What the consumer has registered; null: calls need no signature, as behind the client portal gateway.</param>
/// <param name="Inexact">Share of the fields, from 0 to 1, that are sent in another type than the specification says, or not at all; some that it does not know come besides.</param>
/// <param name="CachePositions">Positions are told as they were when first asked for, until they are invalidated.</param>
/// <param name="PageSize">Positions of a page.</param>
public sealed record IbkrSettings(string Account = "DU1234567", IReadOnlyList<Question>? Questions = null, OAuthConsumer? OAuth = null, double Inexact = 0, bool CachePositions = false, int PageSize = 100);
