using System.Diagnostics;

namespace EventSourcedTrading.Testing;

/// <summary>A script for Node.js with packages from npm: an oracle that shares no code with us.</summary>
public static class NodeProgram
{
    private static readonly string Folder = Path.Combine(EstProcess.Repository, "tests", "Testing", "node");

    /// <summary>Runs a script of <c>tests/Testing/node</c>, whose package.json names what the scripts need.</summary>
    public static async Task<Ended> RunAsync(string script, params string[] arguments)
    {
        await InstallAsync();
        return await WaitForAsync("node", [script, .. arguments]);
    }

    public static bool IsInstalled { get; } = Array.Exists(
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator), folder => File.Exists(Path.Combine(folder, "node")));

    /// <summary>Two test projects may want the same folder at once; who has the lock file does the work.</summary>
    private static async Task InstallAsync()
    {
        var done = Path.Combine(Folder, "node_modules", ".installed");
        for (var attempt = 0; !File.Exists(done); attempt++)
        {
            try
            {
                await using var turn = new FileStream(Path.Combine(Folder, "node_modules.lock"), FileMode.OpenOrCreate, FileAccess.Write, FileShare.None);
                if (File.Exists(done)) return;
                var installed = await WaitForAsync("npm", ["install", "--no-audit", "--no-fund", "--no-package-lock", "--ignore-scripts", "--loglevel=error"]);
                if (installed.Code != 0) throw new InvalidOperationException($"npm install failed in {Folder}: {installed.Error}");
                await File.WriteAllTextAsync(done, "");
            }
            catch (IOException) when (attempt < 600)
            {
                await Task.Delay(100);
            }
        }
    }

    private static async Task<Ended> WaitForAsync(string program, IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { WorkingDirectory = Folder, UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = Process.Start(start)!;
        var (said, complained) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        try
        {
            await process.WaitForExitAsync(new CancellationTokenSource(TimeSpan.FromSeconds(120)).Token);
        }
        finally
        {
            if (!process.HasExited) process.Kill();
        }

        return new Ended(process.ExitCode, await said, await complained);
    }
}
