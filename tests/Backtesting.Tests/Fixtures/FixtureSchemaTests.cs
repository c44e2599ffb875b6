using EventSourcedTrading.Backtesting.Fixtures;
using EventSourcedTrading.Testing;

namespace EventSourcedTrading.Backtesting.Tests.Fixtures;

/// <summary>docs/fixture.schema.json and our own reader agree, as <c>ajv</c> sees it. Recorded fixtures are validated where they are recorded.</summary>
public sealed class FixtureSchemaTests
{
    private static readonly JsonSchema Schema = JsonSchema.OfDocs("fixture.schema.json");

    [Fact]
    public async Task Every_fixture_is_as_the_schema_says()
    {
        Assert.SkipUnless(NodeProgram.IsInstalled, "node is not installed");
        string[] files = [.. Directory.EnumerateFiles(Path.Combine(AppContext.BaseDirectory, "Fixtures"), "*.json").Order(StringComparer.Ordinal)];
        Assert.True(files.Length > 5, $"only {files.Length} fixtures");
        foreach (var (file, errors) in files.Zip(await Schema.ErrorsAsync(files))) Assert.True(errors.Length == 0, $"{file}: {string.Join("; ", errors)}");
    }

    [Fact]
    public async Task What_the_schema_refuses_our_reader_refuses_too()
    {
        Assert.SkipUnless(NodeProgram.IsInstalled, "node is not installed");
        const string continues = """{"kind":"continue","data":{}}""";
        string[] wrong =
        [
            "{", "[]", "null", "7",
            $$"""{"portfolio":"a","steps":[{{continues}}]}""",
            $$"""{"description":"","steps":[{{continues}}]}""",
            """{"description":"","portfolio":"a"}""",
            $$"""{"description":7,"portfolio":"a","steps":[{{continues}}]}""",
            $$"""{"description":"","portfolio":"A","steps":[{{continues}}]}""",
            $$"""{"description":"","portfolio":"","steps":[{{continues}}]}""",
            $$"""{"description":"","portfolio":"a-name-of-25-characters-xx","steps":[{{continues}}]}""",
            """{"description":"","portfolio":"a","steps":[]}""",
            """{"description":"","portfolio":"a","steps":{}}""",
            $$"""{"description":"","portfolio":"a","steps":[{{continues}}],"step":[]}""",
            """{"description":"","portfolio":"a","steps":[null]}""",
            """{"description":"","portfolio":"a","steps":[{"kind":"wish","data":{}}]}""",
            """{"description":"","portfolio":"a","steps":[{"data":{}}]}""",
            """{"description":"","portfolio":"a","steps":[{"kind":"continue"}]}""",
            """{"description":"","portfolio":"a","steps":[{"kind":"progress","data":7}]}""",
            """{"description":"","portfolio":"a","steps":[{"kind":"continue","data":{},"than":[]}]}""",
            """{"description":"","portfolio":"a","steps":[{"kind":"continue","data":{},"then":{}}]}""",
            """{"description":"","portfolio":"a","steps":[{"kind":"continue","data":{},"then":[{}]}]}""",
            """{"description":"","portfolio":"a","steps":[{"kind":"continue","data":{},"then":["order_filled"]}]}""",
            """{"description":"","portfolio":"a","steps":[{"kind":"continue","data":{},"then":[{"type":7}]}]}""",
            """{"description":"","portfolio":"a","steps":[{"kind":"continue","data":{},"at":"yesterday"}]}""",
            """{"description":"","portfolio":"a","steps":[{"kind":"continue","data":{},"at":"2013-10-07T13:30:00"}]}""",
            """{"description":"","portfolio":"a","steps":[{"kind":"continue","data":{},"at":1381152600}]}""",
            $$"""{"description":"","portfolio":"a","state":{"format":1},"steps":[{{continues}}]}""",
            $$"""{"description":"","portfolio":"a","state":{"snapshot":{} },"steps":[{{continues}}]}""",
            $$"""{"description":"","portfolio":"a","state":{"format":"1","snapshot":{} },"steps":[{{continues}}]}""",
            $$"""{"description":"","portfolio":"a","state":{"format":1,"snapshot":{},"more":1},"steps":[{{continues}}]}""",
        ];
        using var folder = new Folder();
        string[] files = [folder.Write("right.json", $$"""{"description":"","portfolio":"a","steps":[{{continues}}]}"""), .. wrong.Select((json, i) => folder.Write($"{i}.json", json))];
        var errors = await Schema.ErrorsAsync(files);
        Assert.Empty(errors[0]);
        Assert.Empty(FixtureRun.Run(Fixture.Load(files[0])));
        for (var i = 0; i < wrong.Length; i++)
        {
            Assert.True(errors[i + 1].Length > 0, $"the schema takes {wrong[i]}");
            Assert.True(Record.Exception(() => FixtureRun.Run(Fixture.Load(files[i + 1]))) is FixtureException, $"our reader takes {wrong[i]}, or breaks");
        }
    }
}
