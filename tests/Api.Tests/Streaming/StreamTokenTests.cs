namespace EventSourcedTrading.Api.Tests.Streaming;

/// <summary>Beside a running engine: who has a token is let in by it, and what a person commands is in everybody's feed.</summary>
public sealed class StreamTokenTests(Plane plane) : IClassFixture<Plane>
{
    [Fact]
    public async Task A_token_is_taken_in_the_header_and_in_the_first_message()
    {
        await using var byHeader = await StreamClient.OpenAsync(plane.Addresses[0], header: plane.Token("vic", "viewer"));
        Assert.Equal("welcome", (string?)(await byHeader.NextAsync())!["type"]);
        await using var byHello = await StreamClient.HelloAsync(plane.Addresses[0], plane.Token("vic", "viewer"));
        await using var forged = await StreamClient.OpenAsync(plane.Addresses[0]);
        await forged.SendAsync($$"""{"type":"hello","key":"{{plane.Token("vic", "viewer", c => { c["aud"] = "other"; return c; })}}"}""");
        Assert.Equal((4401, "UNAUTHENTICATED"), await forged.ClosedAsync());
    }

    [Fact]
    public async Task What_a_person_commands_is_in_the_feed_of_another()
    {
        await using var client = await StreamClient.HelloAsync(plane.Addresses[0], plane.Viewer);
        await client.SendAsync("""{"type":"subscribe","id":"d","channel":"decisions","portfolio":"main"}""");
        await client.NextAsync("snapshot");
        await plane.CommandAsync(plane.Olga, "kill-switches/engage", """{"scope":"portfolio","mode":"reduceOnly","reason":"seen from afar"}""");
        while (true)
        {
            var events = (await client.NextAsync("delta"))["events"]!.AsArray();
            if (events.FirstOrDefault(e => (string?)e!["type"] == "kill_switch_engaged") is not { } engaged) continue;
            // A reference: the feed has the log's own words.
            Assert.Equal(("seen from afar", await plane.ReferenceAsync("olga")), ((string?)engaged["data"]!["reason"], (string?)engaged["data"]!["actor"]));
            break;
        }
    }
}
