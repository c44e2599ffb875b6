using System.Globalization;
using System.Text.Json;
using EventSourcedTrading.Api.Access;
using EventSourcedTrading.Api.Control;
using EventSourcedTrading.Api.Grpc.V1;
using EventSourcedTrading.Api.Http;
using EventSourcedTrading.Api.State;
using EventSourcedTrading.Domain.Control;
using EventSourcedTrading.Domain.Json;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Enum = System.Enum;
using Timestamp = EventSourcedTrading.Domain.Time.Timestamp;

namespace EventSourcedTrading.Api.Grpc;

/// <summary>Between the messages of the .proto file and ours. Empty text stands for null.</summary>
internal static class Wire
{
    public static string? Optional(string text) => text.Length == 0 ? null : text;

    public static Domain.Risk.KillSwitchScope Scope(KillSwitchScope scope) => scope switch
    {
        KillSwitchScope.Portfolio => Domain.Risk.KillSwitchScope.Portfolio,
        KillSwitchScope.Agent => Domain.Risk.KillSwitchScope.Agent,
        KillSwitchScope.Instrument => Domain.Risk.KillSwitchScope.Instrument,
        KillSwitchScope.Firm => Domain.Risk.KillSwitchScope.Firm,
        _ => throw new RefusedException("BAD_SCOPE", $"scope {(int)scope} must be PORTFOLIO, AGENT or INSTRUMENT", "scope"),
    };

    public static Domain.Risk.KillSwitchMode Mode(KillSwitchMode mode) => mode switch
    {
        KillSwitchMode.Halt => Domain.Risk.KillSwitchMode.Halt,
        KillSwitchMode.ReduceOnly => Domain.Risk.KillSwitchMode.ReduceOnly,
        _ => throw new RefusedException("BAD_MODE", $"mode {(int)mode} must be HALT or REDUCE_ONLY", "mode"),
    };

    public static Domain.MetaAgent.DecisionAction Action(DecisionAction action) => action switch
    {
        DecisionAction.Buy => Domain.MetaAgent.DecisionAction.Buy,
        DecisionAction.Sell => Domain.MetaAgent.DecisionAction.Sell,
        _ => throw new RefusedException("BAD_ACTION", $"action {(int)action} must be BUY or SELL", "action"),
    };

    public static Domain.Brokers.BreakResolution How(BreakResolution how) => how switch
    {
        BreakResolution.Adopt => Domain.Brokers.BreakResolution.Adopt,
        BreakResolution.Dismiss => Domain.Brokers.BreakResolution.Dismiss,
        _ => throw new RefusedException("BAD_RESOLUTION", $"how {(int)how} must be ADOPT or DISMISS", "how"),
    };

    public static decimal? Amount(string text, string field) => text.Length == 0 ? null
        : decimal.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var amount) ? amount
        : throw new RefusedException("BAD_AMOUNT", $"{field} '{text}' must be a decimal number, such as 12.5", field);

    /// <summary>A part of the domain that grows with its rules travels as a Struct, and is read by the rules of the HTTP API.</summary>
    public static T Read<T>(Struct? given, string field) where T : class
    {
        if (given is null) throw new RefusedException("INVALID_BODY", $"{field} is missing", field);
        try
        {
            return JsonSerializer.Deserialize<T>(JsonFormatter.Default.Format(given), ApiJson.Options)!;
        }
        catch (JsonException e)
        {
            throw new RefusedException("INVALID_BODY", $"{field}: {e.Message}", field);
        }
    }

    /// <summary>Only what was carried out is a message; all else is a status.</summary>
    public static CommandDone Done(CommandResult result)
    {
        if (result.Outcome != CommandOutcome.Done)
        {
            var code = result.Outcome switch
            {
                CommandOutcome.Queued => "NO_ANSWER_YET",
                CommandOutcome.ApprovalNeeded => DualControl.Code,
                CommandOutcome.Denied => "APPROVAL_DENIED",
                CommandOutcome.Expired => "APPROVAL_EXPIRED",
                _ => result.Code!,
            };
            throw new RefusedException(code, result.Reason ?? "") { Result = result };
        }

        return new CommandDone { CommandId = result.CommandId, Portfolio = result.Portfolio, Operation = result.Operation, Position = result.Position ?? 0, Approver = result.Approver ?? "" };
    }

    public static Approval Approval(ApprovalRequested a) => new()
    {
        ApprovalId = a.ApprovalId, Portfolio = a.Portfolio, Operation = a.Operation, Actor = a.Actor, Reason = a.Reason, Why = a.Why,
        Command = Json(a.Command), At = Time(a.At), ExpiresAt = Time(a.ExpiresAt),
    };

    public static V1.PortfolioSummary Summary(State.PortfolioSummary p) => new() { Portfolio = p.Portfolio, BaseCurrency = p.BaseCurrency, State = Word(p.State), StateReason = p.StateReason ?? "" };

    public static Portfolio Portfolio(PortfolioStatus p) => new()
    {
        Portfolio_ = p.Portfolio, BaseCurrency = p.BaseCurrency, State = Word(p.State), StateReason = p.StateReason ?? "", Equity = Text(p.Equity),
        Limits = Json(p.Limits), Policy = Json(p.Policy), Position = p.Position,
        Venue = new Venue { Name = p.Venue.Name, ClosedFor = p.Venue.ClosedFor ?? "", Takes = Json(p.Venue.Takes) },
        KillSwitches = { p.KillSwitches.Select(Switch) },
        Strategies = { p.Strategies.Select(s => new Strategy { Agent = s.Agent, State = Word(s.State), Reason = s.Reason ?? "", Actor = s.Actor ?? "" }) },
        Positions = { p.Positions.Select(h => new Position { Instrument = h.Instrument, Quantity = Text(h.Quantity), Currency = h.Currency, MarketValue = Text(h.MarketValue) }) },
        OpenOrders =
        {
            p.OpenOrders.Select(o => new Order
            {
                OrderId = o.OrderId, DecisionId = o.DecisionId, Instrument = o.Instrument, Side = Word(o.Side), Quantity = Text(o.Quantity), Filled = Text(o.Filled),
                OrderType = Word(o.OrderType), LimitPrice = Text(o.LimitPrice), State = Word(o.State),
            }),
        },
    };

    public static V1.Firm Firm(FirmStatus f) => new()
    {
        MaxGross = Text(f.MaxGross), Currency = f.Currency, Leased = Text(f.Leased), KillSwitch = f.KillSwitch is { } k ? Switch(k) : null,
    };

    public static Commands Commands(History<State.CommandEntry> page) => new()
    {
        Next = page.Next ?? 0,
        Commands_ =
        {
            page.Items.Select(c => new V1.CommandEntry
            {
                At = Time(c.At), CommandId = c.CommandId, Operation = c.Operation, Actor = c.Actor, Approver = c.Approver ?? "", Role = c.Role, Credential = c.Credential,
                Address = c.Address, Reason = c.Reason, Command = Json(c.Command), Outcome = c.Outcome ?? "", Code = c.Code ?? "", Answer = c.Answer ?? "",
            }),
        },
    };

    public static Key Key(ApiKeyView k) => new()
    {
        KeyId = k.KeyId, Person = k.Person, Roles = { k.Roles.Select(ApiKeys.WordOf) }, IssuedBy = k.IssuedBy, CreatedAt = Time(k.CreatedAt), ExpiresAt = Time(k.ExpiresAt),
        RevokedAt = k.RevokedAt is { } revoked ? Time(revoked) : null, UsedAt = k.UsedAt is { } used ? Time(used) : null,
    };

    private static KillSwitch Switch(EngagedSwitch k) => new()
    {
        Scope = Enum.Parse<KillSwitchScope>(k.Scope.ToString()), Target = k.Target ?? "", Mode = Enum.Parse<KillSwitchMode>(k.Mode.ToString()), Actor = k.Actor, Reason = k.Reason,
    };

    private static Google.Protobuf.WellKnownTypes.Timestamp Time(Timestamp at) => Google.Protobuf.WellKnownTypes.Timestamp.FromDateTime(at.ToDateTime());

    private static Struct? Json(JsonElement? json) => json is { } value ? JsonParser.Default.Parse<Struct>(value.GetRawText()) : null;

    private static string Word(Enum value) => JsonNamingPolicy.CamelCase.ConvertName(value.ToString());

    private static string Text(decimal? amount) => amount is { } value ? DecimalText.Format(value) : "";
}
