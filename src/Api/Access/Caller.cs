using EventSourcedTrading.Domain.Control;

namespace EventSourcedTrading.Api.Access;

/// <summary>Who calls, once that is certain.</summary>
/// <param name="Person">Lower case; whoever has several credentials is still one person.</param>
/// <param name="Credential">Id of the API key, or issuer of the token.</param>
/// <param name="IssuedBy">Who issued the API key; null for a token.</param>
public sealed record Caller(string Person, IReadOnlyList<Role> Roles, string Credential, string? IssuedBy, string Address)
{
    public const int MaxPersonLength = 40;

    /// <summary>A person's name as it goes on record: lower case, 1 to 40 letters, digits and <c>. _ @ + -</c>. Null if it is none.</summary>
    public static string? PersonOf(string? name)
    {
        var person = name?.Trim().ToLowerInvariant();
        return person is { Length: >= 1 and <= MaxPersonLength } && person.All(c => char.IsAsciiLetterOrDigit(c) || ".@_+-".Contains(c, StringComparison.Ordinal)) ? person : null;
    }
}
