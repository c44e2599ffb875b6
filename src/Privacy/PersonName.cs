namespace EventSourcedTrading.Privacy;

/// <summary>What people are called by keys, tokens and the operating system.</summary>
public static class PersonName
{
    public const int MaxLength = 40;

    /// <summary>
    /// The one form that a name is compared in: lower case, 1 to 40 letters, digits and <c>. _ @ + -</c>. Null if it is none; what has
    /// the form of a reference is none, or a person could be named like another's reference.
    /// </summary>
    public static string? Of(string? text)
    {
        var name = text?.Trim().ToLowerInvariant();
        return name is { Length: >= 1 and <= MaxLength } && !PersonReference.IsOne(name) && name.All(c => char.IsAsciiLetterOrDigit(c) || ".@_+-".Contains(c, StringComparison.Ordinal)) ? name : null;
    }
}
