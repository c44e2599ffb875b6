using System.Diagnostics;
using System.Text;
using HotChocolate.Language;
using HotChocolate.Types;
using HotChocolate.Validation;

namespace EventSourcedTrading.GraphQL.Tests.Validation;

/// <summary>Documents that are small and mean harm. What counts is the work, which is bounded; the time is only told.</summary>
public sealed class BombTests(ITestOutputHelper output)
{
    private const string Sdl = """
        type Query implements I { a: Query b: Query x(p: In, q: [In]): Int y: String list: [Query] u: U i: I }
        interface I { a: Query x(p: In, q: [In]): Int }
        type Other { a: Query x: String }
        union U = Query | Other
        input In { a: In b: [In] n: Int }
        """;

    private static readonly Schema Schema = SchemaBuilder.FromSdl(Sdl);

    public static TheoryData<string, bool> Bombs => new()
    {
        // name, whether the text is of the grammar within the limits of the parser
        { "selections that nest", false },
        { "values that nest", false },
        { "lists that nest", false },
        { "types that nest", false },
        { "aliases", false },
        { "tokens", false },
        { "fragment cycle", true },
        { "fragment cycle through a field", true },
        { "fragments that double", true },
        { "fragments that double below fields", true },
        { "fragments in a row", true },
        { "each fragment in each", true },
        { "same field", true },
        { "same field with selections", true },
        { "same field of other types", true },
        { "conflicts", true },
        { "conflicts within the limits", true },
        { "one conflict among many pairs within the limits", true },
        { "conflicts below fragments", true },
        { "sets of fragments", true },
        { "directives", true },
        { "variables", true },
        { "operations times fragments", true },
        { "unknown names", true },
        { "long name", true },
        { "long string where a number is wanted", true },
        { "introspection in circles", true },
        { "input fields", true },
    };

    [Theory]
    [MemberData(nameof(Bombs))]
    public void A_bomb_is_refused_or_valid_within_bounded_work(string name, bool parses)
    {
        var text = Text(name);
        foreach (var options in new[] { ValidationOptions.Default, ValidationOptions.Unlimited with { MaxSteps = 20_000 } })
        {
            var (read, context) = Run(text, options);
            output.WriteLine($"{name}: {text.Length:N0} characters, {Shortest(text, options).TotalMilliseconds:0.00} ms, {context?.Steps ?? 0:N0} steps, {context?.Errors.Count ?? 0} errors: {context?.Errors.FirstOrDefault()?.Message[..Math.Min(90, context.Errors[0].Message.Length)]}");

            Assert.Equal(parses, read);
            if (context is null) continue;
            Assert.True(context.Steps <= 25_000, $"{context.Steps} steps");
            Assert.True(context.Errors.Count <= 101 && context.Errors.Sum(e => (long)e.Message.Length) < 500_000, "the answer is small");
            if (options == ValidationOptions.Default) Assert.True(context.HasErrors || name is "same field of other types", "nothing is wrong with it?");
        }
    }

    /// <summary>Of many runs, as the machine is busy with other things.</summary>
    private static TimeSpan Shortest(string text, ValidationOptions options)
    {
        var shortest = TimeSpan.MaxValue;
        for (var i = 0; i < 40; i++)
        {
            var start = Stopwatch.GetTimestamp();
            Run(text, options);
            if (Stopwatch.GetElapsedTime(start) is var time && time < shortest) shortest = time;
        }

        return shortest;
    }

    private static (bool Read, ValidationContext? Context) Run(string text, ValidationOptions options)
    {
        try
        {
            return (true, DocumentValidator.Run(Schema, Utf8GraphQLParser.Parse(text), options));
        }
        catch (SyntaxException)
        {
            return (false, null);
        }
    }

    private static string Text(string name) => name switch
    {
        "selections that nest" => Repeat(5_000, _ => "{a") + Repeat(5_000, _ => "}"),
        "values that nest" => "{x(p:" + Repeat(5_000, _ => "{a:") + "1" + Repeat(5_000, _ => "}") + ")}",
        "lists that nest" => "{x(q:" + Repeat(100_000, _ => "[") + ")}",
        "types that nest" => "query ($a: " + Repeat(50_000, _ => "[") + ") {a}",
        "aliases" => "{" + Repeat(10_000, i => $"a{i}:x ") + "}",
        "tokens" => "{" + Repeat(100_000, _ => "x ") + "}",
        "fragment cycle" => "{...A} fragment A on Query {...B ...B} fragment B on Query {...C ...C} fragment C on Query {...A ...A}",
        "fragment cycle through a field" => "{...A} fragment A on Query {a {...B b {...A}} b {...A ...B}} fragment B on Query {a {...A b{...B}} b {...B ...A}}",
        "fragments that double" => "{...F0} " + Repeat(150, i => $"fragment F{i} on Query {{...F{i + 1} ...F{i + 1}}} ") + "fragment F150 on Query {x}",
        "fragments that double below fields" => "{...F0} " + Repeat(100, i => $"fragment F{i} on Query {{a {{...F{i + 1}}} b {{...F{i + 1}}}}} ") + "fragment F100 on Query {x}",
        "fragments in a row" => "{...F0} " + Repeat(200, i => $"fragment F{i} on Query {{x ...F{i + 1}}} ") + "fragment F200 on Query {x}",
        "each fragment in each" => "{...F0} " + Repeat(25, i => $"fragment F{i} on Query {{{Repeat(25, j => $"...F{j} ")}}} "),
        "same field" => "{" + Repeat(1_900, _ => "x ") + "}",
        "same field with selections" => "{" + Repeat(450, _ => "a{x} ") + "}",
        "same field of other types" => "{u{" + Repeat(150, i => $"...on {(i % 2 == 0 ? "Query" : "Other")}{{a{{x}}}} ") + "}}",
        "conflicts" => "{" + Repeat(950, i => $"x{(i % 2 == 0 ? "" : ":y")} ") + "}",
        "conflicts within the limits" => "{a{" + Repeat(170, i => $"x(p:{{n:{i}}}) ") + "}}",
        "one conflict among many pairs within the limits" => "{a{" + Repeat(400, _ => "a{x} ") + "y y:x}}",
        "conflicts below fragments" => "{" + Repeat(30, i => $"...F{i} ") + "}" + Repeat(30, i => $" fragment F{i} on Query {{{Repeat(12, j => $"...F{(i * 7 + j * 3) % 30} ")} a{{z:{(i % 2 == 0 ? "x" : "y")}}}}}"),
        "sets of fragments" => SetsOfFragments(20),
        "directives" => "{x " + Repeat(200, _ => "@skip(if:1)") + "}",
        "variables" => "query (" + Repeat(150, i => $"$v{i}:In ") + ") {" + Repeat(150, i => $"x(p:$w{i}) ")[..^1] + "}",
        "operations times fragments" => Repeat(120, i => $"query Q{i} {{...F}} ") + "fragment F on Query {" + Repeat(120, i => $"x(p:$v{i})") + "}",
        "unknown names" => "{" + Repeat(1_900, i => $"unknown{i} ") + "}",
        "long name" => "{" + new string('n', 60_000) + " ..." + new string('f', 60_000) + "}",
        "long string where a number is wanted" => "{" + Repeat(100, _ => $"x(p:{{n:\"{new string('s', 500)}\"}}) ") + "}",
        "introspection in circles" => "{__schema{types{" + Repeat(12, _ => "fields{type{") + "name" + Repeat(24, _ => "}") + "}}}",
        "input fields" => "{x(p:{" + Repeat(600, _ => "n:1 ") + "})}",
        _ => throw new ArgumentOutOfRangeException(nameof(name)),
    };

    /// <summary>Each level has two ways to go on with some of the fragments below: as many places as there are sets of them.</summary>
    private static string SetsOfFragments(int n)
    {
        var text = new StringBuilder("{a{...F0} b{...F0}}");
        for (var i = 0; i < n; i++) text.Append($" fragment F{i} on Query {{a{{...F{i + 1} ...F{(i * 2 + 1) % n + 1}}} b{{...F{i + 1}}} {(i % 3 == 0 ? $"...F{i + 1}" : "x")}}}");
        return text.Append($" fragment F{n} on Query {{x}}").ToString();
    }

    private static string Repeat(int times, Func<int, string> piece) => string.Concat(Enumerable.Range(0, times).Select(piece));
}
