using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Serialization;
using EventSourcedTrading.Bench.Measuring;
using EventSourcedTrading.Workers.Messaging;
using NATS.Client.JetStream;

namespace EventSourcedTrading.Bench.Trading;

/// <summary>
/// <c>est run --roles engine</c> in a process of its own, as in production: it shares neither heap nor thread pool with the bench,
/// and what it costs can be told from what the load costs.
/// </summary>
public sealed class EngineProcess : IDisposable
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
    };

    private readonly string config = Path.GetTempFileName();
    private readonly string connection;
    private readonly string prefix;

    private EngineProcess(string connection, string prefix)
    {
        this.connection = connection;
        this.prefix = prefix;
        File.WriteAllBytes(config, JsonSerializer.SerializeToUtf8Bytes(new { portfolios = new[] { Desk.Options } }, Json));
        Process = Launch();
    }

    public Process Process { get; private set; }

    public static EngineProcess Start(BenchDatabase database, string prefix) => new(database.Connection, prefix);

    /// <summary>Ends it without a chance to say good-bye.</summary>
    public void Kill()
    {
        Process.Kill();
        Process.WaitForExit();
    }

    public void StartAgain()
    {
        Process.Dispose();
        Process = Launch();
    }

    public void Dispose()
    {
        if (!Process.HasExited) Kill();
        Process.Dispose();
        File.Delete(config);
    }

    /// <summary>Removes from the server what an engine with this prefix had there.</summary>
    public static async Task ForgetAsync(NatsJSContext js, Subjects subjects)
    {
        foreach (var stream in (string[])[subjects.SignalStream, subjects.InboxStream(Desk.Portfolio)])
        {
            try
            {
                await js.DeleteStreamAsync(stream, CancellationToken.None);
            }
            catch (NatsJSApiException e) when (e.Error.Code == 404)
            {
                // The engine had not come so far.
            }
        }
    }

    private Process Launch()
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!) { RedirectStandardOutput = false };
        // Run by `dotnet` the path is that of the host; run as an executable the engine lies beside us.
        if (Path.GetFileNameWithoutExtension(start.FileName) == "dotnet") start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "est.dll"));
        else start.FileName = Path.Combine(AppContext.BaseDirectory, "est");
        foreach (var argument in (string[])["run", "--roles", "engine", "--config", config, "--log", "warning"]) start.ArgumentList.Add(argument);
        start.Environment["EST_POSTGRES"] = connection;
        start.Environment["EST_NATS"] = Servers.Nats;
        start.Environment["EST_PREFIX"] = prefix;
        start.Environment["EST_HTTP"] = "";
        start.Environment["EST_API_HTTP"] = "";
        // As ./est sets it.
        start.Environment["DOTNET_GCgen0size"] = Environment.GetEnvironmentVariable("DOTNET_GCgen0size") ?? "0x400000";
        return Process.Start(start)!;
    }
}
