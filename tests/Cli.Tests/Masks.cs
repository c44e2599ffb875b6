using System.Text;
using System.Text.RegularExpressions;

namespace EventSourcedTrading.Cli.Tests;

/// <summary>
/// Takes out of what was said what differs from run to run: times, ids and hashes by chance, ports, names of the test's own. Each leaves
/// a mark of its own length, so tables stay straight.
/// </summary>
public sealed partial class Masks(string folder)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly List<(string Text, string Mark)> known = [(folder, "/tmp/desk")];

    /// <summary>A text that differs from run to run, and what stands for it.</summary>
    public void Add(string text, string mark) => known.Insert(0, (text, mark));

    public string Apply(string said)
    {
        foreach (var (text, mark) in known)
        {
            // Within a table the cell keeps its width.
            if (text.Length > mark.Length)
                said = Regex.Replace(said, $@"{Regex.Escape(text)}([^│\n]*)│", m => $"{mark}{m.Groups[1].Value}{new string(' ', text.Length - mark.Length)}│", RegexOptions.CultureInvariant, Patience);
            said = said.Replace(text, mark, StringComparison.Ordinal);
        }

        said = Moment().Replace(said, m => Same("YYYY-MM-DDThh:mm:ss.ffffffZ", m.Length));
        said = LogTime().Replace(said, "hh:mm:ss.fff");
        said = Clock().Replace(said, m => Same("YYYY-MM-DD hh:mm:ss.ffffff", m.Length));
        said = Day().Replace(said, m => Same("YYYY-MM-DD hh:mm:ss", m.Length));
        said = Token().Replace(said, m => m.Groups[1].Value + new string('x', m.Length - m.Groups[1].Length));
        said = Guid().Replace(said, "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx");
        said = Hash().Replace(said, m => new string('x', m.Length));
        said = Person().Replace(said, m => "person-" + new string('x', m.Length - 7));
        said = Port().Replace(said, "127.0.0.1:PORT");
        said = Measured().Replace(said, m => "N " + m.Groups[2].Value);
        return TrailingSpace().Replace(said, "").Trim('\n');
    }

    /// <summary>The same but for widths: by this, pages are compared, since a table is as wide as what is in it.</summary>
    public static string Loose(string page)
    {
        var loose = new StringBuilder();
        foreach (var line in page.Split('\n')) loose.Append(Gap().Replace(Rule().Replace(line, "─"), " ").TrimEnd()).Append('\n');
        return loose.ToString();
    }

    private static string Same(string form, int length) => length <= form.Length ? form[..length] : form.PadRight(length, 'f');

    // The session's market is of 2024; every later moment is a clock's.
    [GeneratedRegex(@"20(?:2[5-9]|[3-9]\d)-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d+)?)?Z?")]
    private static partial Regex Moment();

    [GeneratedRegex(@"20(?:2[5-9]|[3-9]\d)-\d\d-\d\d \d\d:\d\d:\d\d\.\d+")]
    private static partial Regex Clock();

    [GeneratedRegex(@"20(?:2[5-9]|[3-9]\d)-\d\d-\d\d(?: \d\d:\d\d(?::\d\d)?)?")]
    private static partial Regex Day();

    [GeneratedRegex(@"^\d\d:\d\d:\d\d\.\d{3}", RegexOptions.Multiline)]
    private static partial Regex LogTime();

    [GeneratedRegex(@"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")]
    private static partial Regex Guid();

    [GeneratedRegex(@"(?<![0-9A-Za-z+/])(?:[0-9a-f]{16,}…?|[0-9A-Za-z+/]{43}=)(?![0-9A-Za-z+/])")]
    private static partial Regex Hash();

    [GeneratedRegex(@"person-[0-9a-z]{6,}…?")]
    private static partial Regex Person();

    // Keys of the control plane and of the notary; ids of approvals.
    [GeneratedRegex(@"(est_(?=[a-z2-7]{12}_|KEY)|example\.org/desk\+|approval-)[\w+/=-]{6,}")]
    private static partial Regex Token();

    [GeneratedRegex(@"(?:127\.0\.0\.1|localhost):\d{4,5}")]
    private static partial Regex Port();

    [GeneratedRegex(@"[+-]?(\d[\d,]*(?:\.\d+)?)(?: ± [\d.]+)? (ms|s|KiB|MiB free|GiB free|signals/s|events/s|events a second|signals a second)\b")]
    private static partial Regex Measured();

    [GeneratedRegex(@"[ \t]+(?=\n)")]
    private static partial Regex TrailingSpace();

    [GeneratedRegex(@" {2,}")]
    private static partial Regex Gap();

    [GeneratedRegex(@"─{2,}")]
    private static partial Regex Rule();
}
