using System.Buffers.Binary;

namespace EventSourcedTrading.Parquet.Tests;

/// <summary>Every byte of a small file changed, and every length of it cut: a <see cref="ParquetException"/> or a result, in bounded memory, and of our own files' pages never another result.</summary>
public sealed class DamagedFileTests(DuckDb duck)
{
    private const int Bound = 32 << 20;

    private static readonly ParquetLimits Limits = new() { RowsPerGroup = 10_000, PageBytes = 1 << 20, FooterBytes = 1 << 20, Columns = 100 };

    [Theory]
    [InlineData(CompressionMethod.None)]
    [InlineData(CompressionMethod.Gzip)]
    [InlineData(CompressionMethod.Brotli)]
    public async Task Of_ours_damage_in_pages_is_never_unseen(CompressionMethod compression)
    {
        var file = await Some.FileAsync(Some.Trades(12), new ParquetOptions { Compression = compression, RowsPerGroup = 7 });
        var whole = await ReadAsync(file);
        var pages = file.Length - 8 - BinaryPrimitives.ReadInt32LittleEndian(file.AsSpan(file.Length - 8));
        var seen = 0;
        foreach (var damaged in Flips(file, 0x01, 0x10, 0x80, 0xff))
        {
            var found = await ReadAsync(damaged.File);
            if (damaged.At < pages && found is not null) Assert.Equal(whole, found);
            seen += found is null ? 1 : 0;
        }

        Assert.True(seen > file.Length, $"{seen}");
        for (var length = 0; length < file.Length; length++) Assert.Null(await ReadAsync(file[..length]));
    }

    [Theory]
    [InlineData("v1", 1)]
    [InlineData("v1", 2)]
    [InlineData("v2", 1)]
    [InlineData("v2", 2)]
    public async Task Of_others_damage_is_refused_or_read(string duckVersion, int rustVersion)
    {
        var path = duck.NewFile();
        await duck.QueryAsync($"copy (select i, i % 3 as few, 'text ' || i as s, 'S' || (i % 3) as t, case when i % 4 = 0 then null else i / 3 end as d, i % 2 = 0 as b, (i / 3)::decimal(30, 5) as m from range(40) r(i)) to '{path}' (format parquet, codec snappy, parquet_version {duckVersion})");
        foreach (var file in (string[])[path, await duck.RewriteAsync(path, rustVersion, "SNAPPY", dictionary: duckVersion == "v1"), await duck.RewriteAsync(path, rustVersion, "UNCOMPRESSED", dictionary: duckVersion == "v1")])
        {
            var bytes = await File.ReadAllBytesAsync(file);
            Assert.NotNull(await ReadAsync(bytes));
            foreach (var damaged in Flips(bytes, 0x02, 0xff)) await ReadAsync(damaged.File);
        }
    }

    [Fact]
    public async Task Random_damage_in_several_places_at_once()
    {
        var seed = Environment.TickCount;
        TestContext.Current.TestOutputHelper!.WriteLine($"seed {seed}");
        var (random, file) = (new Random(seed), await Some.FileAsync(Some.Trades(30), new ParquetOptions { Compression = CompressionMethod.None }));
        for (var i = 0; i < 3_000; i++)
        {
            var damaged = file.ToArray();
            for (var k = random.Next(1, 20); k > 0; k--) damaged[random.Next(damaged.Length)] = (byte)random.Next(256);
            await ReadAsync(damaged);
        }
    }

    private static IEnumerable<(int At, byte[] File)> Flips(byte[] file, params byte[] masks)
    {
        for (var at = 0; at < file.Length; at++)
        {
            foreach (var mask in masks)
            {
                var damaged = file.ToArray();
                damaged[at] ^= mask;
                yield return (at, damaged);
            }
        }
    }

    /// <summary>All values; null if the file is refused. Whatever else is thrown fails the test, and so does a hunger for memory.</summary>
    private static async Task<string?[][]?> ReadAsync(byte[] file)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        try
        {
            var reader = await Some.OpenAsync(file, Limits);
            return reader.Rows <= Limits.RowsPerGroup && reader.Schema.Fields.All(f => f.Type != ParquetType.Unsupported) ? await Some.TextsAsync(reader) : null;
        }
        catch (ParquetException)
        {
            return null;
        }
        finally
        {
            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, Bound);
        }
    }
}
