using System.Buffers;
using System.IO.Pipelines;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;

namespace NATS.Client.Core;

/// <summary>
/// One TCP or TLS connection that has finished its introduction: INFO, TLS if wanted, CONNECT, PING, PONG.
/// </summary>
internal sealed class Wire : IAsyncDisposable
{
    private readonly Stream _stream;

    private Wire(Stream stream, PipeReader reader, ServerInfo info)
    {
        _stream = stream;
        Reader = reader;
        Info = info;
    }

    public Stream Stream => _stream;

    public PipeReader Reader { get; }

    public ServerInfo Info { get; }

    /// <exception cref="NatsConnectionFailedException">Any reason why it did not come to a working connection.</exception>
    public static async Task<Wire> OpenAsync(Uri server, NatsOpts opts, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(opts.ConnectTimeout, opts.TimeProvider);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timeout.Token);
        var where = $"{server.Host}:{Port(server)}"; // never the whole URL: it may hold a password
        Stream? stream = null;
        try
        {
            stream = await DialAsync(server, either.Token);
            return await IntroduceAsync(stream, server, opts, either.Token);
        }
        catch (Exception e)
        {
            if (stream is not null)
                await stream.DisposeAsync();
            cancellationToken.ThrowIfCancellationRequested();
            throw e switch
            {
                OperationCanceledException => new NatsConnectionFailedException($"No working connection to {where} within {opts.ConnectTimeout.TotalSeconds:0.###} s.", e),
                _ => new NatsConnectionFailedException($"No working connection to {where}: {e.Message}", e),
            };
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Reader.CompleteAsync();
        await _stream.DisposeAsync();
    }

    private static int Port(Uri server) => server.Port > 0 ? server.Port : 4222;

    private static async Task<Stream> DialAsync(Uri server, CancellationToken cancellationToken)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(server.DnsSafeHost, Port(server), cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static async Task<Wire> IntroduceAsync(Stream plain, Uri server, NatsOpts opts, CancellationToken cancellationToken)
    {
        var stream = plain;
        var tls = opts.TlsOpts;
        var secure = tls.Mode == TlsMode.Implicit;
        if (secure)
            stream = await tls.SecureAsync(plain, server.DnsSafeHost, cancellationToken);

        var greeting = new Greeting(opts.MaxInboundPayload);
        var reader = NewReader(stream, opts);
        var info = await greeting.UntilAsync(reader, static g => g.Info, cancellationToken);

        if (!secure && (info.TlsRequired || tls.Wanted(server)))
        {
            if (tls.Mode == TlsMode.Disable)
                throw new NatsException("the server demands TLS, and TlsOpts.Mode is Disable; allow TLS.");
            if (!info.TlsRequired && !info.TlsAvailable)
                throw new NatsException("TLS is wanted and the server does not offer it; no secret was sent. Give the server a certificate.");
            if (reader.TryRead(out var early) && !early.Buffer.IsEmpty)
                throw new NatsProtocolViolationException("the server sent unencrypted bytes after INFO, where TLS begins.");
            stream = await tls.SecureAsync(plain, server.DnsSafeHost, cancellationToken);
            reader = NewReader(stream, opts);
            secure = true;
        }

        await stream.WriteAsync(Hello(server, opts, secure), cancellationToken);
        await greeting.UntilAsync(reader, static g => g.Pong, cancellationToken);
        return new Wire(stream, reader, greeting.Info ?? info);
    }

    private static PipeReader NewReader(Stream stream, NatsOpts opts) => PipeReader.Create(
        stream, new StreamPipeReaderOptions(bufferSize: opts.ReaderBufferSize, minimumReadSize: Math.Max(1, opts.ReaderBufferSize / 4), leaveOpen: true));

    private static byte[] Hello(Uri server, NatsOpts opts, bool secure)
    {
        var user = server.UserInfo.Split(':', 2);
        var auth = opts.AuthOpts;
        if (auth == NatsAuthOpts.Default && server.UserInfo.Length > 0)
        {
            auth = user.Length == 2
                ? new NatsAuthOpts { Username = Uri.UnescapeDataString(user[0]), Password = Uri.UnescapeDataString(user[1]) }
                : new NatsAuthOpts { Token = Uri.UnescapeDataString(user[0]) };
        }
        var hello = new ClientHello
        {
            Name = opts.Name,
            Echo = opts.Echo,
            TlsRequired = secure,
            User = auth.Username,
            Password = auth.Password,
            Token = auth.Token,
        };
        return [.. "CONNECT "u8, .. JsonSerializer.SerializeToUtf8Bytes(hello, CoreJson.Default.ClientHello), .. "\r\nPING\r\n"u8];
    }

    /// <summary>Listens until the server has said what the introduction waits for.</summary>
    private sealed class Greeting(int maxPayload) : IServerOps
    {
        public ServerInfo? Info { get; private set; }

        public object? Pong { get; private set; }

        public async Task<T> UntilAsync<T>(PipeReader reader, Func<Greeting, T?> heard, CancellationToken cancellationToken)
            where T : class
        {
            while (true)
            {
                var read = await reader.ReadAsync(cancellationToken);
                var buffer = read.Buffer;
                ProtocolParser.Parse(ref buffer, this, maxPayload);
                reader.AdvanceTo(buffer.Start, buffer.End);
                if (heard(this) is { } found)
                    return found;
                if (read.IsCompleted)
                    throw new NatsException("the server closed the connection during the introduction.");
            }
        }

        public void OnInfo(in ReadOnlySequence<byte> json) => Info = ServerInfo.Parse(json);

        public void OnPong() => Pong = this;

        public void OnErr(string error) => throw new NatsServerException(error);

        public void OnPing()
        {
        }

        public void OnMsg(long sid, in InboundMsg msg) => throw new NatsProtocolViolationException("A message came before any subscription.");
    }
}
