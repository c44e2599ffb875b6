using System.Security.Cryptography;
using System.Text.RegularExpressions;

namespace EventSourcedTrading.Privacy;

/// <summary>
/// <c>person-</c> and 12 letters of base32 (60 random bits): what events have in the place of a person's name. Nothing of the name is in
/// it, so that it says nothing once the name is forgotten.
/// </summary>
public static partial class PersonReference
{
    private const string Prefix = "person-", Letters = "abcdefghijklmnopqrstuvwxyz234567";
    private const int Random = 12;

    public static string Create() => Prefix + RandomNumberGenerator.GetString(Letters, Random);

    public static bool IsOne(string text) =>
        text.Length == Prefix.Length + Random && text.StartsWith(Prefix, StringComparison.Ordinal) && text.AsSpan(Prefix.Length).IndexOfAnyExcept(Letters) < 0;

    /// <summary>Every reference in a text, once each.</summary>
    public static IReadOnlyCollection<string> In(string text) => text.Contains(Prefix, StringComparison.Ordinal) ? [.. Form().Matches(text).Select(m => m.Value).Distinct()] : [];

    /// <summary>The text with names in the place of references; those without a name stay.</summary>
    public static string Replace(string text, IReadOnlyDictionary<string, string> names) =>
        names.Count == 0 ? text : Form().Replace(text, m => names.GetValueOrDefault(m.Value, m.Value));

    [GeneratedRegex("person-[a-z2-7]{12}(?![a-z2-7])", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex Form();
}
