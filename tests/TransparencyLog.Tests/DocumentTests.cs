using System.Text;
using System.Text.RegularExpressions;
using EventSourcedTrading.Testing;

namespace EventSourcedTrading.TransparencyLog.Tests;

/// <summary>docs/verify-a-proof.md, run exactly as it stands there.</summary>
public sealed class DocumentTests
{
    [Fact]
    public async Task A_stranger_checks_a_bundle_with_what_the_page_says()
    {
        Assert.SkipUnless(Tool.Has("python3"), "python3 is not installed");
        var page = await File.ReadAllTextAsync(Path.Combine(EstProcess.Repository, "docs", "verify-a-proof.md"));
        var blocks = Regex.Matches(page, "```(python|sh)\n(.*?)```", RegexOptions.Singleline).Select(m => m.Groups[2].Value).ToList();
        Assert.Equal(3, blocks.Count);
        using var authority = new TimeStampAuthority();
        using var folder = new Folder();
        var log = SmallLog.Create();
        var bundle = log.Bundle();
        bundle = bundle with { Timestamp = Convert.ToBase64String(await TimeStampTests.RequestAsync(authority, message: Encoding.UTF8.GetBytes(bundle.Checkpoint))) };
        folder.Write("tree.py", blocks[0]);
        folder.Write("log.pem", log.Key.ExportSubjectPublicKeyInfoPem());
        folder.Write("ca.pem", await File.ReadAllTextAsync(authority.RootPem));

        folder.Write("bundle.json", bundle.Write());
        Assert.Contains("every event is in the log of 12 events", await Tool.OutputAsync(folder.Path, "python3", "tree.py", "bundle.json"), StringComparison.Ordinal);
        Assert.Contains("Verified OK", await Tool.OutputAsync(folder.Path, "bash", "-c", blocks[1]), StringComparison.Ordinal);
        var stamped = await Tool.RunAsync(folder.Path, "bash", "-c", blocks[2]);
        Assert.True(stamped.Code == 0 && (stamped.Out + stamped.Error).Contains("Verification: OK", StringComparison.Ordinal), stamped.Error);

        // What is forged does not pass: an event, the signature's text, the time-stamp's text.
        folder.Write("bundle.json", Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(bundle.Write()).Replace("110.25", "110.26", StringComparison.Ordinal)));
        Assert.NotEqual(0, (await Tool.RunAsync(folder.Path, "python3", "tree.py", "bundle.json")).Code);
        folder.Write("bundle.json", log.Bundle(positions: [2, 4, 5, 6, 9, 11]).Write());
        Assert.NotEqual(0, (await Tool.RunAsync(folder.Path, "python3", "tree.py", "bundle.json")).Code);
        folder.Write("text", "another\n");
        folder.Write("checkpoint", "another\n");
        Assert.NotEqual(0, (await Tool.RunAsync(folder.Path, "bash", "-c", blocks[1])).Code);
        Assert.NotEqual(0, (await Tool.RunAsync(folder.Path, "bash", "-c", blocks[2])).Code);
    }
}
