using System.Text.Json;

namespace EventSourcedTrading.Parquet.Tests;

/// <summary>What we write, as DuckDB sees it.</summary>
public sealed class DuckDbReadsTests(DuckDb duck)
{
    [Theory]
    [InlineData(CompressionMethod.None)]
    [InlineData(CompressionMethod.Gzip)]
    [InlineData(CompressionMethod.Brotli)]
    public async Task Every_type_with_and_without_nulls_in_several_row_groups_and_pages(CompressionMethod compression)
    {
        var trades = Some.Trades(5_000).ToArray();
        var path = duck.Write(await Some.FileAsync(trades, new ParquetOptions { Compression = compression, RowsPerGroup = 1_999, PageBytes = 4_096 }));
        await AssertSameAsync(trades, path);
    }

    [Fact]
    public async Task One_row_and_rows_without_any_value()
    {
        var one = Some.Trades(1).Single();
        var bare = one with { MaybeBuy = null, MaybeLots = null, Note = null, Fee = null, Wide = null, Settled = null, Score = null, Blob = null };
        await AssertSameAsync([one], duck.Write(await Some.FileAsync([one])));
        await AssertSameAsync([bare, bare, bare], duck.Write(await Some.FileAsync([bare, bare, bare])));
    }

    [Fact]
    public async Task Extremes_of_every_type()
    {
        var one = Some.Trades(1).Single();
        Trade[] trades =
        [
            one with
            {
                Lots = int.MinValue, Sequence = long.MinValue, Confidence = double.NegativeInfinity, Price = -9_999_999_999.99999999m, Notional = -7_922_816_251_426_433_759.3543950335m,
                Time = DateTimeOffset.MinValue, Day = DateOnly.MinValue, Wide = -999_999_999_999_999_999_999_999m, Fee = -99_999.9999m, Symbol = "", Raw = [],
            },
            one with
            {
                Lots = int.MaxValue, Sequence = long.MaxValue, Confidence = double.PositiveInfinity, Price = 9_999_999_999.99999999m, Notional = 9_999_999_999_999_999_999_999_999_999m,
                Time = new DateTimeOffset(DateTime.MaxValue.Ticks / 10 * 10, TimeSpan.Zero), Day = DateOnly.MaxValue, Wide = 999_999_999_999_999_999_999_999m, Fee = 99_999.9999m,
                Symbol = new string('é', 3_000_000), Raw = new byte[2_000_000], Note = new string('x', 5_000_000),
            },
            one with { Confidence = double.NaN, Price = 0.00000001m, Notional = -0.0000000001m, Wide = 0, Score = -0.0, Fee = 1.10000000000m, Settled = new DateTimeOffset(1969, 12, 31, 23, 59, 59, 999, 999, TimeSpan.Zero) },
            one with { Confidence = double.Epsilon, Score = double.MaxValue, Price = 0m, Notional = 1m, Time = new DateTimeOffset(2024, 3, 31, 2, 30, 0, TimeSpan.FromHours(5.5)) },
        ];
        await AssertSameAsync(trades, duck.Write(await Some.FileAsync(trades)));
    }

    [Fact]
    public async Task A_file_without_rows_has_its_columns()
    {
        var path = duck.Write(await Some.FileAsync([]));
        Assert.Empty(await duck.TextsAsync(path, Some.Columns));
        Assert.Equal(Some.Columns, (await duck.QueryAsync($"select column_name from (describe select * from '{path}')")).Select(r => r[0].GetString()));
    }

    [Fact]
    public async Task The_types_are_those_that_we_named()
    {
        var path = duck.Write(await Some.FileAsync([]));
        var types = (await duck.QueryAsync($"select column_name, column_type from (describe select * from '{path}')")).ToDictionary(r => r[0].GetString()!, r => r[1].GetString());
        string[] expected =
        [
            "BOOLEAN", "INTEGER", "BIGINT", "DOUBLE", "VARCHAR", "BLOB", "DECIMAL(18,8)", "DECIMAL(38,10)", "TIMESTAMP WITH TIME ZONE", "DATE",
            "BOOLEAN", "INTEGER", "VARCHAR", "DECIMAL(9,4)", "DECIMAL(24,0)", "TIMESTAMP WITH TIME ZONE", "DOUBLE", "BLOB",
        ];
        Assert.Equal(Some.Columns.Zip(expected), Some.Columns.Select(c => (c, types[c]!)));

        var schema = (await duck.QueryAsync($"select name, type, repetition_type, converted_type, logical_type from parquet_schema('{path}')")).ToDictionary(r => r[0].GetString()!, r => (r[1].GetString(), r[2].GetString(), r[3].GetString(), r[4].GetString()));
        Assert.Equal(("BYTE_ARRAY", "REQUIRED", "UTF8", "StringType()"), schema["symbol"]);
        Assert.Equal(("INT64", "REQUIRED", "DECIMAL", "DecimalType(scale=8, precision=18)"), schema["price"]);
        Assert.Equal(("FIXED_LEN_BYTE_ARRAY", "REQUIRED", "DECIMAL", "DecimalType(scale=10, precision=38)"), schema["notional"]);
        Assert.Equal(("INT64", "OPTIONAL", "TIMESTAMP_MICROS", "TimestampType(isAdjustedToUTC=1, unit=TimeUnit(MILLIS=<null>, MICROS=MicroSeconds(), NANOS=<null>))"), schema["settled"]);
        Assert.Equal(("INT32", "REQUIRED", "DATE", "DateType()"), schema["day"]);
    }

    [Fact]
    public async Task Statistics_hold_the_bounds_and_the_nulls()
    {
        var one = Some.Trades(1).Single();
        Trade[] trades = [one with { Symbol = "é", Lots = 5, Fee = null, Price = -1.5m, Confidence = double.NaN }, one with { Symbol = "z", Lots = -7, Fee = 2m, Price = 10m, Confidence = 0.0 }, one with { Symbol = "\uE000", Fee = null, Lots = 0, Price = 2m, Confidence = 3 }, one with { Symbol = "😀", Fee = 0.5m, Lots = 0, Price = 2m, Confidence = -1 }];
        var path = duck.Write(await Some.FileAsync(trades));
        var found = (await duck.QueryAsync($"select path_in_schema, stats_min_value, stats_max_value, stats_null_count from parquet_metadata('{path}')")).ToDictionary(r => r[0].GetString()!, r => (r[1].GetString(), r[2].GetString(), r[3].ToString()));
        Assert.Equal(("-7", "5", "0"), found["lots"]);
        Assert.Equal(("z", "😀", "0"), found["symbol"]); // by code points, not by UTF-16
        Assert.Equal(("-1.50000000", "10.00000000", "0"), found["price"]);
        Assert.Equal(("0.5000", "2.0000", "2"), found["fee"]);
        Assert.Equal(("-1.0", "3.0", "0"), found["confidence"]);
    }

    [Fact]
    public async Task A_filter_that_skips_row_groups_by_statistics_finds_what_a_scan_finds()
    {
        var trades = Some.Trades(3_000).OrderBy(t => t.Notional).ToArray();
        var path = duck.Write(await Some.FileAsync(trades, new ParquetOptions { RowsPerGroup = 100 }));
        var bound = trades[1_234].Notional;
        var found = await duck.QueryAsync($"select count(*)::int, (select count(*)::int from '{path}' where time < timestamptz '2000-01-01 00:00:00+00'), (select count(*)::int from '{path}' where symbol = 'S7.XNAS') from '{path}' where notional < {bound}");
        Assert.Equal([trades.Count(t => t.Notional < bound), trades.Count(t => t.Time < new DateTimeOffset(2000, 1, 1, 0, 0, 0, TimeSpan.Zero)), trades.Count(t => t.Symbol == "S7.XNAS")], found[0].Select(v => v.GetInt32()));
    }

    [Fact]
    public async Task Texts_that_repeat_are_stored_once_and_others_are_not()
    {
        var trades = Some.Trades(1_000).Select((t, i) => t with { Note = $"note {i}" }).ToArray();
        var path = duck.Write(await Some.FileAsync(trades));
        var found = (await duck.QueryAsync($"select path_in_schema, encodings, dictionary_page_offset is not null from parquet_metadata('{path}') where type = 'BYTE_ARRAY'")).ToDictionary(r => r[0].GetString()!, r => (r[1].GetString()!.Contains("DICTIONARY"), r[2].GetBoolean()));
        Assert.Equal((true, true), found["symbol"]);
        Assert.Equal((false, false), found["note"]);
        await AssertSameAsync(trades, path);
    }

    [Fact]
    public async Task Pairs_are_stored_with_the_file()
    {
        var path = duck.Write(await Some.FileAsync([], null, new("est.data_hash", "sha256:00ff"), new("est.checkpoint", "log\n7\nroot"), new("empty", "")));
        var found = await duck.QueryAsync($"select decode(key), decode(value) from parquet_kv_metadata('{path}') order by 1");
        Assert.Equal([["empty", ""], ["est.checkpoint", "log\n7\nroot"], ["est.data_hash", "sha256:00ff"]], found.Select(r => r.Select(v => v.GetString()!).ToArray()));
    }

    [Fact]
    public async Task Row_groups_and_sizes_add_up()
    {
        var file = await Some.FileAsync(Some.Trades(1_000), new ParquetOptions { RowsPerGroup = 300 });
        var groups = await duck.QueryAsync($"select row_group_id::int, any_value(row_group_num_rows)::int, sum(total_compressed_size)::int from parquet_metadata('{duck.Write(file)}') group by all order by 1");
        Assert.Equal([300, 300, 300, 100], groups.Select(g => g[1].GetInt32()));
        var footer = BitConverter.ToInt32(file, file.Length - 8);
        Assert.Equal(file.Length - 4 - footer - 8, groups.Sum(g => g[2].GetInt32()));
    }

    private async Task AssertSameAsync(IReadOnlyList<Trade> trades, string path)
    {
        var found = await duck.TextsAsync(path, Some.Columns);
        Assert.Equal(trades.Count, found.Length);
        foreach (var column in (string[])["confidence", "score"])
        {
            var at = Array.IndexOf(Some.Columns, column);
            foreach (var row in found) row[at] = Texts.Double(row[at]);
        }

        for (var i = 0; i < found.Length; i++) Assert.Equal(Texts.Of(trades[i]), found[i]);
        using var stream = File.OpenRead(path);
        Assert.Equal(found, await Some.TextsAsync(await ParquetReader.OpenAsync(stream)));
    }
}
