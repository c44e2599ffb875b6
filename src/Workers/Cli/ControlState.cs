using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;
using Spectre.Console;

namespace EventSourcedTrading.Workers.Cli;

/// <summary>The part of <c>est control</c> that only looks.</summary>
internal static class ControlState
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    /// <summary><c>est control state</c></summary>
    public static Command Create() => Look("state", "how a portfolio stands: limits, kill switches, strategies, positions, open orders", [ControlCommand.PortfolioOption], ControlCommand.Portfolio, body =>
    {
        Console.WriteLine($"{body["portfolio"]}: {body["state"]}{(body["stateReason"] is { } why ? $" ({why})" : "")}, equity {body["equity"] ?? "unknown"} {body["baseCurrency"]}, at log position {body["position"]}");
        Console.WriteLine($"venue {body["venue"]?["name"]}{(body["venue"]?["closedFor"] is { } closed ? $", closed: {closed}" : "")}");
        Print(body["killSwitches"], "kill switch", "scope", "target", "mode", "actor", "reason");
        Print(body["strategies"], "strategy", "agent", "state", "actor", "reason");
        Print(body["positions"], "position", "instrument", "quantity", "marketValue", "currency");
        Print(body["openOrders"], "open order", "orderId", "instrument", "side", "quantity", "filled", "orderType", "limitPrice", "state");
    });

    /// <summary>One part of a portfolio's state, as JSON: what <c>set</c> takes.</summary>
    public static Command Show(string name, string description, string part) => Look(name, description, [ControlCommand.PortfolioOption], ControlCommand.Portfolio,
        body => Console.WriteLine(body[part]?.ToJsonString(Indented) ?? "{}"), part);

    public static Command ShowFirm() => Look("show", "the firm's limit, what of it is leased, its kill switch", [], _ => "/v1/firm", body =>
        Console.WriteLine($"limit {body["maxGross"] ?? "none"} {body["currency"]}, leased {body["leased"]}, kill switch {(body["killSwitch"] is { } k ? $"{k["mode"]} by {k["actor"]}: {k["reason"]}" : "not engaged")}"));

    /// <summary><c>est control history</c></summary>
    public static Command History() => Look("history", "who commanded what, why, and what became of it; newest first", [ControlCommand.PortfolioOption],
        p => $"/v1/commands/{ControlCommand.Path(p.GetValue(ControlCommand.PortfolioOption))}",
        body => Print(body["items"], "command", "at", "operation", "actor", "approver", "reason", "outcome", "code"));

    public static Command Look(string name, string description, Symbol[] parameters, Func<ParseResult, string> path, Action<JsonNode> print, string? part = null)
    {
        var json = CommonOptions.Json();
        var command = new Command(name, description) { json };
        foreach (var parameter in parameters) command.Add((Option)parameter);
        command.SetAction(async (parsed, ct) =>
        {
            using var api = ApiClient.FromEnvironment();
            var answer = await api.SendAsync(HttpMethod.Get, path(parsed), null, null, ct);
            if (!answer.Done) return ControlCommand.Say(answer, parsed.GetValue(json), "");
            if (parsed.GetValue(json)) Console.WriteLine(part is null ? answer.Text : answer.Body[part]?.ToJsonString() ?? "{}");
            else print(answer.Body);
            return 0;
        });
        return command;
    }

    public static void Print(JsonNode? rows, string title, params string[] columns)
    {
        if (rows is not JsonArray { Count: > 0 } all)
        {
            Console.WriteLine($"{title}: none");
            return;
        }

        var table = new Table().RoundedBorder().Title(title);
        foreach (var column in columns) table.AddColumn(column);
        foreach (var row in all) table.AddRow([.. columns.Select(c => Markup.Escape(row?[c]?.ToString() ?? ""))]);
        AnsiConsole.Write(table);
    }
}
