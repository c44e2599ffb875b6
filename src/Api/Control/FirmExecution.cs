using System.Text.Json;
using EventSourcedTrading.Api.Http;
using EventSourcedTrading.Domain.Control;
using EventSourcedTrading.Domain.Engine;
using EventSourcedTrading.Domain.Firm;
using EventSourcedTrading.Domain.Json;
using EventSourcedTrading.Domain.Portfolios;

namespace EventSourcedTrading.Api.Control;

/// <summary>
/// Carries out commands to the firm. No engine owns stream firm, so the control plane decides them itself, by the domain's rules:
/// effect and answer are one transaction, and what a crash left over is carried out at the next start.
/// </summary>
public sealed class FirmExecution(EventLog log, Stories stories)
{
    public const string Name = PortfolioId.Firm;

    private const string Answers = "commands-firm";

    /// <summary>Carries out every command that is on record without an answer.</summary>
    public async Task FinishAsync(CancellationToken ct)
    {
        await foreach (var e in log.Reader.ReadStreamAsync($"control-{Name}", ct: ct))
            if (EventJson.Deserialize(e.Type, e.Data.Span) is CommandAuthorised { CommandId: var id }) await ExecuteAsync(id.Replace(CommandStory.ApprovedSuffix, "", StringComparison.Ordinal), ct);
    }

    /// <summary>Harmless to repeat, and for several processes at once.</summary>
    public Task ExecuteAsync(string commandId, CancellationToken ct) => log.TransactAsync($"command:{commandId}", [FirmState.Stream, Answers], async () =>
    {
        var story = await stories.OfAsync(Name, commandId, ct);
        if (story is not { Answer: null, Authorised: { } c }) return [];
        var id = story.Granted is null ? commandId : commandId + CommandStory.ApprovedSuffix;
        var (refusal, effect) = Commanding.Decide(await StateAsync(ct), Read(c), c.Actor, story.Granted?.Actor, c.Reason);
        var answer = new CommandAnswered(Name, id, c.Actor, story.Granted?.Actor, c.Operation, refusal is null ? "done" : "refused", refusal?.Code, refusal?.Reason ?? "");
        return effect is null ? [(Answers, answer)] : [(FirmState.Stream, effect), (Answers, answer)];
    }, ct);

    public async Task<FirmState> StateAsync(CancellationToken ct)
    {
        var state = new FirmState();
        await foreach (var e in log.Reader.ReadStreamAsync(FirmState.Stream, ct: ct)) state.Apply(EventJson.Deserialize(e.Type, e.Data.Span));
        return state;
    }

    /// <summary>As <see cref="CommandAuthorised"/> holds it.</summary>
    public static JsonElement Write(FirmCommand command) => JsonSerializer.SerializeToElement(command, command.GetType(), ApiJson.Options);

    private static FirmCommand Read(CommandAuthorised c) => c.Operation switch
    {
        "setFirmLimits" => c.Command.Deserialize<SetFirmLimits>(ApiJson.Options)!,
        "engageFirmKillSwitch" => c.Command.Deserialize<EngageFirmKillSwitch>(ApiJson.Options)!,
        "releaseFirmKillSwitch" => new ReleaseFirmKillSwitch(),
        _ => throw new JsonException($"'{c.Operation}' is no command to the firm; this log was written by a newer version"),
    };
}
