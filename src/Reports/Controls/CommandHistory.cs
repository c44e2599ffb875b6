using System.Text;
using EventSourcedTrading.Domain.Control;
using EventSourcedTrading.EventStore.Audit;

namespace EventSourcedTrading.Reports;

/// <summary>Every command that was let in, and what became of it; those that were turned away are with the approvals.</summary>
internal sealed class CommandHistory
{
    private readonly List<Row> rows = [];
    private readonly Dictionary<(string Portfolio, string CommandId), Row> waiting = [];

    private sealed class Row(string portfolio, string id, string operation, LogEvent first)
    {
        public string Portfolio => portfolio;
        public string Id => id;
        public string Operation => operation;

        /// <summary>Of the authorisation; of the answer where the platform commanded itself and nobody was to be let in.</summary>
        public LogEvent First => first;
        public CommandAuthorised? Asked { get; init; }
        public CommandAnswered? Answer { get; set; }
        public long? AnsweredAt { get; set; }
    }

    /// <summary>Answers are taken after the period too: they say what became of a command of the period.</summary>
    public void Take(LogEvent e, bool covered)
    {
        switch (e.Event)
        {
            case CommandAuthorised x when covered:
                var asked = new Row(x.Portfolio, x.CommandId, x.Operation, e) { Asked = x };
                rows.Put(asked, ControlChanges.Definition.Name);
                waiting[(x.Portfolio, x.CommandId)] = asked;
                break;
            case CommandAnswered x when waiting.Remove((x.Portfolio, x.CommandId), out var row): (row.Answer, row.AnsweredAt) = (x, e.Seq); break;
            case CommandAnswered x when covered: rows.Put(new Row(x.Portfolio, x.CommandId, x.Operation, e) { Answer = x, AnsweredAt = e.Seq }, ControlChanges.Definition.Name); break;
        }
    }

    public ReportTable Table() => ReportTable.Of(
        "commands", "Commands of the period, and what became of them", rows,
        new("position", "position in the log of command_authorised; of command_answered where a command was not put on record before, as those of the configuration", r => Cell.Of(r.First.Seq), true),
        new("recorded", "time of recording", r => Cell.Of(r.First.At)),
        new("portfolio", "portfolio; firm for all", r => r.Portfolio),
        new("operation", "operation", r => r.Operation),
        new("command id", "commandId: who asked, and the key that was chosen; +approved where a second person has agreed", r => r.Id),
        new("command", "command_authorised: command, canonical JSON", r => r.Asked is { } a ? Encoding.UTF8.GetString(CanonicalJson.Write(Encoding.UTF8.GetBytes(a.Command.GetRawText()))) : null),
        new("actor", "actor", r => r.Asked?.Actor ?? r.Answer!.Actor),
        new("human or automated", "told by the actor", r => Origins.Of(r.Asked?.Actor ?? r.Answer!.Actor)),
        new("approver", "approver", r => r.Asked?.Approver ?? r.Answer?.Approver),
        new("role", "command_authorised: role that entitled the actor", r => r.Asked?.Role),
        new("credential", "command_authorised: credential, id of the key or issuer of the token", r => r.Asked?.Credential),
        new("address", "command_authorised: address", r => r.Asked?.Address),
        new("reason", "command_authorised: reason", r => r.Asked?.Reason),
        new("outcome", "command_answered: outcome; empty while nothing has answered up to the checkpoint", r => r.Answer?.Outcome),
        new("answer", "command_answered: code and reason of a refusal", r => r.Answer is { Code: { } code } answer ? $"{code}: {answer.Reason}" : null),
        new("answered at", "position in the log of command_answered", r => r.AnsweredAt is { } at ? Cell.Of(at) : null, true));
}
