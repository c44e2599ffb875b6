using System.Runtime.CompilerServices;
using EventSourcedTrading.Brokers;
using EventSourcedTrading.Brokers.Credentials;
using EventSourcedTrading.Workers.Brokering;
using EventSourcedTrading.Workers.Configuration;

namespace EventSourcedTrading.Workers.Diagnostics.Checks;

/// <summary>Each portfolio's broker, where it has one: asked for the account, and nothing traded.</summary>
internal static class BrokerChecks
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    public static async IAsyncEnumerable<Check> RunAsync(PlatformView view, [EnumeratorCancellation] CancellationToken ct)
    {
        foreach (var portfolio in view.Options.Portfolios)
            yield return portfolio.Broker is null ? Check.Skipped("broker", portfolio.Id, "the paper venue is inside the engine") : await AskAsync(portfolio, ct);
    }

    private static async Task<Check> AskAsync(PortfolioOptions portfolio, CancellationToken ct)
    {
        var mend = $"est broker check {portfolio.Id} says more";
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limit.CancelAfter(Patience);
        try
        {
            await using var broker = await BrokerCatalog.ConnectAsync(portfolio, TimeProvider.System, limit.Token);
            await broker.ConnectAsync(limit.Token);
            var account = await broker.AccountAsync(limit.Token);
            return Check.Of(account.Restrictions.Count == 0, "broker", portfolio.Id, account.Restrictions.Count == 0 ? $"{broker.Name} answers for account {account.AccountId}" : string.Join("; ", account.Restrictions), "no restrictions", mend, CheckState.Warning);
        }
        catch (Exception e) when (e is BrokerException or CredentialsException or ConfigurationException or HttpRequestException || (e is OperationCanceledException && !ct.IsCancellationRequested))
        {
            return new Check("broker", portfolio.Id, CheckState.Failed, e is OperationCanceledException ? $"no answer within {Patience.TotalSeconds:0} s" : e.Message, "an answer", mend);
        }
    }
}
