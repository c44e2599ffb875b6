using System.Diagnostics;

namespace EventSourcedTrading.Chaos;

/// <summary>A process that this test started: its words go to a file, it ends by its id, and it does not outlive its owner.</summary>
public sealed class Child : IAsyncDisposable
{
    private readonly Process process;

    private Child(Process process, string log)
    {
        this.process = process;
        Log = log;
    }

    public string Log { get; }
    public bool Ended => process.HasExited;
    public int Code => process.ExitCode;

    public static Child Start(string log, IReadOnlyDictionary<string, string> environment, params IEnumerable<string> command)
    {
        // The shell gives its place, and its id, to the program.
        var start = new ProcessStartInfo("/bin/sh") { UseShellExecute = false, RedirectStandardInput = true, WorkingDirectory = "/" };
        foreach (var argument in (string[])["-c", "log=$1; shift; exec \"$@\" >>\"$log\" 2>&1", "sh", log]) start.ArgumentList.Add(argument);
        foreach (var argument in command) start.ArgumentList.Add(argument);
        foreach (var (name, value) in environment) start.Environment[name] = value;
        var started = Process.Start(start)!;
        started.StandardInput.Close();
        return new Child(started, log);
    }

    /// <summary>kill -9, of all that it has started too.</summary>
    public async Task KillAsync()
    {
        if (!process.HasExited) process.Kill(entireProcessTree: true);
        await process.WaitForExitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        process.Dispose();
    }

    /// <summary>Runs a command to its end.</summary>
    /// <exception cref="InvalidOperationException">It failed; the message is what it said.</exception>
    public static async Task RunAsync(string log, IReadOnlyDictionary<string, string> environment, params IEnumerable<string> command)
    {
        await using var child = Start(log, environment, command);
        await child.process.WaitForExitAsync(new CancellationTokenSource(TimeSpan.FromMinutes(2)).Token);
        if (child.Code != 0) throw new InvalidOperationException($"{string.Join(' ', command)} ended with {child.Code}: {await File.ReadAllTextAsync(log)}");
    }
}
