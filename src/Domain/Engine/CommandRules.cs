using EventSourcedTrading.Domain.Control;
using EventSourcedTrading.Domain.Instruments;
using EventSourcedTrading.Domain.MetaAgent;
using EventSourcedTrading.Domain.Orders;
using EventSourcedTrading.Domain.Risk;

namespace EventSourcedTrading.Domain.Engine;

/// <summary>What a command must satisfy; the first rule that it breaks is the answer.</summary>
public static class CommandRules
{
    private const int MaxIdLength = 128, MaxTextLength = 2_000;
    private const decimal MaxCash = 1_000_000_000_000_000m;

    /// <summary>What a command that came from outside must satisfy to be kept at all.</summary>
    public static Refusal? Form(CommandInput input) =>
        input.CommandId is not { Length: >= 1 and <= MaxIdLength } || input.CommandId.AsSpan().ContainsAnyExceptInRange('!', '~')
            ? new("BAD_COMMAND_ID", $"commandId must be 1 to {MaxIdLength} printable characters without blanks")
        : input.Actor.Length > MaxTextLength ? new("TOO_LONG", $"actor has {input.Actor.Length} characters; at most {MaxTextLength} are allowed")
        : input.Reason.Length > MaxTextLength ? new("TOO_LONG", $"reason has {input.Reason.Length} characters; at most {MaxTextLength} are allowed")
        : null;

    public static Refusal? Check(CommandInput input, PortfolioState state) =>
        Sound(input, state) ?? DualControl.Missing(DualControl.Requires(input.Command, state), input.Actor, input.Approver);

    private static Refusal? Sound(CommandInput input, PortfolioState state)
    {
        if (string.IsNullOrWhiteSpace(input.Actor)) return new("ACTOR_MISSING", "actor must name who asks");
        if (input.Command is not OpenPortfolio && !state.Opened)
            return new("PORTFOLIO_NOT_OPEN", $"portfolio '{state.Portfolio}' is not open yet; open it first");
        return input.Command switch
        {
            OpenPortfolio when state.Opened => new("ALREADY_OPEN", $"portfolio '{state.Portfolio}' is open already; change its limits or policy instead"),
            OpenPortfolio c => Opening(c),
            MoveCash c when !IsCurrency(c.Currency) => new("UNKNOWN_CURRENCY", $"currency '{c.Currency}' must be an ISO 4217 code, such as USD"),
            MoveCash c when Math.Abs(c.Amount) > MaxCash => new("AMOUNT_TOO_LARGE", $"amount {c.Amount} must be at most {MaxCash} either way"),
            SetRiskLimits c => Invalid(c.Limits.Validate()),
            SetVotingPolicy { Instrument: { } i } when !state.Books.ContainsKey(i) => UnknownInstrument(i, state),
            SetVotingPolicy c => Invalid(c.Policy.Validate()),
            ClearVotingPolicy c => state.Policies.ContainsKey(c.Instrument) ? null
                : new("NO_SUCH_POLICY", $"instrument '{c.Instrument}' has no voting policy of its own in portfolio '{state.Portfolio}'"),
            OverrideDecision c => Overriding.Check(c, state),
            CancelDecision c => Overriding.Check(c, state),
            LoadStrategy c when !IsAgent(c.Agent) => new("BAD_AGENT_NAME", $"agent '{c.Agent}' must be name@version, such as breakout@1.0.0"),
            LoadStrategy c => c.Instruments.Select(i => i ?? "null").FirstOrDefault(i => !state.Books.ContainsKey(i)) is { } unknown
                ? UnknownInstrument(unknown, state) : null,
            PauseStrategy c => Seat(state, c.Agent, SeatStatus.Active, SeatStatus.Suspended),
            ResumeStrategy c => Seat(state, c.Agent, SeatStatus.Paused, SeatStatus.Quarantined, SeatStatus.Suspended),
            UnloadStrategy c => Seat(state, c.Agent, SeatStatus.Active, SeatStatus.Paused, SeatStatus.Quarantined, SeatStatus.Registered, SeatStatus.Suspended),
            EngageKillSwitch c => Scope(c.Scope, c.Target),
            ReleaseKillSwitch { Scope: KillSwitchScope.Firm } c => Scope(c.Scope, c.Target),
            ReleaseKillSwitch c => !state.KillSwitches.Exists(k => k.Scope == c.Scope && k.Target == c.Target)
                ? new("NOT_ENGAGED", $"no kill switch is engaged for {c.Scope} {c.Target}") : null,
            ReleaseThrottle c => !state.Risk.Throttled.ContainsKey(c.Agent)
                ? new("NOT_THROTTLED", $"agent '{c.Agent}' has not been stopped for repeating itself") : null,
            AdoptHolding c when !state.Books.ContainsKey(c.Instrument) => UnknownInstrument(c.Instrument, state),
            AdoptHolding c => Adopted(c),
            ResolveBreak when !state.HasBroker => new("NO_BROKER", $"portfolio '{state.Portfolio}' trades on {state.Venue}, whose book is our own; there is nothing to resolve"),
            ResolveBreak c => c.BreakId is { Length: >= 1 and <= MaxTextLength } ? null : new("BREAK_ID_MISSING", "breakId must name a break, as est broker breaks shows it"),
            CancelOrder c => !state.Orders.TryGetValue(c.OrderId, out var order) ? new("UNKNOWN_ORDER", $"order '{c.OrderId}' is not known")
                : !order.Live ? new("ORDER_ENDED", $"order '{c.OrderId}' is {order.State} already") : null,
            _ => null,
        };
    }

    private static Refusal? Adopted(AdoptHolding c) =>
        c.Quantity == 0m || Math.Abs(c.Quantity) > Signals.Signal.MaxSize ? new("BAD_QUANTITY", $"quantity {c.Quantity} must not be zero, and at most {Signals.Signal.MaxSize} either way")
        : c.Price is < 0m or > Signals.Signal.MaxPrice ? new("BAD_PRICE", $"price {c.Price} must be 0 to {Signals.Signal.MaxPrice}")
        : Math.Abs(c.Fee) > MaxCash ? new("AMOUNT_TOO_LARGE", $"fee {c.Fee} must be at most {MaxCash} either way")
        : c.Origin is not { Length: >= 1 and <= MaxIdLength } ? new("ORIGIN_MISSING", $"origin must be 1 to {MaxIdLength} characters: the execution or break that it settles") : null;

    private static Refusal UnknownInstrument(string instrument, PortfolioState state) =>
        new("UNKNOWN_INSTRUMENT", $"instrument '{instrument}' is not traded by portfolio '{state.Portfolio}'");

    private static Refusal? Opening(OpenPortfolio c)
    {
        if (!IsCurrency(c.BaseCurrency)) return new("UNKNOWN_CURRENCY", $"baseCurrency '{c.BaseCurrency}' must be an ISO 4217 code, such as USD");
        if (c.Instruments.Count == 0) return new("NO_INSTRUMENTS", "instruments must name at least one");
        foreach (var instrument in c.Instruments)
            if ((instrument is null ? "instruments must not hold null" : instrument.Validate()) is { } wrong) return new("BAD_INSTRUMENT", wrong);
        if (c.Instruments.DistinctBy(i => i.Id).Count() != c.Instruments.Count) return new("BAD_INSTRUMENT", "instruments must name each instrument once");
        foreach (var currency in c.Cash.Keys)
            if (!IsCurrency(currency)) return new("UNKNOWN_CURRENCY", $"cash currency '{currency}' must be an ISO 4217 code, such as USD");
        return Invalid(c.Limits.Validate()) ?? Invalid(c.Policy.Validate());
    }

    private static Refusal? Invalid(string? reason) => reason is null ? null : new Refusal("INVALID", reason);

    private static Refusal? Seat(PortfolioState state, string agent, params ReadOnlySpan<SeatStatus> allowed) =>
        !state.Agents.TryGetValue(agent, out var seat) ? new("UNKNOWN_AGENT", $"agent '{agent}' is not loaded in portfolio '{state.Portfolio}'")
        : !allowed.Contains(seat.Status) ? new("WRONG_STATE", $"agent '{agent}' is {seat.Status.ToString().ToLowerInvariant()}") : null;

    private static Refusal? Scope(KillSwitchScope scope, string? target) =>
        scope == KillSwitchScope.Firm ? new("WRONG_SCOPE", "scope firm concerns all portfolios; ask the firm, not one of them")
        : scope == KillSwitchScope.Portfolio && target is not null ? new("TARGET_NOT_ALLOWED", "scope portfolio takes no target")
        : scope == KillSwitchScope.Instrument && !Instrument.IsId(target) ? new("TARGET_MISSING", $"target '{target}' must be an instrument, such as SPY.ARCX")
        : scope == KillSwitchScope.Agent && !IsAgent(target) ? new("TARGET_MISSING", $"target '{target}' must be an agent, such as breakout@1.0.0")
        : null;

    private static bool IsCurrency(string? code) => code is { Length: 3 } && code.All(char.IsAsciiLetterUpper);

    /// <summary><c>name@version</c>: lower-case letters, digits and '-' before the '@', digits and dots and '-' and letters behind it; 3–64 characters.</summary>
    public static bool IsAgent(string? agent)
    {
        if (agent is not { Length: >= 3 and <= 64 }) return false;
        var at = agent.IndexOf('@', StringComparison.Ordinal);
        return at > 0 && at < agent.Length - 1
            && agent.AsSpan(0, at).IndexOfAnyExcept("abcdefghijklmnopqrstuvwxyz0123456789-") < 0
            && agent.AsSpan(at + 1).IndexOfAnyExcept("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-+") < 0;
    }
}
