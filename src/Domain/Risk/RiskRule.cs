using EventSourcedTrading.Domain.Engine;

namespace EventSourcedTrading.Domain.Risk;

/// <summary>A rule's verdict on an order; null where its limit is not set.</summary>
public delegate RiskCheck? PreTrade(in OrderUnderTest order, PortfolioState state);

/// <summary>What a rule is, for the people who set its limits; <c>docs/risk-rules.md</c> is written from this.</summary>
/// <param name="Code">Reason code in checks, violations and refusals.</param>
/// <param name="Protects">What goes wrong without it.</param>
/// <param name="Reckons">How the value comes about, when it is over the limit, and what passes all the same.</param>
/// <param name="Unit">Of value and limit.</param>
/// <param name="Parameters">Members of <see cref="RiskLimits"/>, in camelCase, with what they mean.</param>
/// <param name="Source">Where the rule comes from.</param>
/// <param name="Each">What has a limit of its own.</param>
/// <param name="Check">Null for a rule that is not about orders.</param>
public sealed record RiskRule(
    string Code, string Title, string Protects, string Reckons, string Unit, IReadOnlyList<RiskParameter> Parameters, string Source,
    RuleScope Each = RuleScope.Portfolio, PreTrade? Check = null);

public sealed record RiskParameter(string Name, string Meaning);

public enum RuleScope { Portfolio, Bucket, Instrument, Agent }
