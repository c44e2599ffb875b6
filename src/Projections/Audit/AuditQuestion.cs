using System.Globalization;
using EventSourcedTrading.Domain.Time;

namespace EventSourcedTrading.Projections.Audit;

/// <summary>A question as people write it, in an address or on a command line: a moment is a time (ISO 8601 with its offset) or a place in the log.</summary>
/// <param name="From">From this moment on.</param>
/// <param name="To">Up to this moment.</param>
/// <param name="AsOf">The log as it stood at this moment; the same as <paramref name="To"/>.</param>
/// <param name="After">The <c>next</c> of the page before.</param>
/// <param name="Limit">1 to 500; 50 if left out.</param>
/// <param name="OldestFirst">true or false.</param>
public sealed record AuditQuestion(
    string? Actor = null, string? Instrument = null, string? Agent = null, string? Order = null, string? Decision = null, string? Correlation = null,
    string? Causation = null, string? Type = null, string? Stream = null, string? Portfolio = null, string? Text = null, string? From = null, string? To = null,
    string? AsOf = null, string? After = null, string? Limit = null, string? OldestFirst = null)
{
    /// <exception cref="AuditFilterException">A value cannot be read, or has no sense.</exception>
    public Task<AuditPage> AskAsync(AuditQuery query, CancellationToken ct)
    {
        if (To is not null && AsOf is not null) throw new AuditFilterException("asOf", "asOf and to mean the same; leave one out");
        var (first, from) = Moment("from", From);
        var (last, to) = AsOf is null ? Moment("to", To) : Moment("asOf", AsOf);
        var filter = new AuditFilter(from, to, first, last, Actor, Instrument, Agent, Order, Decision, Correlation, Causation, Type, Stream, Portfolio, Text);
        var limit = Number("limit", Limit, int.MaxValue) ?? 50;
        if (OldestFirst is not (null or "true" or "false")) throw new AuditFilterException("oldestFirst", $"oldestFirst '{OldestFirst}' must be true or false");
        return query.FindAsync(filter, (int)limit, OldestFirst != "true", Number("after", After, long.MaxValue), ct);
    }

    /// <summary>A place in the log.</summary>
    /// <exception cref="AuditFilterException">Not a whole number from 1.</exception>
    public static long Position(string field, string text) => Number(field, text, long.MaxValue) is { } position and >= 1 ? position
        : throw new AuditFilterException(field, $"{field} {text} must be a place in the log, from 1");

    private static (long? Position, Timestamp? Time) Moment(string field, string? text)
    {
        if (text is null) return (null, null);
        if (text.Length > 0 && text.All(char.IsAsciiDigit)) return (Position(field, text), null);
        return text.Length <= Timestamp.TextLength + 13 && Timestamp.TryParse(text, out var time) ? (null, time)
            : throw new AuditFilterException(field, $"{field} '{Short(text)}' is neither a place in the log nor a time with its offset, such as 4711 or 2013-10-07T13:31:00Z");
    }

    private static long? Number(string field, string? text, long max) => text is null ? null
        : long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number <= max ? number
        : throw new AuditFilterException(field, $"{field} '{Short(text)}' must be a whole number");

    private static string Short(string text) => text.Length <= 60 ? text : text[..60] + "…";
}
