using EventSourcedTrading.Domain.Control;
using EventSourcedTrading.Domain.Engine;
using EventSourcedTrading.Domain.Json;
using EventSourcedTrading.Domain.Time;
using Npgsql;

namespace EventSourcedTrading.Api.Control;

/// <summary>Finds in the log what belongs to one command, by the indexes of sql/0009_control.sql.</summary>
/// <param name="source">Connects as est_app or est_reader.</param>
public sealed class Stories(NpgsqlDataSource source)
{
    // Each list is that of its index, word for word: else the index would not be used.
    private const string OfCommand = "type in ('command_authorised', 'command_answered', 'approval_requested')";
    private const string OfApproval = "type in ('approval_requested', 'approval_granted', 'approval_denied')";

    /// <summary>Most approvals that are listed.</summary>
    public const int MaxApprovals = 500;

    public async Task<CommandStory> OfAsync(string portfolio, string commandId, CancellationToken ct)
    {
        var story = new CommandStory();
        await foreach (var (e, position) in ReadAsync(
            $"""
            select seq_id, type, data from events.mt_events
             where {OfCommand} and data ->> 'portfolio' = $1 and data ->> 'commandId' = any($2)
             union all
            select seq_id, type, data from events.mt_events where {OfApproval} and type <> 'approval_requested' and data ->> 'approvalId' = $3
             order by 1
            """, ct, portfolio, (string[])[commandId, commandId + CommandStory.ApprovedSuffix], CommandStory.ApprovalIdOf(portfolio, commandId)))
            story.Apply(e, position);
        return story;
    }

    public async Task<ApprovalRequested?> ApprovalAsync(string approvalId, CancellationToken ct)
    {
        await foreach (var (e, _) in ReadAsync($"select seq_id, type, data from events.mt_events where {OfApproval} and type = 'approval_requested' and data ->> 'approvalId' = $1", ct, approvalId))
            return (ApprovalRequested)e;
        return null;
    }

    /// <summary>What waits for a second person, oldest first.</summary>
    public async Task<IReadOnlyList<ApprovalRequested>> PendingAsync(Timestamp now, CancellationToken ct)
    {
        var pending = new List<ApprovalRequested>();
        // Times are written with a fixed number of digits, so their texts are in order.
        await foreach (var (e, _) in ReadAsync(
            $"""
            select seq_id, type, data from events.mt_events a where {OfApproval} and type = 'approval_requested' and data ->> 'expiresAt' > $1
               and not exists (select from events.mt_events where {OfApproval} and type <> 'approval_requested' and data ->> 'approvalId' = a.data ->> 'approvalId')
             order by 1 limit {MaxApprovals}
            """, ct, now.ToString()))
            pending.Add((ApprovalRequested)e);
        return pending;
    }

    /// <summary>What the engine answered, by command id.</summary>
    public async Task<Dictionary<string, CommandAnswered>> AnswersAsync(string portfolio, string[] commandIds, CancellationToken ct)
    {
        var answers = new Dictionary<string, CommandAnswered>();
        await foreach (var (e, _) in ReadAsync(
            $"select seq_id, type, data from events.mt_events where {OfCommand} and type = 'command_answered' and data ->> 'portfolio' = $1 and data ->> 'commandId' = any($2)", ct, portfolio, commandIds))
            answers[((CommandAnswered)e).CommandId] = (CommandAnswered)e;
        return answers;
    }

    private async IAsyncEnumerable<(DomainEvent Event, long Position)> ReadAsync(string sql, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken ct, params object[] values)
    {
        await using var command = source.CreateCommand(sql);
        foreach (var value in values) command.Parameters.Add(new NpgsqlParameter { Value = value });
        await using var row = await command.ExecuteReaderAsync(ct);
        while (await row.ReadAsync(ct)) yield return (EventJson.Deserialize(row.GetString(1), row.GetFieldValue<byte[]>(2)), row.GetInt64(0));
    }
}
