using System.Runtime.CompilerServices;
using EventSourcedTrading.Domain.Engine;

namespace EventSourcedTrading.Domain.Risk;

/// <summary>Runs every rule over an order; all verdicts are recorded, not only the first that fails.</summary>
public static class PreTradeCheck
{
    private static readonly PreTrade[] Checks = [.. RiskRules.All.Select(r => r.Check).OfType<PreTrade>()];

    public static RiskCheck[] Run(in OrderUnderTest order, PortfolioState state)
    {
        // On the stack until their number is known: every approved order keeps its checks, so not one slot more than that.
        var verdicts = default(Verdicts);
        var count = 0;
        foreach (var check in Checks)
        {
            var verdict = check(order, state);
            // By reference: a verdict is large, and this is the hottest loop there is.
            if (verdict.HasValue) verdicts[count++] = Nullable.GetValueRefOrDefaultRef(in verdict);
        }

        return ((ReadOnlySpan<RiskCheck>)verdicts)[..count].ToArray();
    }

    [InlineArray(32)]
    private struct Verdicts
    {
        private RiskCheck first;
    }
}
