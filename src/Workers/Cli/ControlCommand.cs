using System.CommandLine;
using System.Text.Json.Nodes;
using EventSourcedTrading.Domain.Json;
using EventSourcedTrading.Domain.Orders;
using EventSourcedTrading.Domain.Risk;
using EventSourcedTrading.Workers.Configuration;

namespace EventSourcedTrading.Workers.Cli;

/// <summary><c>est control</c>: asks the control plane for something, and says what became of it.</summary>
public static class ControlCommand
{
    public static Command Create()
    {
        var agent = new Argument<string>("agent") { Description = "name@version" };
        var order = new Argument<string>("order") { Description = "order id, such as main-42" };
        return new Command("control", "change how a portfolio trades; every change is an event with actor and reason")
        {
            ControlState.Create(), ControlState.History(),
            Act("pause", "rounds no longer wait for an agent, and its intents are refused", [agent], p => Post(p, $"strategies/{Path(p.GetValue(agent))}/pause")),
            Act("resume", "an agent takes part again", [agent], p => Post(p, $"strategies/{Path(p.GetValue(agent))}/resume")),
            Act("halt", "stop all trading of the portfolio", [], p => Post(p, "halt")),
            Act("resume-trading", "trade again after a halt; takes a second person", [], p => Post(p, "resume")),
            Act("cancel", "cancel an open order", [order], p => Post(p, $"orders/{Path(p.GetValue(order))}/cancel")),
            KillSwitch(), Throttle(agent), Break(), Decision(), Limits(), Policy(), Firm(), ControlApprovals.Create(),
        };
    }

    /// <summary>One request of the command line.</summary>
    internal sealed record Request(HttpMethod Method, string Path, JsonObject Body);

    private static Command KillSwitch()
    {
        var scope = new Option<KillSwitchScope>("--scope") { Description = "what is stopped: portfolio, agent, instrument or firm", DefaultValueFactory = _ => KillSwitchScope.Portfolio };
        var target = new Option<string?>("--target") { Description = "the agent or instrument, for those scopes" };
        var mode = new Option<KillSwitchMode>("--mode") { Description = "halt, or reduceOnly", DefaultValueFactory = _ => KillSwitchMode.Halt };
        return new Command("kill-switch", "stop trading at once, or allow it again")
        {
            Act("engage", "block new orders and cancel open ones", [scope, target, mode], p => p.GetValue(scope) == KillSwitchScope.Firm
                ? new Request(HttpMethod.Post, "/v1/firm/kill-switch/engage", new JsonObject { ["mode"] = Word(p.GetValue(mode)) })
                : Post(p, "kill-switches/engage", Scoped(p.GetValue(scope), p.GetValue(target), ("mode", Word(p.GetValue(mode)))))),
            Act("release", "allow new orders again; takes a second person", [scope, target], p => p.GetValue(scope) == KillSwitchScope.Firm
                ? new Request(HttpMethod.Post, "/v1/firm/kill-switch/release", [])
                : Post(p, "kill-switches/release", Scoped(p.GetValue(scope), p.GetValue(target)))),
        };
    }

    private static Command Limits()
    {
        var file = File("the limits as JSON, as `est control limits show --json` prints them; a limit that is left out is no limit");
        return new Command("limits", "the risk limits of a portfolio")
        {
            ControlState.Show("show", "the limits in force", "limits"),
            Act("set", "set all limits; loosening one takes a second person", [file], p => new Request(HttpMethod.Put, $"{Portfolio(p)}/limits", new JsonObject { ["limits"] = Read(p.GetValue(file)!) })),
        };
    }

    private static Command Policy()
    {
        var file = File("the policy as JSON, as `est control policy show --json` prints it");
        var instrument = new Option<string?>("--instrument") { Description = "for one instrument alone, such as SPY.ARCX" };
        return new Command("policy", "how a portfolio makes one decision out of several intents")
        {
            ControlState.Show("show", "the policy in force", "policy"),
            Act("set", "change it from the next round on", [file, instrument], p => new Request(HttpMethod.Put, $"{Portfolio(p)}/policy", Of(p.GetValue(instrument), new JsonObject { ["policy"] = Read(p.GetValue(file)!) }))),
            Act("clear", "let an instrument follow its portfolio's policy again", [instrument], p => Post(p, "policy/clear", Of(p.GetValue(instrument), []))),
        };

        static JsonObject Of(string? instrument, JsonObject body)
        {
            if (instrument is not null) body["instrument"] = instrument;
            return body;
        }
    }

    private static Command Decision()
    {
        var decision = new Argument<string>("decision") { Description = "decision id, as `est explain` shows it" };
        var side = new Option<Side>("--side") { Description = "buy or sell", Required = true };
        var quantity = new Option<decimal>("--quantity") { Description = "above zero; at market, for the day", Required = true };
        return new Command("decision", "put a person's decision in the place of the meta-agent's, or take one back")
        {
            Act("override", "decide it yourself; the order goes through every risk check", [decision, side, quantity], p => Post(p, $"decisions/{Path(p.GetValue(decision))}/override",
                new JsonObject { ["action"] = Word(p.GetValue(side)), ["quantity"] = DecimalText.Format(p.GetValue(quantity)) })),
            Act("cancel", "take it back; what is open of its order is cancelled", [decision], p => Post(p, $"decisions/{Path(p.GetValue(decision))}/cancel")),
        };
    }

    private static Command Throttle(Argument<string> agent) => new("throttle", "agents that were stopped for repeating themselves")
    {
        Act("release", "let one order again; takes a second person", [agent], p => Post(p, $"throttles/{Path(p.GetValue(agent))}/release")),
    };

    private static Command Break()
    {
        var id = new Argument<string>("break") { Description = "id, as `est broker breaks` shows it" };
        return new Command("break", "a difference between our book and the broker's; each takes a second person")
        {
            Act("adopt", "the broker is right: our book takes it over", [id], p => Resolve(p, "adopt")),
            Act("dismiss", "it may stand as it is; another difference of the same thing is a new break", [id], p => Resolve(p, "dismiss")),
        };

        Request Resolve(ParseResult p, string how) => Post(p, $"breaks/{Path(p.GetValue(id))}/resolve", new JsonObject { ["how"] = how });
    }

    private static Command Firm()
    {
        var gross = new Option<decimal?>("--max-gross") { Description = "largest sum of gross exposures of all portfolios; leave it out for no limit" };
        var currency = new Option<string>("--currency") { Description = "ISO 4217", DefaultValueFactory = _ => "USD" };
        return new Command("firm", "what concerns all portfolios")
        {
            ControlState.ShowFirm(),
            Act("limits", "set what all portfolios together may have at risk; loosening takes a second person", [gross, currency], p =>
                new Request(HttpMethod.Put, "/v1/firm/limits", new JsonObject { ["maxGross"] = p.GetValue(gross) is { } limit ? DecimalText.Format(limit) : null, ["currency"] = p.GetValue(currency) })),
        };
    }

    /// <summary>A command with portfolio, reason and idempotency key.</summary>
    internal static Command Act(string name, string description, Symbol[] parameters, Func<ParseResult, Request> make)
    {
        var reason = new Option<string>("--reason") { Description = "why; kept on record", Required = true };
        var id = new Option<string>("--id") { Description = "idempotency key; the same again gets the first result", DefaultValueFactory = _ => Guid.CreateVersion7().ToString("N") };
        var json = CommonOptions.Json();
        var command = new Command(name, description) { PortfolioOption, reason, id, json };
        command.Add(parameters);
        command.SetAction(async (parsed, ct) =>
        {
            var request = make(parsed);
            request.Body["reason"] = parsed.GetValue(reason);
            using var api = ApiClient.FromEnvironment();
            return Say(await api.SendAsync(request.Method, request.Path, request.Body, parsed.GetValue(id), ct), parsed.GetValue(json), parsed.GetValue(id)!);
        });
        return command;
    }

    internal static Option<string> PortfolioOption { get; } = CommonOptions.Portfolio();

    internal static string Portfolio(ParseResult parsed) => $"/v1/portfolios/{Path(parsed.GetValue(PortfolioOption))}";

    internal static int Say(ApiAnswer answer, bool json, string id)
    {
        if (json) Console.WriteLine(answer.Text);
        else Explain(answer, id);
        return answer.Code;
    }

    private static void Explain(ApiAnswer answer, string id)
    {
        var body = answer.Body;
        switch ((string?)body["outcome"])
        {
            case "done": Console.WriteLine($"done, at log position {body["position"]}{(body["approver"] is { } second ? $", approved by {second}" : "")}"); break;
            case "approvalNeeded":
                Console.WriteLine($"waits for a second person until {body["expiresAt"]}: {body["reason"]}");
                Terminal.Note($"Another risk officer decides: est control approvals approve {body["approvalId"]} --reason \"…\"");
                break;
            case "denied": Console.WriteLine($"denied by {body["reason"]}"); break;
            case "queued": Terminal.Error($"no engine has answered yet. The command is on record and will be carried out; ask again with --id {id} to learn what became of it."); break;
            default: Terminal.Error($"{body["detail"] ?? body["reason"] ?? answer.Status.ToString()} ({body["code"]})"); break;
        }
    }

    private static Request Post(ParseResult parsed, string action, JsonObject? body = null) => new(HttpMethod.Post, $"{Portfolio(parsed)}/{action}", body ?? []);

    private static JsonObject Scoped(KillSwitchScope scope, string? target, params (string Name, string Value)[] more)
    {
        var body = new JsonObject { ["scope"] = Word(scope) };
        if (target is not null) body["target"] = target;
        foreach (var (name, value) in more) body[name] = value;
        return body;
    }

    private static Option<FileInfo> File(string description) => new("--file") { Description = description, Required = true };

    private static JsonNode Read(FileInfo file)
    {
        try
        {
            return JsonNode.Parse(System.IO.File.ReadAllText(file.FullName)) ?? throw new ConfigurationException($"{file} must hold a JSON object.");
        }
        catch (System.Text.Json.JsonException e)
        {
            throw new ConfigurationException($"{file} is not JSON: {e.Message}");
        }
    }

    private static string Word<T>(T value) where T : struct, Enum => System.Text.Json.JsonNamingPolicy.CamelCase.ConvertName(value.ToString());

    internal static string Path(string? part) => Uri.EscapeDataString(part ?? "");
}
