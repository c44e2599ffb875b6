using System.Diagnostics;

namespace EventSourcedTrading.Testing;

/// <summary>A script for Node.js with packages from npm: an oracle that shares no code with us. Scripts and packages are those of <c>tests/Testing/node</c>.</summary>
public static class NodeProgram
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);
    private static readonly string Folder = Path.Combine(EstProcess.Repository, "tests", "Testing", "node");

    public static bool IsInstalled { get; } = Tool.Has("node");

    /// <summary>Runs a script to its end.</summary>
    public static async Task<Ended> RunAsync(string script, params string[] arguments)
    {
        await InstallAsync();
        return await WaitForAsync("node", [script, .. arguments]);
    }

    /// <summary>Starts a script that answers what it is told line by line; its complaints are ours. Who closes its input ends it.</summary>
    public static async Task<Process> StartAsync(string script)
    {
        await InstallAsync();
        return Process.Start(new ProcessStartInfo("node", [script]) { WorkingDirectory = Folder, UseShellExecute = false, RedirectStandardInput = true, RedirectStandardOutput = true })!;
    }

    /// <summary>Two test projects may want the same folder at once; who has the lock file does the work.</summary>
    private static async Task InstallAsync()
    {
        var (done, wanted) = (Path.Combine(Folder, "node_modules", ".installed"), await File.ReadAllTextAsync(Path.Combine(Folder, "package.json")));
        for (var attempt = 0; !IsDone(); attempt++)
        {
            try
            {
                await using var turn = new FileStream(Path.Combine(Folder, "node_modules.lock"), FileMode.OpenOrCreate, FileAccess.Write, FileShare.None);
                if (IsDone()) return;
                var installed = await WaitForAsync("npm", ["install", "--no-audit", "--no-fund", "--no-package-lock", "--ignore-scripts", "--loglevel=error"]);
                if (installed.Code != 0) throw new InvalidOperationException($"npm install failed in {Folder}: {installed.Error}");
                await File.WriteAllTextAsync(done, wanted);
            }
            catch (IOException) when (attempt < 600)
            {
                await Task.Delay(100);
            }
        }

        // A folder of other packages is brought up to date.
        bool IsDone() => File.Exists(done) && File.ReadAllText(done) == wanted;
    }

    private static async Task<Ended> WaitForAsync(string program, IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { WorkingDirectory = Folder, UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = Process.Start(start)!;
        var (said, complained) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        try
        {
            await process.WaitForExitAsync(new CancellationTokenSource(Patience).Token);
        }
        finally
        {
            if (!process.HasExited) process.Kill();
        }

        return new Ended(process.ExitCode, await said, await complained);
    }
}
