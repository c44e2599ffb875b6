using System.Text.Json;
using EventSourcedTrading.Testing;

namespace EventSourcedTrading.Integration;

/// <summary>Check, what-if and fixtures as people call them.</summary>
public sealed class ReplayCliTests
{
    [Fact]
    public async Task A_tape_is_checked_asked_recorded_and_run()
    {
        await using var database = await ReplayCheckTests.WrittenAsync();
        var environment = new Dictionary<string, string?> { ["EST_POSTGRES"] = database.ConnectionString };
        var folder = Directory.CreateTempSubdirectory("est-what-if").FullName;
        try
        {
            var check = await EstProcess.RunAsync(environment, "replay", "check", "main", "--json");
            Assert.True(check.Code == 0, check.Error + check.Out);
            Assert.Equal("0", Json(check.Out).GetProperty("differing").GetString());

            var limits = Path.Combine(folder, "limits.json");
            await File.WriteAllTextAsync(limits, """{"positionCaps":{},"defaultPositionCap":"120","bucketLimits":{}}""");
            var asked = await EstProcess.RunAsync(environment, "replay", "what-if", "main", "--limits", limits, "--agent", "breakout@1.0.0=breakout:channel=30", "--venue", "feeBps=1", "--out", folder, "--json");
            Assert.True(asked.Code == 1, asked.Error + asked.Out);
            var differing = long.Parse(Json(asked.Out).GetProperty("differing").GetString()!, System.Globalization.CultureInfo.InvariantCulture);
            Assert.Equal(differing, (await File.ReadAllLinesAsync(Path.Combine(folder, "decisions.csv"))).Length - 1);
            Assert.Equal(differing, Json(await File.ReadAllTextAsync(Path.Combine(folder, "what-if.json"))).GetProperty("decisions").GetArrayLength());

            var fixture = Path.Combine(folder, "part.json");
            var recorded = await EstProcess.RunAsync(environment, "fixture", "record", "main", "--from", "900", "--to", "1100", "--out", fixture);
            Assert.True(recorded.Code == 0, recorded.Error);
            if (NodeProgram.IsInstalled) Assert.Empty(Assert.Single(await JsonSchema.OfDocs("fixture.schema.json").ErrorsAsync(fixture)));
            var run = await EstProcess.RunAsync(environment, "fixture", "run", fixture);
            Assert.True(run.Code == 0, run.Out + run.Error);
            var text = await File.ReadAllTextAsync(fixture);
            await File.WriteAllTextAsync(fixture, text.Replace("\"type\":\"order_submitted\"", "\"type\":\"order_rejected\"", StringComparison.Ordinal));
            Assert.NotEqual(text, await File.ReadAllTextAsync(fixture));
            Assert.Equal(1, (await EstProcess.RunAsync(environment, "fixture", "run", fixture)).Code);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task What_cannot_be_done_is_said_with_code_2()
    {
        await using var database = await TestDatabase.CreateAsync();
        var environment = new Dictionary<string, string?> { ["EST_POSTGRES"] = database.ConnectionString };
        foreach (var (command, why) in ((string[], string)[])[
            (["replay", "check", "main"], "tape-main"), (["replay", "what-if", "main", "--venue", "slow"], "name=value"), (["replay", "what-if", "main", "--from", "tea time"], "--from 'tea time'"),
            (["replay", "what-if", "main", "--agent", "x@1=breakout"], "was never loaded"), (["fixture", "run", "/no/such/file.json"], "/no/such"), (["fixture", "record", "main", "--to", "0", "--out", "x"], "--to 0")])
        {
            var ended = await EstProcess.RunAsync(environment, command);
            Assert.True(ended.Code == 2 && ended.Error.ReplaceLineEndings(" ").Contains(why, StringComparison.Ordinal) && !ended.Error.Contains("   at ", StringComparison.Ordinal), $"{string.Join(' ', command)}: {ended}");
        }
    }

    private static JsonElement Json(string text) => JsonDocument.Parse(text).RootElement;
}
