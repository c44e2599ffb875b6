using System.Text;
using System.Text.Json;
using EventSourcedTrading.Testing;
using EventSourcedTrading.Workers.Cli;

namespace EventSourcedTrading.Cli.Tests;

/// <summary><c>est</c> within the test's own process, which takes it milliseconds; what it says is caught.</summary>
public static class Est
{
    private static readonly Caught Out = new(), Error = new();

    static Est()
    {
        Console.SetOut(Out);
        Console.SetError(Error);
        // Drawn as for a pipe, wherever the tests run.
        Environment.SetEnvironmentVariable("NO_COLOR", "1");
        // Wide enough that nothing breaks which differs from run to run.
        Environment.SetEnvironmentVariable("COLUMNS", "400");
    }

    /// <param name="environment">Variables for this command alone; null takes one away.</param>
    /// <param name="folder">Where it runs.</param>
    public static async Task<Ended> RunAsync(IReadOnlyDictionary<string, string?> environment, string folder, params string[] arguments)
    {
        var before = environment.Keys.ToDictionary(name => name, Environment.GetEnvironmentVariable);
        var here = Directory.GetCurrentDirectory();
        try
        {
            foreach (var (name, value) in environment) Environment.SetEnvironmentVariable(name, value);
            Directory.SetCurrentDirectory(folder);
            var code = await Root.RunAsync(arguments);
            return new Ended(code, Out.Take(), Error.Take());
        }
        finally
        {
            Directory.SetCurrentDirectory(here);
            foreach (var (name, value) in before) Environment.SetEnvironmentVariable(name, value);
            Out.Take();
            Error.Take();
        }
    }

    public static JsonElement Json(this Ended ended) => ended.Out.Length > 0 ? JsonElement.Parse(ended.Out) : throw new InvalidOperationException($"ended with {ended.Code} and said nothing: {ended.Error}");

    private sealed class Caught : TextWriter
    {
        private readonly StringBuilder text = new();

        public override Encoding Encoding => Encoding.UTF8;

        public override void Write(char value)
        {
            lock (text) text.Append(value);
        }

        public override void Write(string? value)
        {
            lock (text) text.Append(value);
        }

        public string Take()
        {
            lock (text)
            {
                var all = text.ToString();
                text.Clear();
                return all;
            }
        }
    }
}
