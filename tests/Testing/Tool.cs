using System.Diagnostics;

namespace EventSourcedTrading.Testing;

/// <summary>Programs of others that know the same formats: openssl, node, python3; and est-verify as it is started by people.</summary>
public static class Tool
{
    public static bool Has(string name) => Array.Exists((Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator), folder => File.Exists(Path.Combine(folder, name)));

    public static Task<Ended> EstVerifyAsync(string folder, params string[] arguments)
    {
        var here = new DirectoryInfo(AppContext.BaseDirectory.TrimEnd('/', '\\'));
        return RunAsync(folder, "dotnet", [Path.Combine(EstProcess.Repository, "src", "Verify", "bin", here.Parent!.Name, here.Name, "est-verify.dll"), .. arguments]);
    }

    public static async Task<string> OutputAsync(string folder, string program, params string[] arguments)
    {
        var ended = await RunAsync(folder, program, arguments);
        return ended.Code == 0 ? ended.Out : throw new InvalidOperationException($"{program} {string.Join(' ', arguments)}: {ended.Code} {ended.Out} {ended.Error}");
    }

    public static async Task<Ended> RunAsync(string folder, string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { WorkingDirectory = folder, UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true };
        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        var (said, complained) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        try
        {
            await process.WaitForExitAsync(new CancellationTokenSource(TimeSpan.FromSeconds(60)).Token);
        }
        finally
        {
            if (!process.HasExited) process.Kill(entireProcessTree: true);
        }

        return new Ended(process.ExitCode, await said, await complained);
    }
}

/// <summary>A folder that is gone after the test.</summary>
public sealed class Folder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("est-log-").FullName;

    public string Write(string name, string text)
    {
        var path = System.IO.Path.Combine(Path, name);
        File.WriteAllText(path, text);
        return path;
    }

    public string Write(string name, byte[] bytes)
    {
        var path = System.IO.Path.Combine(Path, name);
        File.WriteAllBytes(path, bytes);
        return path;
    }

    public byte[] Read(string name) => File.ReadAllBytes(System.IO.Path.Combine(Path, name));

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
