using EventSourcedTrading.GraphQL.Tests.Corpus;
using EventSourcedTrading.Testing;

namespace EventSourcedTrading.GraphQL.Tests.Language;

/// <summary>What is of the grammar and what is not, where it breaks, and how it is printed: as graphql-js says.</summary>
public sealed class ParserDifferentialTests(GraphQLJs js)
{
    private static readonly string[] All =
        [.. CorpusFiles.SchemaNames.Select(CorpusFiles.Schema), .. CorpusFiles.BrokenSchemas, .. CorpusFiles.DocumentFiles.SelectMany(f => CorpusFiles.Documents(f).Documents)];

    public static TheoryData<int> SeedsOf => [.. Seeds.Chosen(4, 200)];

    [Fact]
    public async Task What_was_written_by_hand() => await Differential.SameParseAsync(js, All);

    [Theory]
    [InlineData("")]
    [InlineData("\uFEFF{a}")]
    [InlineData("{a(x: \"\"\"\\\"\"\" \n   é\n\n     b\n   \"\"\")}")]
    [InlineData("{a(x: \"\\u{1F600}\\u{0}\\uD83D\\uDE00\\n\\t\\b\\f\\r\\/\\\\\\\"\")}")]
    [InlineData("{a(x: \"\\u{D800}\")}")]
    [InlineData("{a(x: \"\\u{110000}\")}")]
    [InlineData("{a(x: \"\\u{FFFFFFFF}\")}")]
    [InlineData("{a(x: \"\\u{}\")}")]
    [InlineData("{a(x: \"\\u{41\")}")]
    [InlineData("{a(x: \"\\uDEAD\")}")]
    [InlineData("{a(x: \"\\uD83D\\u0041\")}")]
    [InlineData("{a(x: \"\\u00G0\")}")]
    [InlineData("{a(x: \"\\q\")}")]
    [InlineData("{a(x: \"abc")]
    [InlineData("{a(x: \"a\nb\")}")]
    [InlineData("{a(x: \"\"\"a\nb")]
    [InlineData("{a(x: \"\"\"a\r\n  b\r  c\n\"\"\") ?}")]
    [InlineData("{a(x: 'b')}")]
    [InlineData("{a(x: 01)}")]
    [InlineData("{a(x: -)}")]
    [InlineData("{a(x: 1.)}")]
    [InlineData("{a(x: 1.e1)}")]
    [InlineData("{a(x: 1e)}")]
    [InlineData("{a(x: 1e+)}")]
    [InlineData("{a(x: 1x)}")]
    [InlineData("{a(x: 1.2.3)}")]
    [InlineData("{a(x: 0xF)}")]
    [InlineData("{a(x: -0 y: -0.0e-0 z: 1E5)}")]
    [InlineData("{a(x: .5)}")]
    [InlineData("{..a}")]
    [InlineData("{... }")]
    [InlineData("{...on}")]
    [InlineData("{...on on}")]
    [InlineData("{... on Dog}")]
    [InlineData("fragment on on Dog {a}")]
    [InlineData("fragment \"on\" on Dog {a}")]
    [InlineData("query ($a: Int = $b) {a}")]
    [InlineData("query ($a: Int = $) {a}")]
    [InlineData("query ($a: Int @d(x: [$b])) {a}")]
    [InlineData("\"d\" {a}")]
    [InlineData("\"d\" extend type A {a: Int}")]
    [InlineData("\"d\" notakeyword")]
    [InlineData("notakeyword")]
    [InlineData("extend \"d\" type A {a: Int}")]
    [InlineData("extend type A")]
    [InlineData("extend schema")]
    [InlineData("extend scalar A")]
    [InlineData("extend directive @a on FIELD")]
    [InlineData("directive @a on SOMEWHERE")]
    [InlineData("directive @a repeatable FIELD")]
    [InlineData("enum A { true }")]
    [InlineData("enum A { \"x\" \"true\" }")]
    [InlineData("type A implements & B & C { a: Int }")]
    [InlineData("type A implements B C { a: Int }")]
    [InlineData("union A = | B | C union D =")]
    [InlineData("{a} # comment \u2028 é 😀\n#\uD800")]
    [InlineData("{a b: c d(e: {f: [1 2, {}] g: null}) @h(i: ENUM)}")]
    [InlineData("{ veryLongFieldName(firstArgument: \"aaaaaaaaaaaaaaaaaaaaaaaaa\", secondArgument: \"bbbbbbbbbbbbbbbbbbbbbbb\") { nested(firstArgument: \"\"\"a\nb\"\"\", secondArgument: \"bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb\") } }")]
    [InlineData("query Q(\"a\" $a: Int = 1 @d, \"\"\"b\nc\"\"\" $b: [Int!]!) @x @y(z: 1) { a }")]
    public async Task Odd_texts(string source) => await Differential.SameParseAsync(js, [source]);

    [Theory]
    [MemberData(nameof(SeedsOf))]
    public async Task Broken_texts(int seed)
    {
        var random = new Random(seed);
        var sources = Enumerable.Range(0, 500).Select(_ => All[random.Next(All.Length)]).Select(text => random.Next(2) == 0 ? Mutation.InWords(random, text) : Mutation.Characters(random, text));

        await Differential.SameParseAsync(js, [.. sources, .. Enumerable.Range(0, 100).Select(_ => Mutation.Soup(random)), .. Enumerable.Range(0, 100).Select(_ => Mutation.Noise(random))]);
    }
}
