using EventSourcedTrading.Domain.Engine;

namespace EventSourcedTrading.Domain.Risk.Rules;

/// <summary>How many orders one agent may cause in any stretch of market time; an order of several agents counts for each.</summary>
public static class AgentOrderRate
{
    public const string Code = "AGENT_ORDER_RATE";

    public static readonly RiskRule Rule = new(
        Code, "Order rate of an agent", "One strategy that runs away and takes the others' share of the order rate.",
        "Orders that the agent had a share in, approved in the last agentOrderRate.seconds of market time, this one included; of several agents the busiest. They may reach agentOrderRate.count.",
        "orders", [new("agentOrderRate", "count (1 to 10,000) in seconds (1 to 86,400)")],
        "RTS 6 (2017/589) art. 15(1)(d), maximum messages; FIA 2024, message throttle", RuleScope.Agent, Check);

    public static RiskCheck? Check(in OrderUnderTest order, PortfolioState state)
    {
        if (state.Limits.AgentOrderRate is not { } rate) return null;
        var (most, busiest) = (0, "");
        for (var i = 0; i < order.Allocation.Count; i++)
        {
            var agent = order.Allocation[i].Agent;
            var count = (state.Risk.AgentOrderTimes.TryGetValue(agent, out var times) ? times.Within(rate.Seconds, order.AsOf) : 0) + 1;
            if (count > most) (most, busiest) = (count, agent);
        }

        var passed = most <= rate.Count;
        return new RiskCheck(Code, most, rate.Count, "orders", passed, passed ? "" : $"orders of {busiest} in {rate.Seconds} s");
    }
}
