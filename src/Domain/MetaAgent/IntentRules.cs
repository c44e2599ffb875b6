using EventSourcedTrading.Domain.Engine;
using EventSourcedTrading.Domain.Json;
using EventSourcedTrading.Domain.Orders;
using EventSourcedTrading.Domain.Time;

namespace EventSourcedTrading.Domain.MetaAgent;

/// <summary>Why an intent is turned away.</summary>
/// <param name="Code">Stable, upper case.</param>
/// <param name="Reason">The field, its value, the rule and the mend.</param>
public readonly record struct Refusal(string Code, string Reason);

/// <summary>What an intent must satisfy to be counted in its round; the first rule that it breaks is the answer.</summary>
public static class IntentRules
{
    /// <summary>How far the sender's clock may run ahead of ours.</summary>
    public static readonly TimeSpan ClockTolerance = TimeSpan.FromSeconds(5);

    /// <summary>Undecided intents that one portfolio holds at most.</summary>
    public const int MaxOpenIntents = 100_000;

    /// <summary>Undecided intents of one agent: a tenth, so that one that floods does not take the others' place.</summary>
    public const int MaxOpenIntentsOfAgent = MaxOpenIntents / 10;

    /// <summary>Together with the most of a quantity it keeps every notional within a decimal.</summary>
    public const decimal MaxPrice = 1_000_000_000m;

    /// <summary>In units of the instrument.</summary>
    public const decimal MaxQuantity = 1_000_000_000_000m;

    /// <summary>Is it from whom it says, and for us? What is not must not count as its supposed sender's word.</summary>
    public static Refusal? Misaddressed(Intent intent, Addressee addressee, AgentSeat? seat, PortfolioState state)
    {
        if (!SpeaksForItself(intent, addressee))
            return new("WRONG_AGENT", $"agent '{intent.Agent}' does not match '{addressee.Agent}' in the subject; an agent speaks for itself alone");
        if (intent.Portfolio != addressee.Portfolio || intent.Portfolio != state.Portfolio)
            return new("WRONG_PORTFOLIO", $"portfolio '{intent.Portfolio}' does not match '{addressee.Portfolio}' in the subject; send it to decisions.order_intent.{{portfolio}}.{{agent}} with the same names as in the body");
        return seat is not null ? null
            : new("UNKNOWN_AGENT", $"agent '{intent.Agent}' is not loaded in portfolio '{state.Portfolio}'; load it first");
    }

    public static Refusal? Check(Intent intent, AgentSeat seat, PortfolioState state, Timestamp now)
    {
        if (seat.Status != SeatStatus.Active)
            return new("AGENT_NOT_ACTIVE", $"agent '{intent.Agent}' is {seat.Status.ToString().ToLowerInvariant()}; resume or load it first");
        if (!state.Books.TryGetValue(intent.Instrument, out var book))
            return new("UNKNOWN_INSTRUMENT", $"instrument '{intent.Instrument}' is not traded by portfolio '{state.Portfolio}'; write SYMBOL.MIC as in its configuration");
        if (intent.Quantity < 0m)
            return new("NEGATIVE_QUANTITY", $"quantity {DecimalText.Format(intent.Quantity)} must not be negative; say 'sell' in side instead");
        if (!book.Instrument.IsWholeLots(intent.Quantity))
            return new("NOT_WHOLE_LOTS", $"quantity {DecimalText.Format(intent.Quantity)} must be a multiple of the lot size {DecimalText.Format(book.Instrument.LotSize)}");
        if (intent.Quantity > MaxQuantity)
            return new("QUANTITY_TOO_LARGE", $"quantity {DecimalText.Format(intent.Quantity)} must be at most {DecimalText.Format(MaxQuantity)}");
        if (intent.Confidence is < 0m or > 1m)
            return new("CONFIDENCE_OUT_OF_RANGE", $"confidence {DecimalText.Format(intent.Confidence)} must be between 0 and 1");
        if (IntentPrices.Check(intent, book.Instrument) is { } price) return price;
        if (intent.AsOf > now + ClockTolerance)
            return new("FROM_THE_FUTURE", $"asOf {intent.AsOf} is later than now, {now}; send the market time of the signal that you acted on");
        if (intent.AsOf <= state.Frontier)
            return new("TOO_LATE", $"asOf {intent.AsOf} is decided already, up to {state.Frontier}; send intents for newer signals");
        if (state.PolicyOf(intent.Instrument).MaxAgeSeconds is { } age && state.Slices.Last is { } newest && intent.AsOf < newest.Time - TimeSpan.FromSeconds(age))
            return new("STALE", $"asOf {intent.AsOf} is more than {age} s behind the market, which is at {newest.Time}; send intents for newer signals");
        if (state.Rounds.TryGet(intent.AsOf, intent.Instrument, out var round) && round.Of(intent.Agent) is { } first)
        {
            if (first.Side != intent.Side && first.Quantity > 0m && intent.Quantity > 0m)
                return new("CONTRADICTORY", $"side '{Word(intent.Side)}' contradicts intent '{first.IntentId}', with which agent '{intent.Agent}' wants to {Word(first.Side)} {intent.Instrument} as of {intent.AsOf}; the first stands, one vote a round");
            return new("ALREADY_VOTED", $"agent '{intent.Agent}' already has an intent in the round of {intent.Instrument} as of {intent.AsOf}; one vote a round");
        }

        if (seat.OpenIntents >= MaxOpenIntentsOfAgent)
            return new("AGENT_FLOODS", $"{seat.OpenIntents} intents of agent '{intent.Agent}' wait for their rounds, the most that one agent may have; wait for the market to catch up");
        return state.OpenIntents >= MaxOpenIntents
            ? new("TOO_MANY_OPEN", $"{state.OpenIntents} intents wait for their rounds, the most that are kept; wait for the market to catch up")
            : null;
    }

    /// <summary>Does the body name the agent that the subject names?</summary>
    public static bool SpeaksForItself(Intent intent, Addressee addressee) =>
        intent.Agent == addressee.Agent || SubjectToken(intent.Agent) == SubjectToken(addressee.Agent);

    /// <summary>An agent's name as one NATS subject token: dots, as in versions, become underscores.</summary>
    public static string SubjectToken(string name) => name.Replace('.', '_');

    private static string Word(Side side) => side == Side.Buy ? "buy" : "sell";
}
