using EventSourcedTrading.GraphQL.Tests.Corpus;
using EventSourcedTrading.Testing;
using HotChocolate.Language;

namespace EventSourcedTrading.GraphQL.Tests.Language;

public sealed class ParserTests
{
    public static TheoryData<int> SeedsOf => [.. Seeds.Chosen(3, 100)];

    [Fact]
    public void A_node_knows_where_it_stands()
    {
        const string Source = "query Q {\r\n  # said\r  alias: field(a: [1,\n \"\"\"x\n  y\"\"\", $v]) @d\n}";
        var operation = Assert.IsType<OperationDefinitionNode>(Utf8GraphQLParser.Parse(Source).Definitions[0]);
        var field = Assert.IsType<FieldNode>(operation.SelectionSet.Selections[0]);
        var list = Assert.IsType<ListValueNode>(field.Arguments[0].Value);

        Assert.Equal(new Location(0, Source.Length, 1, 1), operation.Location);
        Assert.Equal((3, 3), (field.Location.Line, field.Location.Column));
        Assert.Equal("alias: field(a: [1,\n \"\"\"x\n  y\"\"\", $v]) @d", Source[field.Location.Start..field.Location.End]);
        Assert.Equal((4, 2), (list.Items[1].Location.Line, list.Items[1].Location.Column));
        Assert.Equal((5, 9), (list.Items[2].Location.Line, list.Items[2].Location.Column));
        Assert.Equal("@d", Source[field.Directives[0].Location.Start..field.Directives[0].Location.End]);
        Assert.Equal("alias", field.ResponseName);
    }

    [Fact]
    public void Operations_fragments_and_variables_carry_descriptions()
    {
        var document = Utf8GraphQLParser.Parse("\"one\" query Q(\"two\" $v: Int) { a(x: $v) } \"\"\"three\"\"\" fragment F on T { a }");
        var operation = Assert.IsType<OperationDefinitionNode>(document.Definitions[0]);

        Assert.Equal("one", operation.Description!.Value);
        Assert.Equal("two", operation.VariableDefinitions[0].Description!.Value);
        Assert.Equal("three", Assert.IsType<FragmentDefinitionNode>(document.Definitions[1]).Description!.Value);
    }

    [Theory]
    [InlineData("[[Int!]!]", "[[Int!]!]")]
    [InlineData(" A ! ", "A!")]
    public void A_type_alone(string source, string printed) => Assert.Equal(printed, SyntaxPrinter.Print(Utf8GraphQLParser.ParseType(source)));

    [Theory]
    [InlineData("{ a : [ 1 , $v ] }", "{a: [1, $v]}")]
    [InlineData("\"\"\"\n  x\n\"\"\"", "\"\"\"x\"\"\"")]
    public void A_value_alone(string source, string printed) => Assert.Equal(printed, SyntaxPrinter.Print(Utf8GraphQLParser.ParseValue(source)));

    [Theory]
    [InlineData("Int Int", "Syntax Error: Expected <EOF>, found Name \"Int\".")]
    [InlineData("[Int", "Syntax Error: Expected \"]\", found <EOF>.")]
    public void What_is_no_type_alone(string source, string message) => Assert.Equal(message, Assert.Throws<SyntaxException>(() => Utf8GraphQLParser.ParseType(source)).Message);

    [Fact]
    public void A_document_of_more_tokens_than_allowed_is_read_no_further()
    {
        var options = new ParserOptions { MaxTokens = 5 };

        Assert.Equal("{\n  a\n  b\n  c\n}", SyntaxPrinter.Print(Utf8GraphQLParser.Parse("{ a # a comment is no token\n, b c }", options)));
        var e = Assert.Throws<SyntaxException>(() => Utf8GraphQLParser.Parse("{ a b c d }\0", options));
        Assert.Equal(("Syntax Error: Document contains more that 5 tokens. Parsing aborted.", 11), (e.Message, e.Location.Column));
    }

    [Theory]
    [InlineData("{a{a{a}}}", 3)]
    [InlineData("{a(x:[{y:1}])}", 3)]
    [InlineData("query($v:[[Int]]){a}", 2)]
    public void A_document_that_nests_deeper_than_allowed_is_refused(string source, int depth)
    {
        Utf8GraphQLParser.Parse(source, new ParserOptions { MaxDepth = depth });

        var e = Assert.Throws<SyntaxException>(() => Utf8GraphQLParser.Parse(source, new ParserOptions { MaxDepth = depth - 1 }));
        Assert.Equal($"Syntax Error: Document nests deeper than {depth - 1}. Parsing aborted.", e.Message);
    }

    [Fact]
    public void No_option_lets_a_document_overflow_the_stack()
    {
        var options = new ParserOptions { MaxTokens = null, MaxDepth = int.MaxValue };
        foreach (var text in new[] { string.Concat(Enumerable.Repeat("{a", 100_000)), "{a(x:" + new string('[', 100_000), "{a(x:" + string.Concat(Enumerable.Repeat("{a:", 100_000)), "query($v:" + new string('[', 100_000) })
            Assert.Contains("Document nests deeper than 500", Assert.Throws<SyntaxException>(() => Utf8GraphQLParser.Parse(text, options)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(SeedsOf))]
    public void Whatever_bytes_come_the_answer_is_a_tree_or_an_error_with_a_place(int seed)
    {
        var random = new Random(seed);
        var whole = CorpusFiles.DocumentFiles.SelectMany(f => CorpusFiles.Documents(f).Documents).ToList();
        var (read, refused) = (0, 0);
        for (var i = 0; i < 5_000; i++)
        {
            var text = random.Next(4) switch
            {
                0 => Mutation.Noise(random),
                1 => Mutation.Soup(random),
                2 => Mutation.Characters(random, whole[random.Next(whole.Count)]),
                _ => Mutation.InWords(random, whole[random.Next(whole.Count)]),
            };
            try
            {
                var once = SyntaxPrinter.Print(Utf8GraphQLParser.Parse(text, ParserOptions.Trusted));
                Assert.Equal(once, SyntaxPrinter.Print(Utf8GraphQLParser.Parse(once, ParserOptions.Trusted)));
                read++;
            }
            catch (SyntaxException e)
            {
                Assert.InRange(e.Location.Start, 0, text.Length);
                Assert.True(e.Location is { Line: > 0, Column: > 0 });
                refused++;
            }
        }

        Assert.True(read > 100 && refused > 1_000, $"seed {seed}: {read} read, {refused} refused");
    }
}
