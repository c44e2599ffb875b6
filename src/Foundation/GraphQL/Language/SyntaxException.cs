namespace HotChocolate.Language;

/// <summary>A document that is not of the grammar, or larger than the limits of <see cref="ParserOptions"/>.</summary>
public sealed class SyntaxException(string source, int position, string what) : Exception($"Syntax Error: {what}")
{
    public Location Location { get; } = SourceText.At(source, position);
    public Error Error => new(Message, Location);
}

internal static class SourceText
{
    /// <summary>Line and column of a position, by going through the text: for errors only.</summary>
    public static Location At(string source, int position)
    {
        var (line, start) = (1, 0);
        for (var i = 0; i < position && i < source.Length; i++)
        {
            if (source[i] is not ('\n' or '\r')) continue;
            var end = source[i] == '\r' && i + 1 < source.Length && source[i + 1] == '\n' ? ++i + 1 : i + 1;
            if (end > position) break;
            (line, start) = (line + 1, end);
        }

        return new Location(position, position, line, position - start + 1);
    }
}
