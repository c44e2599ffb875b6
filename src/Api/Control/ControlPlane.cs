using System.Text.Json;
using EventSourcedTrading.Api.Access;
using EventSourcedTrading.Domain.Control;
using EventSourcedTrading.Domain.Engine;
using EventSourcedTrading.Domain.MetaAgent;
using EventSourcedTrading.Domain.Portfolios;
using EventSourcedTrading.Domain.Time;
using EventSourcedTrading.EventStore;
using EventSourcedTrading.Privacy;
using NATS.Client.Core;

namespace EventSourcedTrading.Api.Control;

/// <summary>A command as its caller gives it.</summary>
/// <param name="Portfolio">Or <c>firm</c>.</param>
/// <param name="Key">The idempotency key.</param>
public sealed record CommandCall(Operation Operation, string Portfolio, string Key, string Reason, JsonElement Command);

/// <summary>
/// Puts commands of callers who may on record, for the engines to read, and waits for what becomes of them. A repeat gets the first
/// result, whatever was restarted in between.
/// </summary>
public sealed class ControlPlane(
    EventLog log, Stories stories, Outcomes outcomes, FirmExecution firm, PersonDirectory persons, NatsConnection nats, Func<string, string> nudgeOf, TimeProvider time)
{
    /// <summary>How long a caller waits for the engine's answer; the command stays on record.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private const int MaxReason = 2_000, MaxKey = 64;
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(250);

    /// <exception cref="RefusedException">It was not put on record.</exception>
    public async Task<CommandResult> CommandAsync(Caller caller, Role role, CommandCall call, CancellationToken ct)
    {
        CheckForm(call);
        if (call.Portfolio != FirmExecution.Name && await log.Reader.StreamVersionAsync($"portfolio-{call.Portfolio}", ct) == 0)
            throw new RefusedException("UNKNOWN_PORTFOLIO", $"portfolio '{call.Portfolio}' is not open", "portfolio");
        var asked = new CommandAuthorised(
            $"{caller.Person}:{call.Key}", call.Portfolio, caller.Person, null, ApiKeys.WordOf(role), caller.Credential,
            await persons.SealAddressAsync(caller.Person, caller.Address, ct), call.Reason, call.Operation.Name, call.Command, Now);
        await DecideAsync(call.Portfolio, asked.CommandId, story => Authorising.Command(story, asked), ct);
        return await AwaitAsync(call.Portfolio, asked.CommandId, ct);
    }

    /// <summary>Agrees, as the second person; gives what became of the command then.</summary>
    /// <exception cref="RefusedException">No such approval, not another person, too late.</exception>
    public Task<CommandResult> ApproveAsync(Caller caller, string approvalId, string reason, CancellationToken ct) =>
        SettleAsync(caller, approvalId, reason, Authorising.Approve, ct, another: true);

    public Task<CommandResult> DenyAsync(Caller caller, string approvalId, string reason, CancellationToken ct) =>
        SettleAsync(caller, approvalId, reason, Authorising.Deny, ct);

    /// <summary>Where a command stands; null if it is not on record, or another's and the caller may not read those.</summary>
    /// <param name="commandId">Begins with the person's reference or, as a caller is shown it, name.</param>
    public async Task<CommandResult?> FindOwnAsync(Caller caller, string portfolio, string commandId, CancellationToken ct) =>
        await stories.OfAsync(portfolio, await OnRecordAsync(commandId, ct), ct) is { Authorised: { } asked } story
            && (DualControl.SamePerson(asked.Actor, caller.Person) || Operation.ReadCommands.EntitledBy(caller.Roles) is not null) ? CommandResult.Of(story, Now) : null;

    private Timestamp Now => Timestamp.From(time.GetUtcNow());

    private async Task<string> OnRecordAsync(string commandId, CancellationToken ct) =>
        commandId.IndexOf(':', StringComparison.Ordinal) is var colon and > 0 ? await persons.ActorAsync(commandId[..colon], ct) + commandId[colon..] : commandId;

    private async Task<CommandResult> SettleAsync(
        Caller caller, string approvalId, string reason, Func<CommandStory, SecondPerson, Timestamp, (Refusal?, DomainEvent[])> decide, CancellationToken ct, bool another = false)
    {
        CheckReason(reason);
        var asked = await stories.ApprovalAsync(approvalId, ct) ?? throw new RefusedException("UNKNOWN_APPROVAL", $"no command waits for approval '{approvalId}'", "approvalId");
        // What was asked for before there were references was asked for by name; the domain compares references.
        if (another && !PersonReference.IsOne(asked.Actor) && await persons.ActorAsync(asked.Actor, ct) == caller.Person)
            throw new RefusedException("SAME_PERSON", $"{caller.Person} asked for it; another person must approve it");
        var by = new SecondPerson(caller.Person, caller.Credential, caller.IssuedBy, await persons.SealAddressAsync(caller.Person, caller.Address, ct), reason);
        await DecideAsync(asked.Portfolio, asked.CommandId, story => decide(story, by, Now), ct);
        return await AwaitAsync(asked.Portfolio, asked.CommandId, ct);
    }

    private async Task DecideAsync(string portfolio, string commandId, Func<CommandStory, (Refusal? Refusal, DomainEvent[] Events)> decide, CancellationToken ct)
    {
        var stream = $"control-{portfolio}";
        await log.TransactAsync($"call:{commandId}", [stream], async () =>
        {
            var (refusal, events) = decide(await stories.OfAsync(portfolio, commandId, ct));
            return refusal is { } no ? throw new RefusedException(no) : [.. events.Select(e => (stream, e))];
        }, ct);
    }

    private async Task<CommandResult> AwaitAsync(string portfolio, string commandId, CancellationToken ct)
    {
        await NudgeAsync(portfolio);
        var started = time.GetTimestamp();
        while (true)
        {
            var news = outcomes.Next;
            if (portfolio == FirmExecution.Name) await firm.ExecuteAsync(commandId, ct);
            var story = await stories.OfAsync(portfolio, commandId, ct);
            if (story.NeedsSecond) await DecideAsync(portfolio, commandId, s => Authorising.Ask(s, Now, Authorising.ApprovalLife), ct);
            else if (!story.Waits || time.GetElapsedTime(started) > Patience) return CommandResult.Of(story, Now);
            else await Task.WhenAny(news, Task.Delay(LookEvery, ct));
            ct.ThrowIfCancellationRequested();
        }
    }

    /// <summary>A hint to the engine, which looks into the log by itself too: so it need not arrive, and nobody waits for it.</summary>
    private async Task NudgeAsync(string portfolio)
    {
        try
        {
            using var briefly = new CancellationTokenSource(LookEvery);
            await nats.PublishAsync(nudgeOf(portfolio), cancellationToken: briefly.Token);
        }
        catch (Exception e) when (e is NatsException or OperationCanceledException)
        {
        }
    }

    private static void CheckForm(CommandCall call)
    {
        if (call.Key is not { Length: >= 1 and <= MaxKey } || !call.Key.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-'))
            throw new RefusedException("BAD_IDEMPOTENCY_KEY", $"the idempotency key must have 1 to {MaxKey} letters, digits and . _ -, such as a UUID; choose a new one for each new command", "idempotencyKey");
        if (!PortfolioId.IsWellFormed(call.Portfolio))
            throw new RefusedException("UNKNOWN_PORTFOLIO", $"a portfolio's id has 1 to {PortfolioId.MaxLength} lower-case letters, digits and '-'", "portfolio");
        CheckReason(call.Reason);
        StorableText.Check("", call.Command);
    }

    private static void CheckReason(string? reason)
    {
        if (string.IsNullOrWhiteSpace(reason)) throw new RefusedException("REASON_MISSING", "reason must say why; it is kept on record", "reason");
        if (reason.Length > MaxReason) throw new RefusedException("TOO_LONG", $"reason has {reason.Length} characters; at most {MaxReason} are allowed", "reason");
        if (reason.Any(c => char.IsControl(c) || char.IsSurrogate(c)))
            throw new RefusedException("BAD_REASON", "reason must be one line of text, without control characters and without characters beyond the basic plane", "reason");
    }
}
