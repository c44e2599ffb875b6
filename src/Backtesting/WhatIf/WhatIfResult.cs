namespace EventSourcedTrading.Backtesting.WhatIf;

/// <summary>How another world would have come out.</summary>
/// <param name="From">Log position of the batch at which the question begins; 0 if it never did.</param>
/// <param name="To">Log position of the last batch that was asked.</param>
/// <param name="Decisions">In the recorded world; <paramref name="OtherDecisions"/> in the other one.</param>
/// <param name="Differing">Decisions that are not the same in both.</param>
/// <param name="Equity">At the end, in base currency.</param>
/// <param name="Agents">By name; profit that no agent made, such as interest, is in no line.</param>
/// <param name="Days">Equity as each trading day of the question began.</param>
/// <param name="Largest">The differences that matter most, largest first.</param>
/// <param name="Notes">What the answer rests on that is not what happened.</param>
public sealed record WhatIfResult(
    string Portfolio, string BaseCurrency, long From, long To, long Inputs, long Decisions, long OtherDecisions, long Differing,
    decimal Equity, decimal OtherEquity, IReadOnlyList<AgentProfit> Agents, IReadOnlyList<EquityPair> Days,
    IReadOnlyList<DecisionDifference> Largest, IReadOnlyList<string> Notes)
{
    public decimal EquityDifference => OtherEquity - Equity;
}

/// <param name="Day"><c>yyyy-MM-dd</c>.</param>
/// <param name="Recorded">In base currency; null in a world that had no such day.</param>
public sealed record EquityPair(string Day, decimal? Recorded, decimal? Other);
