using System.CommandLine;
using System.Text;
using EventSourcedTrading.Domain.Engine;
using EventSourcedTrading.Domain.Risk;
using EventSourcedTrading.Workers.Configuration;
using EventSourcedTrading.Workers.Hosting;
using EventSourcedTrading.Workers.Messaging;
using Microsoft.Extensions.Logging;
using NATS.Client.Core;
using Command = System.CommandLine.Command;

namespace EventSourcedTrading.Workers.Cli;

/// <summary><c>est control</c>: asks an engine for something, and waits for its answer after the commit.</summary>
public static class ControlCommand
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    public static Command Create()
    {
        var agent = new Argument<string>("agent") { Description = "name@version" };
        var order = new Argument<string>("order") { Description = "order id, such as main-42" };
        var scope = new Option<KillSwitchScope>("--scope") { Description = "what is stopped", DefaultValueFactory = _ => KillSwitchScope.Portfolio };
        var target = new Option<string?>("--target") { Description = "the agent or instrument, for those scopes" };
        var mode = new Option<KillSwitchMode>("--mode") { Description = "halt, or reduceOnly", DefaultValueFactory = _ => KillSwitchMode.Halt };
        var kill = new Command("kill-switch", "stop trading at once, or allow it again");
        kill.Add(Action("engage", "block new orders and cancel open ones", [scope, target, mode], p => new EngageKillSwitch(p.GetValue(scope), p.GetValue(target), p.GetValue(mode))));
        kill.Add(Action("release", "allow new orders again", [scope, target], p => new ReleaseKillSwitch(p.GetValue(scope), p.GetValue(target))));
        return new Command("control", "change how a portfolio trades; every change is an event with actor and reason")
        {
            kill,
            Action("pause", "rounds no longer wait for an agent, and its intents are refused", [agent], p => new PauseStrategy(p.GetValue(agent)!)),
            Action("resume", "an agent takes part again", [agent], p => new ResumeStrategy(p.GetValue(agent)!)),
            Action("halt", "stop all trading of the portfolio", [], _ => new HaltTrading()),
            Action("resume-trading", "trade again after a halt", [], _ => new ResumeTrading()),
            Action("cancel", "cancel an open order", [order], p => new CancelOrder(p.GetValue(order)!)),
        };
    }

    private static Command Action(string name, string description, Symbol[] parameters, Func<ParseResult, Domain.Engine.Command> make)
    {
        var portfolio = CommonOptions.Portfolio();
        var actor = new Option<string>("--actor") { Description = "who asks; kept on record", DefaultValueFactory = _ => Environment.UserName };
        var reason = new Option<string>("--reason") { Description = "why; kept on record", Required = true };
        var id = new Option<string>("--id") { Description = "command id; the same id again gets the first answer", DefaultValueFactory = _ => Guid.CreateVersion7().ToString("N") };
        var json = CommonOptions.Json();
        var command = new Command(name, description) { portfolio, actor, reason, id, json };
        foreach (var parameter in parameters)
        {
            if (parameter is Argument argument) command.Add(argument);
            else command.Add((Option)parameter);
        }

        command.SetAction(async (parsed, ct) =>
        {
            var input = new CommandInput(parsed.GetValue(id)!, parsed.GetValue(actor)!, parsed.GetValue(reason)!, make(parsed));
            var answer = await AskAsync(parsed.GetValue(portfolio)!, input, ct);
            if (answer is null)
            {
                Terminal.Error($"no engine of portfolio '{parsed.GetValue(portfolio)}' answered within {Patience.TotalSeconds:0} s. The command is queued; ask again with --id {input.CommandId} to learn what became of it.");
                return Root.Unavailable;
            }

            using var body = System.Text.Json.JsonDocument.Parse(answer);
            var done = body.RootElement.GetProperty("outcome").GetString() == "done";
            if (parsed.GetValue(json)) Console.WriteLine(answer);
            else if (done) Console.WriteLine($"done, at log position {body.RootElement.GetProperty("position").GetString()}");
            else Terminal.Error(body.RootElement.GetProperty("reason").GetString() ?? "refused");
            return done ? 0 : Root.Failed;
        });
        return command;
    }

    private static async Task<string?> AskAsync(string portfolio, CommandInput input, CancellationToken ct)
    {
        using var logs = CommonOptions.Logs(LogLevel.Warning);
        await using var platform = await Platform.StartAsync(PlatformOptions.Load(null), logs, TimeProvider.System, ct);
        var inbox = $"_INBOX.{Guid.NewGuid():N}";
        await using var answers = await platform.Nats.SubscribeCoreAsync(inbox, cancellationToken: ct);
        var headers = new NatsHeaders { [Subjects.ReplyTo] = inbox };
        (await platform.JetStream.PublishAsync(platform.Subjects.Command(portfolio), InputJson.WriteCommand(input), headers: headers, cancellationToken: ct)).EnsureStored();
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(ct);
        patience.CancelAfter(Patience);
        try
        {
            using var message = await answers.Msgs.ReadAsync(patience.Token);
            return Encoding.UTF8.GetString(message.Memory.Span);
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            return null;
        }
    }
}
