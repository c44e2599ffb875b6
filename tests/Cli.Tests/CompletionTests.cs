using System.Diagnostics;
using EventSourcedTrading.Testing;

namespace EventSourcedTrading.Cli.Tests;

/// <summary>The scripts of `est completion`, run by the shells themselves where those are.</summary>
public sealed class CompletionTests : IDisposable
{
    private readonly Folder folder = new();

    public void Dispose() => folder.Dispose();

    public static TheoryData<string, string> Lines => new()
    {
        { "est proj", "projections" }, { "est projections pa", "pause" }, { "est projections pause bo", "book" }, { "est describe ro", "roles routes" }, { "est completion ba", "bash" }, { "est check-env --wa", "--wait" },
    };

    [Theory]
    [MemberData(nameof(Lines))]
    public async Task Bash_completes_and_fish_where_it_is(string line, string expected)
    {
        Assert.SkipUnless(Tool.Has("bash"), "there is no bash");
        var words = line.Split(' ');
        Assert.Equal(expected, Sorted(await InShellAsync("bash", ["-c", $"""
            source "$1"
            COMP_LINE='{line}' COMP_POINT={line.Length} COMP_WORDS=({line}) COMP_CWORD={words.Length - 1}
            _est_complete
            printf '%s\n' "{"${COMPREPLY[@]}"}"
            """, "bash"])));
        if (Tool.Has("fish")) Assert.Equal(expected, Sorted(await InShellAsync("fish", ["-c", $"source $argv[1]; complete --do-complete '{line}'"])));
    }

    /// <summary>Of those shells that are here.</summary>
    public static TheoryData<string> Shells => new(((string[])["bash", "zsh", "fish"]).Where(Tool.Has));

    [Theory]
    [MemberData(nameof(Shells))]
    public async Task A_script_is_in_its_shells_language(string shell)
    {
        var script = folder.Write("script", (await Est.RunAsync(new Dictionary<string, string?>(), folder.Path, "completion", shell)).Out);
        var ended = await Tool.RunAsync(folder.Path, shell, "-n", script);
        Assert.True(ended.Code == 0, ended.Error);
    }

    [Fact]
    public async Task Ctrl_C_ends_following_cleanly()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "there are no signals there");
        await using var database = await TestDatabase.CreateAsync();
        using var process = Process.Start(EstProcess.Command(new Dictionary<string, string?> { ["EST_POSTGRES"] = database.ConnectionString }, "streams", "follow"))!;
        try
        {
            var heard = await process.StandardError.ReadLineAsync(TestContext.Current.CancellationToken);
            Assert.StartsWith("following the log", heard, StringComparison.Ordinal);
            Assert.Equal(0, (await Tool.RunAsync(folder.Path, "kill", "-INT", $"{process.Id}")).Code);
            await process.WaitForExitAsync(new CancellationTokenSource(TimeSpan.FromSeconds(30)).Token);
            Assert.Equal((0, ""), (process.ExitCode, await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken)));
        }
        finally
        {
            if (!process.HasExited) process.Kill();
        }
    }

    private static string Sorted(string lines) => string.Join(' ', lines.Split('\n', StringSplitOptions.RemoveEmptyEntries).Order(StringComparer.Ordinal));

    /// <summary>Runs a shell, with the script of that shell's completion as the last argument.</summary>
    private async Task<string> InShellAsync(string shell, string[] arguments)
    {
        var completion = folder.Write("completion", (await Est.RunAsync(new Dictionary<string, string?>(), folder.Path, "completion", shell)).Out);
        // What the script calls is est, wherever that is.
        var est = folder.Write("est", $"#!/bin/sh\nexec dotnet '{EstProcess.Path}' \"$@\"\n");
        await Tool.OutputAsync(folder.Path, "chmod", "+x", est);
        var start = new ProcessStartInfo(shell, [.. arguments, completion]) { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        start.Environment["PATH"] = $"{folder.Path}{Path.PathSeparator}{Environment.GetEnvironmentVariable("PATH")}";
        using var process = Process.Start(start)!;
        var (said, complained) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync(new CancellationTokenSource(TimeSpan.FromSeconds(60)).Token);
        Assert.True(process.ExitCode == 0, await complained);
        return await said;
    }
}
