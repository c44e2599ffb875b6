using System.Globalization;
using System.Net;
using System.Numerics;
using System.Security.Cryptography;
using System.Text;
using EventSourcedTrading.EventStore;
using EventSourcedTrading.Notary;

namespace EventSourcedTrading.Api.Tests;

/// <summary>
/// A monitor who knows nothing but the address and c2sp.org/tlog-tiles: it reads the checkpoint and the tiles, reckons the tree by itself, and
/// sees that it grew from what it saw before.
/// </summary>
public sealed class TileClientTests(Plane plane) : IClassFixture<Plane>, IAsyncLifetime
{
    private const int Full = 256, HashSize = 32;

    private readonly HttpClient http = new();
    private readonly ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly string folder = Directory.CreateTempSubdirectory("est-tiles").FullName;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync()
    {
        http.Dispose();
        key.Dispose();
        Directory.Delete(folder, recursive: true);
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task A_monitor_reckons_the_whole_tree_from_tiles_and_that_it_grew()
    {
        Assert.Equal(HttpStatusCode.NotFound, (await AskAsync("checkpoint")).StatusCode);
        using var archive = CheckpointArchive.Open(folder);
        var signer = new CheckpointSigner(plane.World.Outside.App, "example.org/desk", key, [TransparencyLog.NoteKey.Of("example.org/desk", key)], archive, TimeProvider.System);
        await GrowAsync(300);
        await signer.SignAsync(Stop);
        var (before, root) = await CheckpointAsync();
        var leaves = await LeavesAsync(before);
        Assert.Equal(root, Convert.ToBase64String(Root(leaves)));

        // Beyond 65,536: there is a full tile of level 1, and one of level 2 with a single hash.
        await GrowAsync(66_000);
        await signer.SignAsync(Stop);
        var (size, newer) = await CheckpointAsync();
        var all = await LeavesAsync(size);
        Assert.Equal(newer, Convert.ToBase64String(Root(all)));
        Assert.Equal(root, Convert.ToBase64String(Root(all[..(before * HashSize)])));

        // The upper tiles are what the leaves make of them.
        Assert.Equal(Root(all[..(Full * HashSize)]), (await TileAsync("tile/1/000"))[..HashSize]);
        Assert.Equal(Root(all[..(Full * Full * HashSize)]), await TileAsync("tile/2/000.p/1"));
        // A partial tile that was once the last is there for ever, and is the beginning of the full one.
        Assert.Equal((await TileAsync("tile/0/001"))[..(44 * HashSize)], await TileAsync("tile/0/001.p/44"));

        var last = size / Full;
        var (name, width) = (Name(last), size % Full);
        foreach (var beyond in (string[])[$"tile/0/{name}", $"tile/0/{name}.p/{width + 1}", $"tile/0/{Name(last + 1)}.p/1", "tile/1/001", "tile/2/000.p/2", "tile/2/000", "tile/3/000.p/1"])
            Assert.Equal(HttpStatusCode.NotFound, (await AskAsync(beyond)).StatusCode);
        using var stale = await AskAsync("checkpoint");
        Assert.True(stale.Headers.CacheControl!.NoCache);
    }

    private async Task<(int Size, string Root)> CheckpointAsync()
    {
        var note = await (await AskAsync("checkpoint")).Content.ReadAsStringAsync(Stop);
        var (text, lines) = (note[..(note.IndexOf("\n\n", StringComparison.Ordinal) + 1)], note.Split('\n'));
        Assert.Equal("example.org/desk", lines[0]);
        var signature = Convert.FromBase64String(lines.Single(l => l.StartsWith('—')).Split(' ')[2])[4..];
        Assert.True(key.VerifyData(Encoding.UTF8.GetBytes(text), signature, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence));
        return (int.Parse(lines[1], CultureInfo.InvariantCulture), lines[2]);
    }

    private async Task<byte[]> LeavesAsync(int size)
    {
        var leaves = new List<byte>();
        for (var index = 0; index * Full < size; index++)
        {
            var width = Math.Min(Full, size - (index * Full));
            var tile = await TileAsync($"tile/0/{Name(index)}{(width == Full ? "" : $".p/{width}")}");
            Assert.Equal(width * HashSize, tile.Length);
            leaves.AddRange(tile);
        }

        return [.. leaves];
    }

    private async Task<byte[]> TileAsync(string path)
    {
        using var answer = await AskAsync(path);
        Assert.True(answer.StatusCode == HttpStatusCode.OK, $"{path}: {answer.StatusCode}");
        Assert.Equal("application/octet-stream", answer.Content.Headers.ContentType!.MediaType);
        Assert.Contains("immutable", answer.Headers.CacheControl!.Extensions.Select(e => e.Name));
        Assert.True(answer.Headers.CacheControl.Public && answer.Headers.CacheControl.MaxAge > TimeSpan.FromDays(300));
        return await answer.Content.ReadAsByteArrayAsync(Stop);
    }

    private Task<HttpResponseMessage> AskAsync(string path) => http.GetAsync(new Uri(plane.Addresses[0], $"/log/{path}"), Stop);

    private static string Name(long index) => index < 1_000 ? $"{index:000}" : $"x{index / 1_000:000}/{index % 1_000:000}";

    /// <summary>RFC 9162 §2.1.1, by halves.</summary>
    private static byte[] Root(ReadOnlySpan<byte> leaves)
    {
        var count = leaves.Length / HashSize;
        if (count <= 1) return count == 0 ? SHA256.HashData([]) : leaves.ToArray();
        var left = (int)(BitOperations.RoundUpToPowerOf2((uint)count) / 2) * HashSize;
        return SHA256.HashData([1, .. Root(leaves[..left]), .. Root(leaves[left..])]);
    }

    private async Task GrowAsync(int size)
    {
        var appender = plane.World.Outside.Appender;
        var head = (int)(await plane.World.Outside.Reader.HeadAsync(Stop)).Size;
        while (head < size)
        {
            var (stream, count) = ($"thing-{head}", Math.Min(2_000, size - head));
            await appender.AppendAsync(new AppendBatch(
                [.. Enumerable.Range(1, count).Select(v => new PendingEvent(stream, v, "thing_happened", EventId.For(stream, v), Encoding.UTF8.GetBytes("{\"n\":1}"), null, null))], DateTimeOffset.UtcNow), Stop);
            head = (int)(await plane.World.Outside.Reader.HeadAsync(Stop)).Size;
        }
    }
}
