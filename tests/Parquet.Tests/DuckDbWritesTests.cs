using EventSourcedTrading.Parquet.Metadata;

namespace EventSourcedTrading.Parquet.Tests;

/// <summary>What others write, as we see it: DuckDB, and Rust's parquet crate, which writes pages of version 2.</summary>
public sealed class DuckDbWritesTests(DuckDb duck)
{
    /// <summary>Every type that we read; each column in one form with few distinct values (a dictionary pays), and nulls.</summary>
    private const string Table = """
        select i % 2 = 0 as flag, i::tinyint as tiny, (i * 7)::smallint as small, i::int as whole, (i % 200)::utinyint as byte, (i * 1000003)::bigint as big, (i % 5)::bigint as few,
          (i / 7)::float as single, (i / 3)::double as real, (i % 3)::double as few_reals,
          'S' || (i % 40) || '.XNAS' as symbol, case when i % 5 = 0 then null else 'note ' || i || ' é市😀' end as note, '\xAA\x00'::blob || ('b' || i)::blob as raw,
          (i / 8)::decimal(4, 2) as price4, (i / 8)::decimal(9, 3) as price9, (-i / 8)::decimal(18, 8) as price18, case when i % 7 = 0 then null else (i * 1234567)::decimal(38, 10) end as price38,
          date '1999-12-25' + i::int as day, case when i % 3 = 0 then null else timestamp '2024-02-29 23:59:59.123456' + to_microseconds(i * 1000001) end as moment,
          timestamptz '2024-02-29 23:59:59.123456+00' + to_seconds(i) as instant, make_timestamp_ns(1700000000123456700 + i * 100) as nanos, timestamp_ms '1969-12-31 23:59:59.999' as millis,
          null::int as never, case when i > 90 then i end::bigint as late, case when i % 9 = 0 then null else i % 4 = 0 end as maybe
        from range(100) r(i)
        """;

    private static readonly string[] Doubles = ["single", "real", "few_reals"];

    public static TheoryData<string, string, int> DuckDbFiles { get; } = new(
        from codec in (string[])["uncompressed", "snappy", "gzip", "brotli"] from version in (string[])["v1", "v2"] from dictionary in (int[])[1, 1_000] select (codec, version, dictionary));

    [Theory]
    [MemberData(nameof(DuckDbFiles))]
    public async Task Files_of_DuckDb(string codec, string version, int dictionary)
    {
        var path = await CopyAsync(Table, $"codec {codec}, parquet_version {version}, dictionary_size_limit {dictionary}");
        await AssertSameAsync(path);
    }

    public static TheoryData<string, int, bool> RustFiles { get; } = new(
        from codec in (string[])["UNCOMPRESSED", "SNAPPY", "GZIP", "BROTLI"] from version in (int[])[1, 2] from dictionary in (bool[])[true, false] select (codec, version, dictionary));

    [Theory]
    [MemberData(nameof(RustFiles))]
    public async Task Files_of_Rust(string codec, int version, bool dictionary)
    {
        var path = await duck.RewriteAsync(await CopyAsync(Table, "codec uncompressed"), version, codec, dictionary);
        var first = PageHeader.Read((await File.ReadAllBytesAsync(path)).AsSpan(4), out _);
        Assert.Equal(version == 2 ? PageType.DataV2 : PageType.Data, first.Type); // of truth values, which have no dictionary
        await AssertSameAsync(path);
    }

    [Fact]
    public async Task Many_rows_in_many_row_groups_and_pages()
    {
        var path = await CopyAsync("select i, 'text ' || (i % 777) as few, 'text ' || hash(i) as many, case when hash(i) % 3 = 0 then null else hash(i) % 1000 end::bigint as holes from range(300000) r(i)", "codec snappy, row_group_size 40000");
        using var stream = File.OpenRead(path);
        var reader = await ParquetReader.OpenAsync(stream);
        Assert.True(reader.RowGroups > 5);
        Assert.Equal(300_000, reader.Rows);
        await AssertSameAsync(path);
    }

    [Fact]
    public async Task One_column_is_read_without_the_others()
    {
        var path = await CopyAsync("select i, 'x' as s, time '12:00:00' as unread from range(10) r(i)", "codec snappy");
        using var stream = File.OpenRead(path);
        var reader = await ParquetReader.OpenAsync(stream);
        Assert.Equal(Enumerable.Range(0, 10).Select(i => (long)i), (await reader.ReadAsync<long>(0, "i")).Values);
        Assert.Equal(ParquetType.Unsupported, reader.Schema.Fields[2].Type);
        var refused = await Assert.ThrowsAsync<ParquetException>(() => reader.ReadAsync<long>(0, "unread"));
        Assert.Contains("TimeMicros", refused.Message);
    }

    [Fact]
    public async Task Unsigned_integers_that_do_not_fit_are_named_and_not_guessed()
    {
        using var stream = File.OpenRead(await CopyAsync("select 4000000000::uinteger as u, 18000000000000000000::ubigint as v, 1::int as w", "codec snappy"));
        var reader = await ParquetReader.OpenAsync(stream);
        Assert.Equal([ParquetType.Unsupported, ParquetType.Unsupported, ParquetType.Int32], reader.Schema.Fields.Select(f => f.Type));
        Assert.Contains("UInt32", (await Assert.ThrowsAsync<ParquetException>(() => reader.ReadAsync<int>(0, "u"))).Message);
    }

    [Theory]
    [InlineData("select [1, 2] as legs", "legs")]
    [InlineData("select {'a': 1} as leg", "leg")]
    [InlineData("select map {'a': 1} as legs", "legs")]
    public async Task A_nested_column_is_refused_by_name(string sql, string column)
    {
        using var stream = File.OpenRead(await CopyAsync(sql, "codec snappy"));
        var refused = await Assert.ThrowsAsync<ParquetException>(() => ParquetReader.OpenAsync(stream));
        Assert.Contains($"'{column}' is nested", refused.Message);
    }

    [Theory]
    [InlineData("zstd", "Zstd")]
    [InlineData("lz4_raw", "Lz4Raw")]
    public async Task A_codec_that_we_lack_is_named_with_those_that_we_have(string codec, string name)
    {
        using var stream = File.OpenRead(await CopyAsync("select 1 as a", $"codec {codec}"));
        var reader = await ParquetReader.OpenAsync(stream);
        var refused = await Assert.ThrowsAsync<ParquetException>(() => reader.ReadAsync<int>(0, "a"));
        Assert.Equal(("a", 0, 0), (refused.Column, refused.RowGroup, refused.Page));
        Assert.Contains($"codec {name} is not read here; write the file with snappy", refused.Message);
    }

    [Theory]
    [InlineData("'infinity'::timestamp", "times from year 1 to 9999")]
    [InlineData("'infinity'::date", "dates from 0001-01-01")]
    [InlineData("12345678901234567890123456789012345678::decimal(38, 0)", "more digits than a decimal of .NET")]
    public async Task A_value_that_has_no_room_here_is_refused(string value, string rule)
    {
        using var stream = File.OpenRead(await CopyAsync($"select {value} as v", "codec snappy"));
        var reader = await ParquetReader.OpenAsync(stream);
        var refused = await Assert.ThrowsAsync<ParquetException>(() => Texts.OfAsync(reader, 0, reader.Schema.Fields[0]));
        Assert.Contains(rule, refused.Message);
    }

    private async Task<string> CopyAsync(string sql, string options)
    {
        var path = duck.NewFile();
        await duck.QueryAsync($"copy ({sql}) to '{path}' (format parquet, {options})");
        return path;
    }

    private async Task AssertSameAsync(string path)
    {
        using var stream = File.OpenRead(path);
        var reader = await ParquetReader.OpenAsync(stream);
        var names = reader.Schema.Fields.Select(f => f.Name).ToArray();
        var expected = await duck.TextsAsync(path, names);
        foreach (var column in names.Intersect(Doubles))
        {
            var at = Array.IndexOf(names, column);
            foreach (var row in expected) row[at] = column == "single" && row[at] is { } text ? Texts.Of(float.Parse(text)) : Texts.Double(row[at]);
        }

        Assert.NotEmpty(expected);
        var found = await Some.TextsAsync(reader);
        Assert.Equal(expected.Length, found.Length);
        for (var i = 0; i < expected.Length; i++) Assert.Equal(expected[i], found[i]);
    }
}
