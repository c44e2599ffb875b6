using System.Text;

namespace EventSourcedTrading.GraphQL.Tests;

/// <summary>Breaks texts: by characters or by words of the language.</summary>
internal static class Mutation
{
    private static readonly string[] Words =
    [
        "{", "}", "(", ")", "[", "]", "!", ":", "=", "|", "&", "@", "$", "...", "\"", "\"\"\"", "#", ",", "on", "query", "fragment", "type", "extend", "schema", "input", "enum", "union",
        "interface", "implements", "directive", "repeatable", "scalar", "true", "null", "0", "-1", "1.5e3", "\"x\"", "\"\"\"b\n  c\"\"\"", "$v", "Query", "a", "\n", "\r\n", "\r", "\uFEFF", "\\u{41}", "\"desc\"", "@deprecated",
    ];

    private static readonly string[] Pieces =
    [
        "\"", "\\", "\\u", "\\u{", "\\u{110000}", "\\uD83D\\uDE00", "\\uD800", "\uD800", "\uDC00", "\uD83D\uDE00", "\0", "\x07", "\t", "\n", "\r", "\r\n", "\u2028", ".", "..", "-", "0", "00", "1.", "1e", "é", "'", "`", "~", "?", "\"\"\"", "\\\"\"\"", "#c", "%", "_", "__x",
    ];

    public static string InWords(Random random, string text)
    {
        var words = text.Split(' ').ToList();
        for (var i = random.Next(1, 4); i > 0 && words.Count > 0; i--)
        {
            var at = random.Next(words.Count);
            switch (random.Next(5))
            {
                case 0: words.RemoveAt(at); break;
                case 1: words.Insert(at, Words[random.Next(Words.Length)]); break;
                case 2: words[at] = Words[random.Next(Words.Length)]; break;
                case 3: words.Insert(at, words[random.Next(words.Count)]); break;
                default: (words[at], words[0]) = (words[0], words[at]); break;
            }
        }

        return string.Join(' ', words);
    }

    public static string Characters(Random random, string text)
    {
        var broken = new StringBuilder(text);
        for (var i = random.Next(1, 4); i > 0; i--)
        {
            var at = random.Next(broken.Length + 1);
            switch (random.Next(3))
            {
                case 0 when at < broken.Length: broken.Remove(at, Math.Min(random.Next(1, 4), broken.Length - at)); break;
                case 1: broken.Insert(at, Pieces[random.Next(Pieces.Length)]); break;
                default: broken.Insert(at, (char)random.Next(32, 127)); break;
            }
        }

        return broken.ToString();
    }

    /// <summary>Words of the language in no order.</summary>
    public static string Soup(Random random) => string.Join(random.Next(3) == 0 ? "" : " ", Enumerable.Range(0, random.Next(1, 40)).Select(_ => Words[random.Next(Words.Length)]));

    public static string Noise(Random random) => string.Concat(Enumerable.Range(0, random.Next(1, 60)).Select(_ => random.Next(4) == 0 ? (char)random.Next(0x10000) : (char)random.Next(128)));
}
