using EventSourcedTrading.Domain.Engine;
using EventSourcedTrading.Domain.MetaAgent;
using EventSourcedTrading.Domain.Time;

namespace EventSourcedTrading.Domain.Risk.Rules;

/// <summary>
/// How many intents one agent, and all of them together, may send in any stretch of wall-clock time, as the tape has it. It stands
/// before every other rule, so what is malformed counts as well; a repeat of an intent that is known does not. What is refused for
/// its rate does not count: an agent that is too fast still gets its share through.
/// </summary>
public static class MessageRate
{
    public const string Code = "RATE_LIMITED";

    public static readonly RiskRule Rule = new(
        Code, "Message rate", "An agent that floods the queue which all share.",
        "Intents taken up in the last seconds of wall-clock time, per agent and in all. One more than the count is refused with this code and takes part in no round.",
        "intents",
        [new("messageRate", "of all agents together: count (1 to 10,000) in seconds (1 to 86,400)"), new("agentMessageRate", "of each agent")],
        "RTS 6 (2017/589) art. 15(1)(d), maximum messages; FIA 2024, message throttle", RuleScope.Agent);

    /// <summary>Counts an intent, or says why it is one too many.</summary>
    public static Refusal? Take(string agent, PortfolioState state, Timestamp now)
    {
        var (all, each) = (state.Limits.MessageRate, state.Limits.AgentMessageRate);
        if (all is null && each is null) return null;
        if (all is not null && state.Risk.MessageTimes.Within(all.Seconds, now) >= all.Count)
            return new(Code, $"the agents of portfolio '{state.Portfolio}' sent more than {all.Count} intents in {all.Seconds} s; send fewer");
        if (each is not null)
        {
            var own = RiskState.Window(state.Risk.AgentMessageTimes, agent);
            if (own.Within(each.Seconds, now) >= each.Count)
                return new(Code, $"agent '{agent}' sent more than {each.Count} intents in {each.Seconds} s; send fewer");
            own.Add(now, each.Count);
        }

        if (all is not null) state.Risk.MessageTimes.Add(now, all.Count);
        return null;
    }
}
