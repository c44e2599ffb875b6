using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace EventSourcedTrading.Nats.Tests.Servers;

/// <summary>A nats-server of the test's own, on a free loopback port, with its store in a folder that goes with it.</summary>
public sealed class NatsServerProcess : IAsyncDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("nats-tests-").FullName;
    private readonly string[] _arguments;
    private Process? _process;

    private NatsServerProcess(string[] arguments) => _arguments = arguments;

    public int Port { get; } = FreePort();

    public string Url => $"nats://127.0.0.1:{Port}";

    public string Folder => _folder;

    public static async Task<NatsServerProcess> StartAsync(params string[] arguments)
    {
        var server = new NatsServerProcess(arguments);
        await server.StartAgainAsync();
        return server;
    }

    /// <summary>Starts with a configuration file besides the port.</summary>
    public static async Task<NatsServerProcess> StartConfiguredAsync(Func<string, string> configuration)
    {
        var server = new NatsServerProcess(["-c", "server.conf"]);
        await File.WriteAllTextAsync(Path.Combine(server._folder, "server.conf"), configuration(server._folder));
        await server.StartAgainAsync();
        return server;
    }

    public async Task StartAgainAsync()
    {
        var start = new ProcessStartInfo(Binary()) { WorkingDirectory = _folder, UseShellExecute = false, RedirectStandardError = true, RedirectStandardOutput = true };
        foreach (var argument in (string[])["-js", "-a", "127.0.0.1", "-p", $"{Port}", "-sd", Path.Combine(_folder, "store"), .. _arguments])
            start.ArgumentList.Add(argument);
        _process = Process.Start(start)!;
        var said = new System.Text.StringBuilder();
        var ready = new TaskCompletionSource();
        void Hear(string? line)
        {
            lock (said)
                said.AppendLine(line);
            if (line is null || line.Contains("Server is ready", StringComparison.Ordinal))
                ready.TrySetResult();
        }
        _process.ErrorDataReceived += (_, e) => Hear(e.Data);
        _process.OutputDataReceived += (_, e) => Hear(e.Data);
        _process.BeginErrorReadLine();
        _process.BeginOutputReadLine();
        await ready.Task.WaitAsync(TimeSpan.FromSeconds(20));
        if (_process.HasExited)
            throw new InvalidOperationException($"nats-server did not start:\n{said}");
    }

    /// <summary>kill -9.</summary>
    public async Task KillAsync()
    {
        _process!.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        _process = null;
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
            await KillAsync();
        Directory.Delete(_folder, recursive: true);
    }

    internal static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static string Binary()
    {
        string?[] places =
        [
            Environment.GetEnvironmentVariable("EST_NATS_SERVER_BINARY"),
            .. (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Select(folder => Path.Combine(folder, "nats-server")),
            "/usr/sbin/nats-server",
        ];
        return places.FirstOrDefault(File.Exists)
            ?? throw new InvalidOperationException("nats-server is not found on PATH; install it, or name it in EST_NATS_SERVER_BINARY.");
    }
}
