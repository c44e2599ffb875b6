using System.Text;

namespace HotChocolate.Language;

/// <summary>Block strings: what they mean without their indentation (specification, section 2.9.4), and how they are written.</summary>
internal static class BlockString
{
    public static string Dedent(List<string> lines)
    {
        var (common, first, last) = (int.MaxValue, -1, -1);
        for (var i = 0; i < lines.Count; i++)
        {
            var indent = Indentation(lines[i]);
            if (indent == lines[i].Length) continue;
            if (first < 0) first = i;
            last = i;
            if (i != 0) common = Math.Min(common, indent);
        }

        if (first < 0) return "";
        if (first == last && first == 0) return lines[0];
        var text = new StringBuilder();
        for (var i = first; i <= last; i++)
        {
            if (i > first) text.Append('\n');
            var skipped = i == 0 ? 0 : Math.Min(common, lines[i].Length);
            text.Append(lines[i], skipped, lines[i].Length - skipped);
        }

        return text.ToString();
    }

    /// <summary>As graphql-js does: on lines of its own where it has several, is long, or ends with what would run into the quotes.</summary>
    public static string Print(string value)
    {
        var escaped = value.Replace("\"\"\"", "\\\"\"\"", StringComparison.Ordinal);
        var lines = escaped.ReplaceLineEndings("\n").Split('\n');
        var indented = lines.Length > 1 && lines.Skip(1).All(line => line.Length == 0 || IsBlank(line[0]));
        var trailingQuotes = escaped.EndsWith("\\\"\"\"", StringComparison.Ordinal);
        var endsLine = (value.EndsWith('"') && !trailingQuotes) || value.EndsWith('\\');
        var ownLines = lines.Length > 1 || value.Length > 70 || endsLine || trailingQuotes;
        var startsBlank = lines.Length == 1 && value.Length > 0 && IsBlank(value[0]);
        return $"\"\"\"{((ownLines && !startsBlank) || indented ? "\n" : "")}{escaped}{(ownLines ? "\n" : "")}\"\"\"";
    }

    /// <summary>Whether a block string gives the text back unchanged.</summary>
    public static bool CanHold(string value)
    {
        var (emptyLine, indented, commonIndentation, lines) = (true, false, true, 1);
        foreach (var c in value)
        {
            switch (c)
            {
                case '\t' or ' ':
                    indented |= emptyLine;
                    break;
                case '\n' when emptyLine && lines == 1:
                    return false;
                case '\n':
                    (lines, emptyLine, indented) = (lines + 1, true, false);
                    break;
                case <= '\x0F':
                    return false;
                default:
                    commonIndentation &= indented;
                    emptyLine = false;
                    break;
            }
        }

        return value.Length == 0 || (!emptyLine && !(commonIndentation && lines > 1));
    }

    private static bool IsBlank(char c) => c is ' ' or '\t';

    private static int Indentation(string line)
    {
        var at = 0;
        while (at < line.Length && IsBlank(line[at])) at++;
        return at;
    }
}
