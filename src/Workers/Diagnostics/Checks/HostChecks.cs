using System.Globalization;
using System.Net;
using System.Net.Sockets;
using EventSourcedTrading.Workers.Clocks;
using EventSourcedTrading.Workers.Configuration;

namespace EventSourcedTrading.Workers.Diagnostics.Checks;

/// <summary>This machine: the runtime, the configuration, the disk, the ports, the clock.</summary>
internal static class HostChecks
{
    private const int MinRuntime = 10;
    private const long GiB = 1L << 30, EnoughDisk = 5 * GiB, LeastDisk = GiB;

    // 1 ms for members of a venue that trade neither by voice nor at high frequency: Delegated Regulation (EU) 2017/574 (RTS 25), annex, table 2.
    private static readonly TimeSpan EnoughClock = TimeSpan.FromMilliseconds(1), LeastClock = TimeSpan.FromMilliseconds(100);

    public static async IAsyncEnumerable<Check> RunAsync(PlatformView view, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken ct)
    {
        yield return Check.Of(Environment.Version.Major >= MinRuntime, "host", ".NET", Environment.Version.ToString(), $"{MinRuntime} or later", "install the runtime that global.json names");
        foreach (var check in Configuration(view)) yield return check;
        foreach (var folder in Folders(view)) yield return Disk(folder);
        yield return await PortAsync("EST_HTTP", view.Options.Http, ct);
        var (api, unsound) = ControlPlane();
        if (unsound is not null) yield return unsound;
        else yield return api is null ? Check.Skipped("host", "port of EST_API_HTTP", "the control plane is switched off") : await PortAsync("EST_API_HTTP", api.Http, ct);
        if (api is not null) yield return await PortAsync("EST_API_GRPC", api.Grpc, ct);
        yield return await ClockAsync(view.Options.Clock, ct);
    }

    private static IEnumerable<Check> Configuration(PlatformView view)
    {
        yield return Check.Of(File.Exists(view.ConfigFile), "host", "configuration", $"{view.ConfigFile}, {(view.Portfolios.Count == 1 ? "1 portfolio" : $"{view.Portfolios.Count} portfolios")}", "a readable file", $"write {view.ConfigFile}, or name another with --config", CheckState.Warning);
        var unknown = EnvironmentCatalog.Unknown(EffectiveConfiguration.Environment().Keys).ToList();
        yield return Check.Of(
            unknown.Count == 0, "host", "environment", unknown.Count == 0 ? "every EST_ variable is known" : string.Join(", ", unknown.Select(u => u.Name)), "no unknown EST_ variable",
            string.Join("; ", unknown.Select(u => u.Meant is { } m ? $"did you mean {m}?" : $"unset {u.Name}")), CheckState.Warning);
    }

    private static (Api.ApiSettings? Settings, Check? Unsound) ControlPlane()
    {
        try
        {
            return (ApiEnvironment.Read(), null);
        }
        catch (ConfigurationException e)
        {
            return (null, new Check("host", "control plane", CheckState.Failed, e.Message, "settings that it can start with", "set that variable right, or unset it"));
        }
    }

    /// <summary>Where this program writes: here, and where checkpoints go.</summary>
    private static IEnumerable<string> Folders(PlatformView view)
    {
        yield return Directory.GetCurrentDirectory();
        if (view.Options.Notary?.Archive is { } archive && Directory.Exists(archive)) yield return Path.GetFullPath(archive);
    }

    private static Check Disk(string folder)
    {
        var free = new DriveInfo(folder).AvailableFreeSpace;
        return Check.Of(
            free >= EnoughDisk, "host", $"disk of {folder}", string.Create(CultureInfo.InvariantCulture, $"{free / (double)GiB:0.0} GiB free"), $"{EnoughDisk / GiB} GiB free",
            "make room: what cannot be written stops trading", free < LeastDisk ? CheckState.Failed : CheckState.Warning);
    }

    /// <summary>Free for us to take, or taken by a platform that answers as ours does.</summary>
    private static async Task<Check> PortAsync(string variable, string? address, CancellationToken ct)
    {
        var what = $"port of {variable}";
        if (string.IsNullOrEmpty(address)) return Check.Skipped("host", what, "nothing is served there");
        if (!Uri.TryCreate(address, UriKind.Absolute, out var uri) || !(IPAddress.TryParse(uri.Host, out var ip) || uri.Host == "localhost"))
            return new Check("host", what, CheckState.Failed, address, "http://IP:PORT", $"set {variable} to an address such as http://127.0.0.1:8080");
        if (uri.Port == 0 || IsFree(ip ?? IPAddress.Loopback, uri.Port)) return Check.Ok("host", what, $"{uri.Port} is free", "free, or ours");
        var ours = await IsOursAsync(uri, ct);
        return Check.Of(ours, "host", what, $"{uri.Port} is taken by {(ours ? "a running platform" : "another program")}", "free, or ours", $"stop that program, or set {variable} to another port");
    }

    private static bool IsFree(IPAddress address, int port)
    {
        try
        {
            using var listener = new TcpListener(address, port);
            listener.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private static async Task<bool> IsOursAsync(Uri uri, CancellationToken ct)
    {
        try
        {
            // The gRPC port speaks HTTP/2 alone, without a handshake.
            using var http = new HttpClient { Timeout = TimeSpan.FromSeconds(2), DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact };
            foreach (var version in (Version[])[HttpVersion.Version11, HttpVersion.Version20])
            {
                try
                {
                    using var asked = new HttpRequestMessage(HttpMethod.Get, new Uri(uri, "/health/live")) { Version = version, VersionPolicy = HttpVersionPolicy.RequestVersionExact };
                    using var answer = await http.SendAsync(asked, ct);
                    // The health server says so; the control plane answers in its own words that there is no such page, or that a key is needed.
                    if (answer.Content.Headers.ContentType?.MediaType is "application/problem+json" or "application/grpc" || (await answer.Content.ReadAsStringAsync(ct)).StartsWith("alive", StringComparison.Ordinal)) return true;
                }
                catch (HttpRequestException)
                {
                    // The other version, perhaps.
                }
            }

            return false;
        }
        catch (TaskCanceledException) when (!ct.IsCancellationRequested)
        {
            return false;
        }
    }

    private static async Task<Check> ClockAsync(ClockSettings? clock, CancellationToken ct)
    {
        if (clock is null) return Check.Skipped("host", "clock", "EST_CLOCK_SOURCE names no time server");
        try
        {
            var measured = await Sntp.AskAsync(clock.Host, clock.Port, TimeSpan.FromSeconds(5), TimeProvider.System, ct);
            return Offset("host", $"clock against {clock.Source}", measured.Offset, measured.Delay / 2, EnoughClock);
        }
        catch (SntpException e)
        {
            return new Check("host", "clock", CheckState.Failed, e.Message, "an answer", "set EST_CLOCK_SOURCE to a time server that answers, or unset it");
        }
    }

    /// <param name="uncertain">Half of the round trip: so much the offset may be wrong.</param>
    public static Check Offset(string part, string what, TimeSpan offset, TimeSpan uncertain, TimeSpan enough)
    {
        var found = string.Create(CultureInfo.InvariantCulture, $"{offset.TotalMilliseconds:+0.0;-0.0;0.0} ms ± {uncertain.TotalMilliseconds:0.0}");
        var surely = offset.Duration() - uncertain;
        return Check.Of(surely <= enough, part, what, found, string.Create(CultureInfo.InvariantCulture, $"within {enough.TotalMilliseconds:0.###} ms"),
            "let chrony or another time daemon run on both machines", surely > LeastClock ? CheckState.Failed : CheckState.Warning);
    }
}
