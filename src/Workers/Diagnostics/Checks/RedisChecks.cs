using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Text;

namespace EventSourcedTrading.Workers.Diagnostics.Checks;

/// <summary>Redis, where EST_REDIS names one. Two questions in its own protocol (RESP) need no library.</summary>
internal static class RedisChecks
{
    private const string Part = "redis";
    private const int MinVersion = 7, MaxAnswer = 64 << 10;

    public static async IAsyncEnumerable<Check> RunAsync(string? address, [EnumeratorCancellation] CancellationToken ct)
    {
        if (string.IsNullOrEmpty(address))
        {
            yield return Check.Skipped(Part, Check.Reachable, "EST_REDIS names none");
            yield break;
        }

        var answer = "";
        Check? away = null;
        try
        {
            answer = await AskAsync(address, ct);
        }
        catch (Exception e) when (e is SocketException or IOException or FormatException or OperationCanceledException && !ct.IsCancellationRequested)
        {
            away = new Check(Part, Check.Reachable, CheckState.Failed, $"{address}: {e.Message}", "an answer", "start redis-server, or unset EST_REDIS");
        }

        if (away is not null)
        {
            yield return away;
            yield break;
        }

        yield return Check.Ok(Part, Check.Reachable, address, "an answer");
        var version = answer.Split('\n').FirstOrDefault(l => l.StartsWith("redis_version:", StringComparison.Ordinal))?["redis_version:".Length..].Trim() ?? "not told";
        yield return Check.Of(Version.TryParse(version, out var v) && v.Major >= MinVersion, Part, "version", version, $"{MinVersion} or later", $"install Redis {MinVersion} or later");
    }

    private static async Task<string> AskAsync(string address, CancellationToken ct)
    {
        if (!Uri.TryCreate($"redis://{address}", UriKind.Absolute, out var uri) || uri.Host.Length == 0) throw new FormatException("must be host:port");
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limit.CancelAfter(TimeSpan.FromSeconds(3));
        using var client = new TcpClient();
        await client.ConnectAsync(uri.Host, uri.Port > 0 ? uri.Port : 6379, limit.Token);
        var stream = client.GetStream();
        await stream.WriteAsync("INFO server\r\n"u8.ToArray(), limit.Token);
        var answer = new byte[MaxAnswer];
        var length = 0;
        // A bulk string: $LENGTH, then so many bytes.
        while (true)
        {
            var read = await stream.ReadAsync(answer.AsMemory(length), limit.Token);
            length += read;
            var text = Encoding.ASCII.GetString(answer, 0, length);
            if (read == 0 || length == MaxAnswer || text.StartsWith('-')) return text;
            var end = text.IndexOf("\r\n", StringComparison.Ordinal);
            if (end > 0 && text[0] == '$' && int.TryParse(text[1..end], out var wanted) && length >= end + 2 + wanted) return text;
        }
    }
}
