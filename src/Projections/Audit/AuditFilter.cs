using EventSourcedTrading.Domain.Json;
using EventSourcedTrading.Domain.Time;

namespace EventSourcedTrading.Projections.Audit;

/// <summary>Which events are asked for. What is null does not matter; an event must have all of the rest.</summary>
/// <param name="From">Recorded at this time or later.</param>
/// <param name="To">Recorded at this time or earlier: how the log stood then.</param>
/// <param name="FirstPosition">From this place in the log on, from 1.</param>
/// <param name="LastPosition">Up to this place in the log: how the log stood there.</param>
/// <param name="Agent">Any of the agents that an event names.</param>
/// <param name="Type">Such as <c>order_filled</c>.</param>
/// <param name="Text">
/// Words of a rationale or reason, all of them, in any order and either case; <c>"in quotes"</c> one after the other, <c>or</c> between
/// alternatives, <c>-</c> before a word that must not be there (websearch_to_tsquery of PostgreSQL, configuration simple).
/// </param>
public sealed record AuditFilter(
    Timestamp? From = null, Timestamp? To = null, long? FirstPosition = null, long? LastPosition = null, string? Actor = null, string? Instrument = null,
    string? Agent = null, string? Order = null, string? Decision = null, string? Correlation = null, string? Causation = null, string? Type = null,
    string? Stream = null, string? Portfolio = null, string? Text = null)
{
    /// <summary>No name or id in the log is longer.</summary>
    public const int MaxLength = 200;

    /// <summary>Longest text to look for, in characters.</summary>
    public const int MaxText = 500;

    /// <exception cref="AuditFilterException">A value cannot be what was meant.</exception>
    public void Check()
    {
        Name("actor", Actor);
        Name("instrument", Instrument);
        Name("agent", Agent);
        Name("order", Order);
        Name("decision", Decision);
        Name("correlation", Correlation);
        Name("causation", Causation);
        Name("stream", Stream);
        Name("portfolio", Portfolio);
        Name("type", Type);
        if (Type is not null && !EventJson.Aliases.Contains(Type)) throw new AuditFilterException("type", $"type '{Type}' is no event of this version; there are {string.Join(", ", EventJson.Aliases.Order())}");
        Name("text", Text, MaxText);
        if (Text is not null && !Text.Any(char.IsLetterOrDigit)) throw new AuditFilterException("text", $"text '{Text}' has no word to look for");
        if (FirstPosition < 1) throw new AuditFilterException("firstPosition", $"firstPosition {FirstPosition} must be 1 or more");
        if (LastPosition < 1) throw new AuditFilterException("lastPosition", $"lastPosition {LastPosition} must be 1 or more");
        if (FirstPosition > LastPosition) throw new AuditFilterException("firstPosition", $"firstPosition {FirstPosition} is behind lastPosition {LastPosition}; exchange them");
        if (From > To) throw new AuditFilterException("from", $"from {From} is after to {To}; exchange them");
    }

    private static void Name(string field, string? value, int max = MaxLength)
    {
        if (value is null) return;
        if (value.Length == 0 || value.Length > max) throw new AuditFilterException(field, $"{field} has {value.Length} characters; it must have 1 to {max}, or be left out");
        for (var i = 0; i < value.Length; i++)
        {
            if (char.IsSurrogatePair(value, i)) i++;
            else if (char.IsControl(value[i]) || char.IsSurrogate(value[i])) throw new AuditFilterException(field, $"{field} has a character at place {i + 1} that no name in the log has: U+{(int)value[i]:X4}; take it out");
        }
    }
}

/// <summary>A question to the audit index that has no sense.</summary>
/// <param name="field">The part of it that is wrong, in camelCase.</param>
public sealed class AuditFilterException(string field, string message) : Exception(message)
{
    public string Field { get; } = field;
}
