using EventSourcedTrading.Domain.Brokers;
using EventSourcedTrading.Domain.Control;
using EventSourcedTrading.Domain.MetaAgent;
using EventSourcedTrading.Domain.Orders;
using EventSourcedTrading.Domain.Portfolios;
using EventSourcedTrading.Domain.Risk;
using EventSourcedTrading.Domain.Strategies;

namespace EventSourcedTrading.Domain.Engine;

// What people ask for.
public sealed partial class PortfolioEngine
{
    private void OnCommand(CommandInput input)
    {
        if (!state.Commands.TryRemember(new Remembered(input.Actor, input.CommandId, 0), out var earlier))
        {
            if (earlier.Answer is { } answer) record.Repeat(answer with { OfCommand = true });
            return;
        }

        var refusal = CommandRules.Check(input, state) ?? (input.Command is OpenPortfolio opening ? BadVenue(opening) : null);
        if (refusal is null) Carry(input, Cause.Of("command", input.CommandId));
        var (outcome, code, why) = refusal is { } no ? ("refused", no.Code, no.Reason) : ("done", null, "");
        record.Put(new CommandAnswered(state.Portfolio, input.CommandId, input.Actor, input.Approver, input.Command.Operation, outcome, code, why), null, Cause.Of("command", input.CommandId));
        record.Reply(new Answer(input.CommandId, input.Actor, new Result(outcome, code, why), OfCommand: true), state.Commands);
        Advance();
    }

    /// <summary>Asked before the portfolio is open: a venue that cannot be made later would stop the queue.</summary>
    private Refusal? BadVenue(OpenPortfolio opening)
    {
        try
        {
            venues(new PortfolioState(state.Portfolio) { Opened = true, Venue = opening.Venue, VenueSettings = opening.VenueSettings });
            return null;
        }
        catch (VenueSettingException wrong)
        {
            return new("BAD_VENUE_SETTING", wrong.Message);
        }
    }

    private void Carry(CommandInput input, Cause cause)
    {
        var (portfolio, actor, reason) = (state.Portfolio, input.Actor, input.Reason);
        switch (input.Command)
        {
            case OpenPortfolio c:
                record.Put(new PortfolioOpened(portfolio, c.BaseCurrency, c.Instruments, c.Venue, c.VenueSettings, actor, reason), null, cause);
                // Nothing goes to a broker before its book has been compared with ours.
                if (Venue is null) record.Put(new VenueClosed(portfolio, c.Venue, "its book has not been compared with ours yet", state.Frontier), null, cause);
                foreach (var (currency, amount) in c.Cash.OrderBy(p => p.Key, StringComparer.Ordinal))
                    record.Put(new CashMoved(portfolio, currency, amount, actor, reason), null, cause);
                record.Put(new RiskLimitsSet(portfolio, c.Limits, actor, reason), null, cause);
                record.Put(new VotingPolicySet(portfolio, c.Policy, actor, reason), null, cause);
                break;
            case MoveCash c: record.Put(new CashMoved(portfolio, c.Currency, c.Amount, actor, reason), null, cause); break;
            case SetRiskLimits c: record.Put(new RiskLimitsSet(portfolio, c.Limits, actor, reason), null, cause); break;
            case SetVotingPolicy c: record.Put(new VotingPolicySet(portfolio, c.Policy, actor, reason, c.Instrument), null, cause); break;
            case ClearVotingPolicy c: record.Put(new VotingPolicyCleared(portfolio, c.Instrument, actor, reason), null, cause); break;
            case OverrideDecision c: Override(c.DecisionId, c.Action, c.Quantity, actor, reason, cause); break;
            case CancelDecision c: Override(c.DecisionId, DecisionAction.Hold, 0m, actor, reason, cause); break;
            case LoadStrategy c:
                record.Put(new StrategyRegistered(portfolio, c.Agent, c.Summary, c.Instruments, c.Parameters, actor), null, cause);
                record.Put(new StrategyLoaded(portfolio, c.Agent, actor), null);
                break;
            case PauseStrategy c: record.Put(new StrategyPaused(portfolio, c.Agent, actor, reason), null, cause); break;
            case ResumeStrategy c: record.Put(new StrategyResumed(portfolio, c.Agent, actor, reason), null, cause); break;
            case UnloadStrategy c: record.Put(new StrategyUnloaded(portfolio, c.Agent, actor, reason), null, cause); break;
            case EngageKillSwitch c: Engage(new KillSwitchEngaged(portfolio, c.Scope, c.Target, c.Mode, actor, reason), state.Frontier, cause); break;
            case ReleaseKillSwitch c: record.Put(new KillSwitchReleased(portfolio, c.Scope, c.Target, actor, reason), null, cause); break;
            case ReleaseThrottle c: record.Put(new ThrottleReleased(portfolio, c.Agent, actor, reason), null, cause); break;
            case HaltTrading: record.Put(new TradingHalted(portfolio, actor, reason), null, cause); break;
            case ResumeTrading: record.Put(new TradingResumed(portfolio, actor, reason), null, cause); break;
            case AdoptHolding c: record.Put(Adopting.Decide(state, c, actor, reason), null, cause); break;
            case ResolveBreak c: record.Put(new BreakResolutionOrdered(portfolio, c.BreakId, c.How, actor, reason, state.Frontier), null, cause); break;
            case CancelOrder c: Cancel(state.Orders[c.OrderId], actor, reason, state.Frontier, cause); break;
        }
    }
}
