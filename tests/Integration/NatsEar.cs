using System.Collections.Concurrent;
using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace EventSourcedTrading.Integration;

/// <summary>A message as the server sent it.</summary>
public sealed record Heard(string Subject, IReadOnlyDictionary<string, string> Headers, byte[] Body);

/// <summary>
/// Hears everything under a prefix. It speaks the NATS protocol by itself over a plain socket (docs.nats.io, client protocol), so that what it
/// hears depends on no code of the platform's.
/// </summary>
public sealed class NatsEar : IAsyncDisposable
{
    private readonly TcpClient client = new();
    private readonly ConcurrentQueue<Heard> heard = new();
    private readonly SemaphoreSlim pongs = new(0);
    private Stream stream = Stream.Null;
    private Task listening = Task.CompletedTask;

    public IReadOnlyList<Heard> Messages => [.. heard];

    public static async Task<NatsEar> OpenAsync(string url, string prefix)
    {
        var (ear, address) = (new NatsEar(), new Uri(url));
        await ear.client.ConnectAsync(address.Host, address.Port);
        ear.stream = new BufferedStream(ear.client.GetStream(), 1 << 16);
        await ear.LineAsync(); // INFO
        await ear.SayAsync($"CONNECT {{\"verbose\":false,\"pedantic\":false,\"headers\":true,\"lang\":\"ear\",\"version\":\"1\"}}\r\nSUB {prefix}.> 1\r\n");
        ear.listening = Task.Run(ear.ListenAsync);
        await ear.CatchUpAsync();
        return ear;
    }

    /// <summary>Whatever the server had for us before this call has been heard after it: it answers in order.</summary>
    public async Task CatchUpAsync()
    {
        await SayAsync("PING\r\n");
        if (!await pongs.WaitAsync(TimeSpan.FromSeconds(30))) throw new TimeoutException("the server did not answer PING");
    }

    private async Task ListenAsync()
    {
        while (await LineAsync() is { } line)
        {
            var words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            switch (words.FirstOrDefault())
            {
                case "MSG": heard.Enqueue(new Heard(words[1], new Dictionary<string, string>(), await BytesAsync(Number(words[^1])))); break;
                case "HMSG":
                    var all = await BytesAsync(Number(words[^1]));
                    heard.Enqueue(new Heard(words[1], Headers(all.AsSpan(0, Number(words[^2]))), all[Number(words[^2])..]));
                    break;
                case "PING": await SayAsync("PONG\r\n"); break;
                case "PONG": pongs.Release(); break;
                case "-ERR": throw new IOException(line);
            }
        }
    }

    /// <summary>After the version line, <c>name: value</c> each.</summary>
    private static Dictionary<string, string> Headers(ReadOnlySpan<byte> bytes) => Encoding.UTF8.GetString(bytes).Split("\r\n").Skip(1)
        .Select(l => l.Split(':', 2)).Where(p => p.Length == 2).ToDictionary(p => p[0].Trim(), p => p[1].Trim(), StringComparer.OrdinalIgnoreCase);

    private static int Number(string word) => int.Parse(word, CultureInfo.InvariantCulture);

    private async Task<string?> LineAsync()
    {
        var line = new List<byte>();
        var one = new byte[1];
        while (await stream.ReadAsync(one) == 1)
        {
            if (one[0] == '\n') return Encoding.UTF8.GetString([.. line]).TrimEnd('\r');
            line.Add(one[0]);
        }

        return null;
    }

    /// <summary>A body, without the line's end that follows it.</summary>
    private async Task<byte[]> BytesAsync(int count)
    {
        var bytes = new byte[count + 2];
        await stream.ReadExactlyAsync(bytes);
        return bytes[..count];
    }

    private async Task SayAsync(string text) => await client.GetStream().WriteAsync(Encoding.UTF8.GetBytes(text));

    public async ValueTask DisposeAsync()
    {
        client.Dispose();
        await listening.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await stream.DisposeAsync();
        pongs.Dispose();
    }
}
