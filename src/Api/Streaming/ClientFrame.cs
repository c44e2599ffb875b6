using System.Buffers;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using EventSourcedTrading.Domain.Instruments;
using EventSourcedTrading.Domain.Portfolios;

namespace EventSourcedTrading.Api.Streaming;

/// <summary>A message from a client.</summary>
/// <param name="Type">hello, subscribe, unsubscribe, ping or pong.</param>
/// <param name="Id">The client's name for a subscription: 1 to 64 letters, digits and . _ -.</param>
/// <param name="Channel">positions, decisions or market.</param>
/// <param name="ResumeAfter">A position in the log, as a string.</param>
/// <param name="Key">An API key or a token; of hello alone.</param>
/// <param name="Nonce">Of ping and pong; comes back as it was.</param>
internal sealed record ClientFrame(
    string? Type, string? Id = null, string? Channel = null, string? Portfolio = null, IReadOnlyList<string>? Instruments = null, string? ResumeAfter = null,
    string? Key = null, string? Nonce = null)
{
    private const int MaxId = 64;
    private static readonly SearchValues<char> IdLetters = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-");

    /// <exception cref="StreamFault">Not JSON, or not of this shape.</exception>
    public static ClientFrame Read(ReadOnlySpan<byte> utf8)
    {
        try
        {
            return JsonSerializer.Deserialize(utf8, ClientFrameJson.Default.ClientFrame) ?? throw new StreamFault("BAD_FRAME", null, "null", "a message must be a JSON object");
        }
        catch (JsonException e)
        {
            var field = e.Path is { Length: > 2 } path && path[2] != '\'' ? path[2..] : null;
            throw new StreamFault("BAD_FRAME", field?.Length > MaxId ? null : field, null, "a message must be a JSON object with the members that docs/streams.md gives, texts for all but instruments, and no other");
        }
        catch (InvalidOperationException)
        {
            throw new StreamFault("BAD_FRAME", null, null, "a text of the message is not valid Unicode");
        }
    }

    /// <exception cref="StreamFault">Missing, or not 1 to 64 letters, digits and . _ -.</exception>
    public string CheckedId => Id is { Length: >= 1 and <= MaxId } && !Id.AsSpan().ContainsAnyExcept(IdLetters)
        ? Id : throw new StreamFault("BAD_ID", "id", Id, "id must have 1 to 64 letters, digits and . _ -");

    /// <exception cref="StreamFault">Not well-formed.</exception>
    public string? CheckedPortfolio => Portfolio is null || PortfolioId.IsWellFormed(Portfolio)
        ? Portfolio : throw new StreamFault("BAD_PORTFOLIO", "portfolio", Portfolio, $"portfolio must have 1 to {PortfolioId.MaxLength} lower-case letters, digits and -");

    /// <exception cref="StreamFault">Not a whole number from 0.</exception>
    public long? CheckedResumeAfter => ResumeAfter is null ? null : long.TryParse(ResumeAfter, NumberStyles.None, CultureInfo.InvariantCulture, out var position)
        ? position : throw new StreamFault("BAD_POSITION", "resumeAfter", ResumeAfter, "resumeAfter must be the position of a frame, a whole number from 0 in a string");

    /// <exception cref="StreamFault">Too many, none, or one that is none.</exception>
    public IReadOnlySet<string>? CheckedInstruments(int most)
    {
        if (Instruments is null) return null;
        if (Instruments.Count is 0 || Instruments.Count > most)
            throw new StreamFault("BAD_INSTRUMENTS", "instruments", Instruments.Count.ToString(CultureInfo.InvariantCulture), $"instruments must name 1 to {most}; leave it out for all");
        foreach (var id in Instruments)
            if (!Instrument.IsId(id)) throw new StreamFault("BAD_INSTRUMENTS", "instruments", id, "an instrument is SYMBOL.MIC, such as SPY.ARCX");
        return Instruments.ToHashSet();
    }

    /// <summary>Without the key: values end up in logs.</summary>
    public override string ToString() => $"{Type} {Id}";
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow, GenerationMode = JsonSourceGenerationMode.Metadata,
    AllowDuplicateProperties = false, MaxDepth = 4)]
[JsonSerializable(typeof(ClientFrame))]
internal sealed partial class ClientFrameJson : JsonSerializerContext;
