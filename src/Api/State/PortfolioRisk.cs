using EventSourcedTrading.Domain.Risk;

namespace EventSourcedTrading.Api;

/// <summary>What a portfolio has at risk, and how much of its limits is left.</summary>
/// <param name="Position">The place of the log that it stands at.</param>
public sealed record PortfolioRisk(Exposures Exposures, IReadOnlyList<Headroom> Headroom, long Position);

/// <param name="portfolio">One that exists.</param>
/// <returns>Null if it is not open yet.</returns>
public delegate Task<PortfolioRisk?> PortfolioRiskSource(string portfolio, CancellationToken ct);
