using System.Text.Json;
using EventSourcedTrading.Backtesting.Fixtures;

namespace EventSourcedTrading.Backtesting.Tests.Fixtures;

/// <summary>Runs every fixture of this folder; a new one needs no code.</summary>
public sealed class FixtureTests
{
    private static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "Fixtures");

    public static TheoryData<string> All() => [.. Directory.EnumerateFiles(Folder, "*.json").Select(f => Path.GetFileName(f)!).Order(StringComparer.Ordinal)];

    [Theory, MemberData(nameof(All))]
    public void The_engine_does_what_the_fixture_expects(string file)
    {
        var fixture = Fixture.Load(Path.Combine(Folder, file));
        Assert.Contains(fixture.Steps, s => s.Then is { Count: > 0 });
        Assert.True(FixtureRun.Run(fixture) is [], Say(FixtureRun.Run(fixture)));
    }

    [Theory, MemberData(nameof(All))]
    public void A_fixture_that_expects_something_else_falls(string file)
    {
        var fixture = Fixture.Load(Path.Combine(Folder, file));
        var at = fixture.Steps.ToList().FindIndex(s => s.Then is { Count: > 0 });
        var (step, changed) = (fixture.Steps[at], fixture.Steps.ToList());

        changed[at] = step with { Then = [] };
        var difference = Assert.Single(FixtureRun.Run(fixture with { Steps = changed }));
        Assert.Equal((at, (int?)null), (difference.Step, difference.Event));

        changed[at] = step with { Then = [JsonDocument.Parse($$"""{"type":{{step.Then![0].GetProperty("type").GetRawText()}},"stream":"elsewhere"}""").RootElement, .. step.Then.Skip(1)] };
        Assert.Equal("stream", Assert.Single(Assert.Single(FixtureRun.Run(fixture with { Steps = changed })).Fields).Path);
    }

    [Theory, MemberData(nameof(All))]
    public void What_is_written_is_read_again(string file)
    {
        var fixture = Fixture.Load(Path.Combine(Folder, file));
        var copy = Path.GetTempFileName();
        try
        {
            using (var writer = new StreamWriter(copy)) FixtureFile.Write(fixture, writer);
            var again = Fixture.Load(copy);
            Assert.Equal(fixture.Steps.Select(s => (s.Kind, JsonSerializer.Serialize(s.Data), s.At, s.Then?.Count)), again.Steps.Select(s => (s.Kind, JsonSerializer.Serialize(s.Data), s.At, s.Then?.Count)));
            Assert.Empty(FixtureRun.Run(again));
        }
        finally
        {
            File.Delete(copy);
        }
    }

    [Theory]
    [InlineData("""{"portfolio":"a","steps":[]}""", "description")]
    [InlineData("""{"description":"","portfolio":"A","steps":[]}""", "portfolio 'A' must be")]
    [InlineData("""{"description":"","portfolio":"a","steps":[]}""", "steps has 0 members")]
    [InlineData("""{"description":"","portfolio":"a","steps":[{"kind":"continue","data":{},"then":[{}]}]}""", "steps[0].then must be")]
    [InlineData("""{"description":"","portfolio":"a","steps":[{"kind":"continue","data":{},"than":[]}]}""", "than")]
    [InlineData("""{"description":"","portfolio":"a","steps":[{"kind":"wish","data":{}}]}""", "'wish' is no kind of input")]
    [InlineData("""{"description":"","portfolio":"a","steps":[{"kind":"progress","data":{"agent":"x@1"}}]}""", "asOf")]
    [InlineData("""{"description":"","portfolio":"a","state":{"format":1,"snapshot":{}},"steps":[{"kind":"continue","data":{}}]}""", "state.format 1 must be")]
    public void What_is_wrong_with_a_file_is_named(string json, string why)
    {
        var file = Path.GetTempFileName();
        try
        {
            File.WriteAllText(file, json);
            Assert.Contains(why, Assert.Throws<FixtureException>(() => FixtureRun.Run(Fixture.Load(file))).Message, StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(file);
        }
    }

    private static string Say(IReadOnlyList<FixtureDifference> differences) => string.Join('\n', differences.Select(d =>
        $"step {d.Step} ({d.Kind}) event {d.Event}: {d.What} {string.Join("; ", d.Fields.Select(f => $"{f.Path}: expected {f.Expected}, found {f.Found}"))}"));
}
