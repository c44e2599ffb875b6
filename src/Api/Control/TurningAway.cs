using EventSourcedTrading.Domain.Control;
using EventSourcedTrading.Domain.Time;
using EventSourcedTrading.Privacy;
using Microsoft.Extensions.Logging;

namespace EventSourcedTrading.Api.Control;

/// <summary>
/// Keeps on record who was turned away, and why. One stream for all: the portfolio that a stranger names may not exist, and must not
/// get a stream of its own.
/// </summary>
public sealed class TurningAway(EventLog log, PersonDirectory persons, TimeProvider time, ILoggerFactory logs)
{
    public const string Stream = "turned-away";

    /// <summary>Never fails: the caller is refused in any case.</summary>
    public async Task RecordAsync(string? commandId, string portfolio, string? actor, string? credential, string address, string operation, string code, string reason)
    {
        try
        {
            await log.AppendAsync(Stream, $"call:{operation}", [new CommandTurnedAway(
                Text(commandId), Text(portfolio)!, actor, credential, await persons.SealAddressAsync(actor, address, CancellationToken.None), operation, code, Text(reason)!, Timestamp.From(time.GetUtcNow()))], CancellationToken.None);
        }
        catch (Exception e)
        {
            logs.CreateLogger("control").LogError(e, "turned away {Operation} of {Actor}, and could not put it on record", operation, actor);
        }
    }

    /// <summary>What a stranger sent, bounded and printable.</summary>
    private static string? Text(string? text) => text is null ? null : string.Concat(text.Take(500).Select(c => char.IsControl(c) || char.IsSurrogate(c) ? '\uFFFD' : c));
}
