using EventSourcedTrading.Domain.Json;
using EventSourcedTrading.Domain.Time;

namespace EventSourcedTrading.Backtesting.WhatIf;

/// <summary>One decision that is not the same in both worlds.</summary>
/// <param name="Recorded">Null if the recorded world decided nothing here.</param>
/// <param name="Other">Null if the other world decided nothing here.</param>
/// <param name="Impact">
/// How much it matters, in base currency: the change of cash by its fills or, where that is larger, the change of what was ordered and
/// allowed, at the reference price.
/// </param>
public sealed record DecisionDifference(
    string DecisionId, string Instrument, Timestamp AsOf, DecisionOutcome? Recorded, DecisionOutcome? Other, decimal Impact, string What)
{
    private static readonly DecisionOutcome Nothing = new();

    /// <summary>Null if there is none.</summary>
    internal static DecisionDifference? Of(DecisionPair pair, decimal multiplier, decimal rate)
    {
        if (pair is { Recorded: { } a, Other: { } b } && a.IsSame(b)) return null;
        var (left, right) = (pair.Recorded ?? Nothing, pair.Other ?? Nothing);
        var price = Math.Max(left.ReferencePrice, right.ReferencePrice);
        var impact = Math.Max(Math.Abs(left.Cash - right.Cash), Math.Abs(left.Ordered - right.Ordered) * price * multiplier) * rate;
        return new DecisionDifference(pair.DecisionId, pair.Instrument, pair.AsOf, pair.Recorded, pair.Other, Math.Round(impact, 6), Say(pair, left, right));
    }

    private static string Say(DecisionPair pair, DecisionOutcome a, DecisionOutcome b) =>
        pair.Recorded is null ? "decided in the other world only"
        : pair.Other is null ? "not decided in the other world"
        : (a.Outcome, b.Outcome) == ("approved", "blocked") ? $"blocked by {string.Join(", ", b.Rules)}"
        : (a.Outcome, b.Outcome) == ("blocked", "approved") ? $"no longer blocked by {string.Join(", ", a.Rules)}"
        : (a.Action, a.Quantity) != (b.Action, b.Quantity) ? "decided otherwise"
        : a.Outcome == "blocked" ? $"blocked by {string.Join(", ", b.Rules)} instead of {string.Join(", ", a.Rules)}"
        : a.Filled != b.Filled ? $"filled {DecimalText.Format(b.Filled)} instead of {DecimalText.Format(a.Filled)}"
        : a.Cash + a.Fees != b.Cash + b.Fees ? "filled at another price"
        : a.Fees != b.Fees ? "other fees" : "its order ended otherwise";
}

/// <summary>One decision in both worlds.</summary>
internal sealed class DecisionPair(string decisionId, string instrument, Timestamp asOf)
{
    public string DecisionId { get; } = decisionId;
    public string Instrument { get; } = instrument;
    public Timestamp AsOf { get; } = asOf;
    public DecisionOutcome? Recorded { get; set; }
    public DecisionOutcome? Other { get; set; }
    public bool IsLive => Recorded is { IsLive: true } || Other is { IsLive: true };
}
