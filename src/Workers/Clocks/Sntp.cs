using System.Buffers.Binary;
using System.Net.Sockets;
using System.Security.Cryptography;

namespace EventSourcedTrading.Workers.Clocks;

/// <summary>One exchange with a time server.</summary>
/// <param name="Offset">Server less host: positive if the host is behind.</param>
/// <param name="Delay">Round trip less the server's own time.</param>
/// <param name="At">The host's clock as the answer came.</param>
public readonly record struct SntpMeasurement(TimeSpan Offset, TimeSpan Delay, int Stratum, DateTimeOffset At);

/// <summary>Asks a time server by SNTP (RFC 5905 section 14, packet of figure 8), over UDP.</summary>
public static class Sntp
{
    public const int Port = 123;
    public const int PacketLength = 48;
    private const byte VersionFourClient = 0x23, ModeServer = 4, Unsynchronised = 3;
    private const int Originate = 24, Receive = 32, Transmit = 40, MaxStratum = 15;
    private static readonly DateTimeOffset Era = new(1900, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <param name="timeout">How long to wait for the answer.</param>
    /// <exception cref="SntpException">No answer, or one that must not be used; says which field, its value and the rule.</exception>
    public static async Task<SntpMeasurement> AskAsync(string host, int port, TimeSpan timeout, TimeProvider time, CancellationToken ct)
    {
        using var socket = new UdpClient();
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limit.CancelAfter(timeout);
        try
        {
            // Connected: only what comes from there is taken.
            await socket.Client.ConnectAsync(host, port, limit.Token);
            // A random time stamp that the server sends back: who does not see the question cannot answer it (RFC 8633 section 5).
            var cookie = BinaryPrimitives.ReadUInt64BigEndian(RandomNumberGenerator.GetBytes(8));
            var request = Request(cookie);
            var (sent, began) = (time.GetUtcNow(), time.GetTimestamp());
            await socket.SendAsync(request, limit.Token);
            while (true)
            {
                var answer = (await socket.ReceiveAsync(limit.Token)).Buffer;
                var received = sent + time.GetElapsedTime(began);
                // An answer to an earlier question, or a forged one: wait on.
                if (answer.Length >= PacketLength && BinaryPrimitives.ReadUInt64BigEndian(answer.AsSpan(Originate)) != cookie) continue;
                return Read(answer, sent, received);
            }
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            throw new SntpException($"{host}:{port} did not answer within {timeout.TotalSeconds:0.###} s; is it a time server, and is UDP let through?");
        }
        catch (SocketException e)
        {
            throw new SntpException($"{host}:{port} cannot be asked: {e.Message}");
        }
    }

    /// <summary>A client's packet: version 4, mode 3, everything else zero but the transmit time stamp.</summary>
    public static byte[] Request(ulong cookie)
    {
        var packet = new byte[PacketLength];
        packet[0] = VersionFourClient;
        BinaryPrimitives.WriteUInt64BigEndian(packet.AsSpan(Transmit), cookie);
        return packet;
    }

    /// <summary>Offset ((T2 − T1) + (T3 − T4)) / 2 and delay (T4 − T1) − (T3 − T2), RFC 5905 section 8.</summary>
    /// <param name="sent">T1, by the host's clock.</param>
    /// <param name="received">T4, by the host's clock.</param>
    /// <exception cref="SntpException">The answer must not be used.</exception>
    public static SntpMeasurement Read(ReadOnlySpan<byte> answer, DateTimeOffset sent, DateTimeOffset received)
    {
        if (answer.Length < PacketLength) throw new SntpException($"the answer has {answer.Length} bytes; it must have {PacketLength} at least");
        if ((answer[0] & 7) != ModeServer) throw new SntpException($"mode {answer[0] & 7} must be {ModeServer}, an answer of a server");
        if (answer[1] == 0) throw new SntpException($"stratum 0: the server asks not to be asked, code '{Code(answer.Slice(12, 4))}'; choose another, or ask less often");
        if (answer[1] > MaxStratum || answer[0] >> 6 == Unsynchronised) throw new SntpException($"stratum {answer[1]}, leap indicator {answer[0] >> 6}: the server is not synchronised");
        var (t2, t3) = (BinaryPrimitives.ReadUInt64BigEndian(answer[Receive..]), BinaryPrimitives.ReadUInt64BigEndian(answer[Transmit..]));
        if (t2 == 0 || t3 == 0) throw new SntpException("receive and transmit time stamp must not be zero");
        // Differences of 64-bit stamps wrap as the eras do, so the year 2036 needs no thought.
        var (there, back) = (Span((long)(t2 - Stamp(sent))), Span((long)(t3 - Stamp(received))));
        return new SntpMeasurement((there + back) / 2, received - sent - Span((long)(t3 - t2)), answer[1], received);
    }

    /// <summary>Seconds since 1900 in units of 2⁻³² s, modulo 2⁶⁴.</summary>
    public static ulong Stamp(DateTimeOffset at)
    {
        var ticks = (UInt128)(at - Era).Ticks;
        return (ulong)((ticks << 32) / TimeSpan.TicksPerSecond);
    }

    private static TimeSpan Span(long units) => new((long)(((Int128)units * TimeSpan.TicksPerSecond) >> 32));

    private static string Code(ReadOnlySpan<byte> code)
    {
        Span<char> text = stackalloc char[code.Length];
        for (var i = 0; i < code.Length; i++) text[i] = char.IsAsciiLetterOrDigit((char)code[i]) ? (char)code[i] : '?';
        return new string(text);
    }
}

public sealed class SntpException(string message) : Exception(message);
