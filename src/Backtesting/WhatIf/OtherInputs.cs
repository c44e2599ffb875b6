using EventSourcedTrading.Brokers.Paper;
using EventSourcedTrading.Domain.Engine;
using EventSourcedTrading.Domain.MetaAgent;
using EventSourcedTrading.Domain.Orders;
using EventSourcedTrading.Domain.Signals;
using EventSourcedTrading.Domain.Strategies;

namespace EventSourcedTrading.Backtesting.WhatIf;

/// <summary>Turns each input of the tape into what the other world's engine is told in its place.</summary>
internal sealed class OtherInputs(WhatIfChanges changes, string portfolio)
{
    private const string Asker = "what-if", Second = "what-if-approver";
    private readonly Substitute[] substitutes = [.. changes.Agents.Select(a => new Substitute(a))];

    /// <summary>Commands of people on orders that the other world does not have.</summary>
    public long Unanswerable { get; private set; }

    /// <summary>What is set at once where the question begins in the middle of a tape.</summary>
    public IEnumerable<Input> Opening(PortfolioState state)
    {
        foreach (var substitute in substitutes) substitute.Begin(state);
        if (!state.Opened) yield break;
        if (changes.Limits is { } limits) yield return Ask(new SetRiskLimits(limits));
        if (changes.Policy is { } policy) yield return Ask(new SetVotingPolicy(policy));
    }

    /// <summary>Shows the substitutes what came before the question: they warm up.</summary>
    public void WarmUp(Input input)
    {
        if (input is not SignalInput { Signal: var signal }) return;
        foreach (var substitute in substitutes) substitute.Show(signal, portfolio, null);
    }

    /// <param name="actual">The world as it was, before it takes this input.</param>
    public void Change(Input input, PortfolioState actual, PortfolioState other, List<Input> into)
    {
        switch (input)
        {
            case SignalInput { Signal: var signal }:
                into.Add(input);
                foreach (var substitute in substitutes) substitute.Show(signal, portfolio, into);
                break;
            case IntentInput i when IsExchanged(i.Intent.Agent):
            case ProgressInput p when IsExchanged(p.Agent):
            case AgentFailedInput f when IsExchanged(f.Agent):
            case MalformedInput m when Array.Exists(substitutes, s => IntentRules.SubjectToken(s.Agent) == IntentRules.SubjectToken(m.Addressee.Agent)):
            // The reports of a real broker speak of orders that the other world may not have; there the paper venue answers.
            case ReportInput when actual.Venue != PaperVenue.VenueName:
                break;
            case CommandInput command:
                if (Change(command, actual, other) is { } changed) into.Add(changed);
                break;
            default:
                into.Add(input);
                break;
        }
    }

    private bool IsExchanged(string agent) => Array.Exists(substitutes, s => s.Agent == agent);

    private static CommandInput Ask(Command command) => new($"what-if-{command.Operation}", Asker, "what if", command, Second);

    private CommandInput? Change(CommandInput input, PortfolioState actual, PortfolioState other) => input.Command switch
    {
        OpenPortfolio c => input with { Command = c with { Limits = changes.Limits ?? c.Limits, Policy = changes.Policy ?? c.Policy } },
        SetRiskLimits when changes.Limits is { } limits => Agreed(input) with { Command = new SetRiskLimits(limits) },
        SetVotingPolicy { Instrument: null } when changes.Policy is { } policy => Agreed(input) with { Command = new SetVotingPolicy(policy) },
        CancelOrder c => Counterpart(c, actual, other) is { } order ? input with { Command = new CancelOrder(order) } : null,
        _ => input,
    };

    /// <summary>What takes two persons has both: the question is not who may ask it.</summary>
    private static CommandInput Agreed(CommandInput input) => input.Approver is null ? input with { Approver = Second } : input;

    /// <summary>Orders are numbered as they come, so another world numbers them otherwise; but their decisions have the same names.</summary>
    private string? Counterpart(CancelOrder cancel, PortfolioState actual, PortfolioState other)
    {
        if (!actual.Orders.TryGetValue(cancel.OrderId, out var meant)) return cancel.OrderId;
        if (other.Books.TryGetValue(meant.Terms.Instrument, out var book))
            foreach (var order in book.Open)
                if (order.Terms.DecisionId == meant.Terms.DecisionId && IsSamePart(order.Terms, meant.Terms)) return order.Terms.OrderId;
        Unanswerable++;
        return null;
    }

    /// <summary>The entry, or the same one of its exits.</summary>
    private static bool IsSamePart(OrderTerms one, OrderTerms other) =>
        one.ParentId is null ? other.ParentId is null : other.ParentId is not null && one.OrderType == other.OrderType;

    /// <summary>A strategy in the seat of an agent.</summary>
    private sealed class Substitute(AgentExchange exchange)
    {
        private Addressee? addressee;
        private readonly HashSet<string> wanted = exchange.Strategy.Description.Instruments.ToHashSet(StringComparer.Ordinal);
        private readonly Dictionary<string, long> feeds = [];
        private readonly List<Proposal> proposals = [];
        private long sent;
        private bool failed;

        public string Agent => exchange.Agent;

        /// <summary>Counts on from what the agent had sent.</summary>
        public void Begin(PortfolioState state) => sent = state.Agents.TryGetValue(Agent, out var seat) ? seat.Received : 0;

        /// <param name="into">Null to warm up: what it proposes is not sent.</param>
        public void Show(Signal signal, string portfolio, List<Input>? into)
        {
            if (failed || signal.Sequence <= feeds.GetValueOrDefault(signal.Feed)) return;
            feeds[signal.Feed] = signal.Sequence;
            if (wanted.Contains(signal.Instrument)) Ask(signal, portfolio, into);
            if (signal.SliceEnd && !failed) into?.Add(new ProgressInput(Agent, signal.Time, sent));
        }

        private void Ask(Signal signal, string portfolio, List<Input>? into)
        {
            try
            {
                exchange.Strategy.OnSignal(signal, proposals);
            }
            catch (Exception e)
            {
                // As live: it is quarantined, and the others go on without it.
                failed = true;
                into?.Add(new AgentFailedInput(Agent, $"threw {e.GetType().Name} at {signal.Feed}:{signal.Sequence}: {e.Message}"));
            }

            if (into is not null && !failed)
                foreach (var proposal in proposals)
                    into.Add(new IntentInput(Intent.From(proposal, signal, portfolio, Agent, ++sent), addressee ??= new Addressee(portfolio, Agent)));
            proposals.Clear();
        }
    }
}
