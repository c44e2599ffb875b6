using System.Security.Cryptography;

namespace EventSourcedTrading.Parquet.Tests;

public sealed class WriterTests
{
    private static readonly ParquetField<long> Id = ParquetField.Int64("id");
    private static readonly ParquetField<string> Name = ParquetField.String("name", optional: true);
    private static readonly ParquetField<decimal> Price = ParquetField.Decimal("price", 5, 2);
    private static readonly ParquetSchema Schema = new(Id, Name, Price);

    [Fact]
    public async Task Row_groups_come_back_column_by_column()
    {
        using var stream = new MemoryStream();
        var writer = ParquetWriter.Create(stream, Schema);
        await writer.WriteRowGroupAsync([Id.Column([1, 2, 3]), Name.Column(["a", null!, "c"]), Price.Column([1.5m, -2m, 999.99m])]);
        await writer.WriteRowGroupAsync([Id.Column([]), Name.Column([]), Price.Column([])]);
        await writer.WriteRowGroupAsync([Id.Column([4]), Name.Column(["d"]), Price.Column([0m])]);
        writer.Metadata["hash"] = "00ff";
        await writer.CompleteAsync();

        var reader = await ParquetReader.OpenAsync(stream);
        Assert.Equal((4, 2, "00ff"), (reader.Rows, reader.RowGroups, reader.Metadata["hash"]));
        Assert.Equal("id Int64, name String?, price Decimal(5,2)", reader.Schema.ToString());
        var names = await reader.ReadAsync<string>(0, "name");
        Assert.Equal([false, true, false], Enumerable.Range(0, 3).Select(names.IsNull));
        Assert.Equal(["a", null!, "c"], names.Values.AsEnumerable());
        Assert.Null((await reader.ReadAsync<string>(1, "name")).Present);
        Assert.Equal([1.5m, -2m, 999.99m], (await reader.ReadAsync<decimal>(0, "price")).Values);
    }

    [Fact]
    public async Task The_same_rows_are_the_same_bytes()
    {
        var file = await Some.FileAsync(Some.Trades(2_000), null, new("b", "2"), new("a", "1"));
        Assert.Equal(file, await Some.FileAsync(Some.Trades(2_000), null, new("a", "1"), new("b", "2")));
    }

    [Fact]
    public async Task The_bytes_stay_what_they_are_from_one_release_to_the_next()
    {
        using var stream = new MemoryStream();
        var writer = ParquetWriter.Create(stream, Schema, new ParquetOptions { Compression = CompressionMethod.None });
        await writer.WriteRowGroupAsync([Id.Column([1, 2, 3, 4]), Name.Column(["a", null!, "a", "a"]), Price.Column([1.5m, -2m, 999.99m, 0m])]);
        await writer.CompleteAsync();
        Assert.Equal("6f82d0f8832b4ecc", Convert.ToHexStringLower(SHA256.HashData(stream.ToArray()))[..16]);
    }

    [Fact]
    public async Task A_file_that_was_not_completed_is_none()
    {
        using var stream = new MemoryStream();
        await ParquetWriter.Create(stream, Schema).WriteRowGroupAsync([Id.Column([1]), Name.Column(["a"]), Price.Column([1m])]);
        await Assert.ThrowsAsync<ParquetException>(() => ParquetReader.OpenAsync(stream));
    }

    [Fact]
    public async Task A_value_that_does_not_fit_names_its_column_and_breaks_the_file()
    {
        using var stream = new MemoryStream();
        var writer = ParquetWriter.Create(stream, Schema);
        var refused = await Assert.ThrowsAsync<ParquetException>(() => writer.WriteRowGroupAsync([Id.Column([1]), Name.Column(["a"]), Price.Column([0.001m])]));
        Assert.Equal("Column 'price', row group 0: The value 0.001 has more than 2 decimals; round it, or give the column a larger scale.", refused.Message);
        await Assert.ThrowsAsync<InvalidOperationException>(() => writer.CompleteAsync());
    }

    [Fact]
    public async Task Half_a_surrogate_pair_and_a_time_too_fine_are_refused()
    {
        Assert.Contains("surrogate", (await Assert.ThrowsAsync<ParquetException>(() => WriteAsync(Name.Column(["a\ud800"])))).Message);
        var time = ParquetField.Timestamp("time");
        Assert.Contains("cut it to microseconds", (await Assert.ThrowsAsync<ParquetException>(() => WriteAsync(time.Column([new DateTimeOffset(1, TimeSpan.Zero)])))).Message);
    }

    [Fact]
    public async Task Columns_that_are_not_the_schemas_are_refused_before_anything_is_written()
    {
        using var stream = new MemoryStream();
        var writer = ParquetWriter.Create(stream, Schema);
        await RefusedAsync("2 columns are given; the schema has 3", Id.Column([1]), Name.Column(["a"]));
        await RefusedAsync("Column 0 is 'name'", Name.Column(["a"]), Id.Column([1]), Price.Column([1m]));
        await RefusedAsync("Column 'name' has 2 rows, 'id' has 1", Id.Column([1]), Name.Column(["a", "b"]), Price.Column([1m]));
        await RefusedAsync("Column 0 is 'id'; it must be made by", ParquetField.Int64("id").Column([1]), Name.Column(["a"]), Price.Column([1m]));
        Assert.Equal(0, stream.Length);
        await writer.CompleteAsync();
        Assert.Equal(0, (await ParquetReader.OpenAsync(stream)).Rows);
        await Assert.ThrowsAsync<InvalidOperationException>(() => writer.CompleteAsync());

        async Task RefusedAsync(string rule, params ParquetColumn[] columns) => Assert.Contains(rule, (await Assert.ThrowsAsync<ArgumentException>(() => writer.WriteRowGroupAsync(columns))).Message);
    }

    [Fact]
    public void What_cannot_be_a_column_or_schema_is_refused()
    {
        Assert.Contains("row 1", Assert.Throws<ArgumentException>(() => ParquetField.String("s").Column(["a", null!])).Message);
        Assert.Contains("row 0", Assert.Throws<ArgumentException>(() => Id.Column([1], [false])).Message);
        Assert.Contains("1 values, but 2 marks", Assert.Throws<ArgumentException>(() => Id.Column([1], [true, true])).Message);
        Assert.Contains("two columns named 'id'", Assert.Throws<ArgumentException>(() => new ParquetSchema(Id, Id)).Message);
        Assert.Throws<ArgumentException>(() => new ParquetSchema());
        Assert.Equal([true, false, false], Name.Column(["a", null!, "c"], [true, true, false]).Present!.AsEnumerable());
        Assert.Throws<ArgumentOutOfRangeException>(() => ParquetField.Decimal("d", 39, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => ParquetField.Decimal("d", 5, 6));
        Assert.Throws<ArgumentOutOfRangeException>(() => new ParquetOptions { PageBytes = 10 });
    }

    [Fact]
    public async Task A_column_is_asked_for_by_its_name_and_type()
    {
        var reader = await Some.OpenAsync(await Some.FileAsync(Some.Trades(3)));
        Assert.Contains("There is no column 'prise'; there are 'buy', 'lots'", (await Assert.ThrowsAsync<ParquetException>(() => reader.ReadAsync<decimal>(0, "prise"))).Message);
        Assert.Contains("Column 'price' is Decimal; it is not held as Double", (await Assert.ThrowsAsync<ParquetException>(() => reader.ReadAsync<double>(0, "price"))).Message);
        await Assert.ThrowsAsync<ArgumentException>(() => reader.ReadAsync(0, Price));
        Assert.Contains("'buy' is of a file that was read", Assert.Throws<ArgumentException>(() => ParquetWriter.Create(Stream.Null, reader.Schema)).Message);
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => reader.ReadAsync<decimal>(1, "price"));
    }

    [Fact]
    public async Task A_stream_that_only_takes_is_enough_to_write_and_one_that_cannot_seek_is_not_enough_to_read()
    {
        using var forward = new System.IO.Pipelines.Pipe().Writer.AsStream();
        await WriteAsync(Id.Column([1]), forward);
        await Assert.ThrowsAsync<ArgumentException>(() => ParquetReader.OpenAsync(forward));
    }

    private static async Task WriteAsync(ParquetColumn column, Stream? stream = null)
    {
        var writer = ParquetWriter.Create(stream ?? new MemoryStream(), new ParquetSchema(column.Field));
        await writer.WriteRowGroupAsync([column]);
        await writer.CompleteAsync();
    }
}
