using System.Diagnostics;

namespace EventSourcedTrading.Testing;

/// <summary>What a program said and how it ended.</summary>
public sealed record Ended(int Code, string Out, string Error);

/// <summary>The real program, <c>est</c>, as a process of its own.</summary>
public static class EstProcess
{
    /// <summary>Where the Workers project, which the test project references, is built to.</summary>
    public static string Path => System.IO.Path.Combine(Repository, "src", "Workers", "bin", Here.Parent!.Name, Here.Name, "est.dll") is var path && File.Exists(path)
        ? path : throw new InvalidOperationException($"{path} is not there; build src/Workers first.");

    // tests/{project}/bin/{configuration}/{framework}/
    public static string Repository => Here.Parent!.Parent!.Parent!.Parent!.Parent!.FullName;

    private static DirectoryInfo Here { get; } = new(AppContext.BaseDirectory.TrimEnd('/', '\\'));

    public static ProcessStartInfo Command(IReadOnlyDictionary<string, string?> environment, params string[] arguments)
    {
        var start = Program(Path, arguments);
        start.Environment["EST_HTTP"] = "";
        start.Environment["EST_API_HTTP"] = "";
        foreach (var (name, value) in environment)
        {
            if (value is null) start.Environment.Remove(name);
            else start.Environment[name] = value;
        }

        return start;
    }

    /// <summary>Runs it to its end.</summary>
    public static Task<Ended> RunAsync(IReadOnlyDictionary<string, string?> environment, params string[] arguments) => RunAsync(Command(environment, arguments));

    /// <summary>Runs est-verify, which the test project must have built, to its end.</summary>
    public static Task<Ended> VerifyAsync(params string[] arguments) =>
        RunAsync(Program(System.IO.Path.Combine(Repository, "src", "Verify", "bin", Here.Parent!.Name, Here.Name, "est-verify.dll"), arguments));

    private static ProcessStartInfo Program(string assembly, string[] arguments) =>
        new("dotnet", [assembly, .. arguments]) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true };

    private static async Task<Ended> RunAsync(ProcessStartInfo start)
    {
        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        var (said, complained) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        try
        {
            await process.WaitForExitAsync(new CancellationTokenSource(TimeSpan.FromMinutes(5)).Token);
        }
        finally
        {
            if (!process.HasExited) process.Kill();
        }

        return new Ended(process.ExitCode, await said, await complained);
    }
}
