using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace EventSourcedTrading.Testing;

/// <summary>
/// A witness of one log on loopback, as c2sp.org/tlog-witness has it; written after the specification and RFC 9162 §2.1.4.2 without a line
/// of the code that it tests. It signs with openssl.
/// </summary>
public sealed class TlogWitness : IAsyncDisposable
{
    private readonly Folder folder = new();
    private readonly WebApplication server;
    private readonly string origin;
    private readonly ECDsa log;
    private byte[] publicKey = [];
    private long size;
    private string root = Convert.ToBase64String(SHA256.HashData([]));

    private TlogWitness(string origin, ECDsa log)
    {
        (this.origin, this.log) = (origin, log);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        server = builder.Build();
        server.MapPost("/w/add-checkpoint", AddAsync);
    }

    public Uri Address => new(server.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First() + "/w/");

    /// <summary>Its verifier key, <c>name+id+base64(0x04 ‖ public key)</c>.</summary>
    public string Key => $"{Name}+{Convert.ToHexStringLower(KeyId)}+{Convert.ToBase64String([4, .. publicKey])}";

    /// <summary>What it was asked, answers included: the old size and the status.</summary>
    public ConcurrentQueue<(long Old, int Status)> Answers { get; } = [];

    /// <summary>Requests that have come, also those without an answer yet.</summary>
    public int Asked { get; private set; }

    /// <summary>Requests wait for this before they are looked at.</summary>
    public Task Gate { get; set; } = Task.CompletedTask;

    /// <summary>Changes what is sent with a 200.</summary>
    public Func<string, string> Twist { get; set; } = answer => answer;

    /// <summary>The newest size that it has signed; setting it makes it another witness, which has seen more or less.</summary>
    public long Size { get => size; set => size = value; }

    private static string Name => "witness.example";

    private byte[] KeyId => SHA256.HashData([.. Encoding.UTF8.GetBytes(Name), (byte)'\n', 4, .. publicKey])[..4];

    public static async Task<TlogWitness> StartAsync(string origin, ECDsa log)
    {
        var witness = new TlogWitness(origin, log);
        await Tool.OutputAsync(witness.folder.Path, "openssl", "genpkey", "-algorithm", "ed25519", "-out", "key.pem");
        await Tool.OutputAsync(witness.folder.Path, "openssl", "pkey", "-in", "key.pem", "-pubout", "-outform", "DER", "-out", "key.der");
        witness.publicKey = witness.folder.Read("key.der")[^32..];
        await witness.server.StartAsync();
        return witness;
    }

    public async ValueTask DisposeAsync()
    {
        await server.DisposeAsync();
        folder.Dispose();
    }

    private async Task AddAsync(HttpContext context)
    {
        Asked++;
        using var reader = new StreamReader(context.Request.Body, new UTF8Encoding(false, throwOnInvalidBytes: true));
        var body = await reader.ReadToEndAsync(context.RequestAborted);
        await Gate.WaitAsync(context.RequestAborted);
        var (status, answer, old) = await AnswerAsync(body);
        Answers.Enqueue((old, status));
        context.Response.StatusCode = status;
        if (status == 409) context.Response.ContentType = "text/x.tlog.size";
        await context.Response.WriteAsync(status == 200 ? Twist(answer) : answer);
    }

    private async Task<(int Status, string Answer, long Old)> AnswerAsync(string body)
    {
        var gap = body.IndexOf("\n\n", StringComparison.Ordinal);
        var head = gap < 0 ? [] : body[..gap].Split('\n');
        if (head.Length is 0 or > 64 || !head[0].StartsWith("old ", StringComparison.Ordinal) || !long.TryParse(head[0][4..], NumberStyles.None, CultureInfo.InvariantCulture, out var old)) return (400, "no old size", -1);
        var note = body[(gap + 2)..];
        var parting = note.IndexOf("\n\n", StringComparison.Ordinal);
        var text = note[..(parting + 1)];
        var lines = text.Split('\n');
        if (lines[0] != origin) return (404, "unknown log", old);
        var signed = note[(parting + 2)..].Split('\n', StringSplitOptions.RemoveEmptyEntries).Any(line =>
            line.Split(' ') is ["—", var name, var signature] && name == origin && log.VerifyData(Encoding.UTF8.GetBytes(text), Convert.FromBase64String(signature)[4..], HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence));
        if (!signed) return (403, "not signed by the log", old);
        var newer = long.Parse(lines[1], CultureInfo.InvariantCulture);
        if (old > newer) return (400, "the old size is above the checkpoint's", old);
        if (old != size || (newer == size && lines[2] != root && size > 0)) return (409, $"{size}\n", old);
        if (!Consistent(old, newer, Convert.FromBase64String(root), Convert.FromBase64String(lines[2]), [.. head[1..].Select(Convert.FromBase64String)])) return (422, "the proof does not hold", old);
        (size, root) = (newer, lines[2]);
        var seconds = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        folder.Write("message", $"cosignature/v1\ntime {seconds}\n{text}");
        await Tool.OutputAsync(folder.Path, "openssl", "pkeyutl", "-sign", "-inkey", "key.pem", "-rawin", "-in", "message", "-out", "signature");
        var at = new byte[8];
        BinaryPrimitives.WriteInt64BigEndian(at, seconds);
        return (200, $"— {Name} {Convert.ToBase64String([.. KeyId, .. at, .. folder.Read("signature")])}\n", old);
    }

    /// <summary>RFC 9162 §2.1.4.2, step by step.</summary>
    private static bool Consistent(long first, long second, byte[] firstRoot, byte[] secondRoot, List<byte[]> path)
    {
        if (first == 0) return path.Count == 0;
        if (first == second) return path.Count == 0 && firstRoot.SequenceEqual(secondRoot);
        if (path.Count == 0) return false;
        if ((first & (first - 1)) == 0) path.Insert(0, firstRoot);
        var (fn, sn) = (first - 1, second - 1);
        while ((fn & 1) == 1) (fn, sn) = (fn >> 1, sn >> 1);
        var (fr, sr) = (path[0], path[0]);
        foreach (var c in path.Skip(1))
        {
            if (sn == 0) return false;
            if ((fn & 1) == 1 || fn == sn)
            {
                (fr, sr) = (Node(c, fr), Node(c, sr));
                while (fn != 0 && (fn & 1) == 0) (fn, sn) = (fn >> 1, sn >> 1);
            }
            else
            {
                sr = Node(sr, c);
            }

            (fn, sn) = (fn >> 1, sn >> 1);
        }

        return sn == 0 && fr.SequenceEqual(firstRoot) && sr.SequenceEqual(secondRoot);
    }

    private static byte[] Node(byte[] left, byte[] right) => SHA256.HashData([1, .. left, .. right]);
}
