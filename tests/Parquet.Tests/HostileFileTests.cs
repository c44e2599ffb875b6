using EventSourcedTrading.Parquet.Metadata;

namespace EventSourcedTrading.Parquet.Tests;

/// <summary>Files that lie about their sizes, counts and places.</summary>
public sealed class HostileFileTests
{
    private const int Little = 8 << 20;

    private static readonly ParquetField<int> Number = ParquetField.Int32("n");
    private static readonly ParquetField<string> Text = ParquetField.String("s", optional: true);

    private static byte[] Good { get; } = Forged.Pages(Number, 2, Forged.Page(2, ValueEncoding.Plain, [1, 0, 0, 0, 2, 0, 0, 0]));

    [Fact]
    public async Task The_file_that_the_others_are_made_from_is_good() => Assert.Equal(["1", "2"], (await Some.TextsAsync(await Some.OpenAsync(Good))).Select(r => r[0]));

    public static TheoryData<string, byte[], string> NoFiles { get; } = new()
    {
        { "empty", [], "0 bytes" },
        { "short", "PAR1PAR1"u8.ToArray(), "8 bytes" },
        { "a text", new byte[100], "does not begin and end with PAR1" },
        { "cut off", Good[..^1], "not written to its end" },
        { "a footer larger than the file", [.. "PAR1"u8, 255, 255, 255, 255, .. "PAR1"u8], "4294967295" },
        { "encrypted", [.. "PARE"u8, 0, 0, 0, 0, .. "PARE"u8], "encrypted" },
        { "no metadata", [.. "PAR1"u8, 0, 0, 0, 0, .. "PAR1"u8], "end within a field" },
        { "a list longer than the metadata", [.. "PAR1"u8, 0x29, 0xfc, 0xff, 0xff, 0xff, 0x07, 6, 0, 0, 0, .. "PAR1"u8], "16777215 elements" },
        { "metadata without end", [.. "PAR1"u8, .. Enumerable.Repeat((byte)0x1c, 5_000), 0x88, 0x13, 0, 0, .. "PAR1"u8], "" },
        { "more rows than its groups", Forged.Footer(Good, f => f with { Rows = 3 }), "3 rows; its row groups have 2" },
        { "no columns", Forged.Footer(Good, f => f with { Schema = [f.Schema[0] with { Children = 0 }], RowGroups = [], Rows = 0 }), "no columns" },
        { "two columns of one name", Forged.Footer(Good, f => f with { Schema = [f.Schema[0] with { Children = 2 }, f.Schema[1], f.Schema[1]] }), "Two columns are named 'n'" },
        { "fewer columns than the root says", Forged.Footer(Good, f => f with { Schema = [f.Schema[0] with { Children = 5 }, f.Schema[1]] }), "5 columns; 1 follow" },
        { "a row group without columns", Forged.Footer(Good, f => f with { RowGroups = [f.RowGroups[0], f.RowGroups[0] with { Rows = 0, Columns = [f.RowGroups[0].Columns[0], f.RowGroups[0].Columns[0]] }] }), "Row group 1 has 2 columns" },
    };

    [Theory]
    [MemberData(nameof(NoFiles))]
    public async Task A_file_that_cannot_be_opened_says_why(string what, byte[] file, string rule)
    {
        var refused = await Assert.ThrowsAsync<ParquetException>(() => Some.OpenAsync(file));
        Assert.True(refused.Message.Contains(rule, StringComparison.Ordinal), $"{what}: {refused.Message}");
    }

    public static TheoryData<string, byte[], string> BadColumns { get; } = new()
    {
        { "more rows than can be", Forged.Rows(Good, long.MaxValue), "at most 16777216 are read" },
        { "more rows than there are", Forged.Rows(Good, 16_000_000), "ends after 2 of 16000000 values" },
        { "begins behind the end", Forged.Chunk(Good, c => c with { DataOffset = 1 << 20 }), "lie outside the file's data" },
        { "begins before the beginning", Forged.Chunk(Good, c => c with { DataOffset = -5 }), "lie outside the file's data" },
        { "longer than the file", Forged.Chunk(Good, c => c with { CompressedBytes = long.MaxValue }), "lie outside the file's data" },
        { "a negative size", Forged.Chunk(Good, c => c with { CompressedBytes = -1 }), "lie outside the file's data" },
        { "too short for its page", Forged.Chunk(Good, c => c with { CompressedBytes = c.CompressedBytes - 1 }), "the column has 7 left" },
        { "begins within a page", Forged.Chunk(Good, c => c with { DataOffset = c.DataOffset + 3, CompressedBytes = c.CompressedBytes - 3 }), "" },
        { "another count than the row group", Forged.Chunk(Good, c => c with { Values = 1 }), "1 values; its row group has 2 rows" },
        { "another column", Forged.Chunk(Good, c => c with { Path = "m" }), "the schema says 'n'" },
        { "another type", Forged.Chunk(Good, c => c with { Type = PhysicalType.Int64 }), "of type Int64" },
        { "an unknown codec", Forged.Chunk(Good, c => c with { Codec = (Codec)77 }), "The codec 77 is not read here" },
        { "wrong bytes", Forged.Pages(Number, 1, (new PageHeader(PageType.Data, 4, 4, 1, ValueEncoding.Plain) { Crc = 7 }, [1, 2, 3, 4])), "its header says 00000007" },
        { "a page of other size", Forged.Pages(Number, 1, (new PageHeader(PageType.Data, 5, 4, 1, ValueEncoding.Plain), [1, 2, 3, 4])), "4 bytes stored and 5 before" },
        { "a page larger than the limit", Forged.Pages(Number, 1, (new PageHeader(PageType.Data, int.MaxValue, 4, 1, ValueEncoding.Plain), [1, 2, 3, 4])), "at most 268435456 are read" },
        { "a page too many", Forged.Pages(Number, 1, Forged.Page(2, ValueEncoding.Plain, new byte[8])), "2 values; its row group has room for 1" },
        { "values missing in a page", Forged.Pages(Number, 2, Forged.Page(2, ValueEncoding.Plain, new byte[7])), "take 8 bytes; the page has 7" },
        { "pages without values, for ever", Forged.Pages(Number, 1, [.. Enumerable.Repeat(Forged.Page(0, ValueEncoding.Plain, []), 1_000)]), "ends after 0 of 1 values" },
        { "a page of unknown type", Forged.Pages(Number, 1, Forged.Page(1, ValueEncoding.Plain, new byte[4], (PageType)9)), "unknown type 9" },
        { "an unknown encoding", Forged.Pages(Number, 1, Forged.Page(1, (ValueEncoding)42, new byte[4])), "encoded as 42" },
        { "indices without a dictionary", Forged.Pages(Number, 1, Forged.Page(1, ValueEncoding.RleDictionary, [1, 2, 0])), "the column has none" },
        { "two dictionaries", Forged.Pages(Number, 1, Dictionary(1, new byte[4]), Dictionary(1, new byte[4])), "not its first page" },
        { "a dictionary behind the data", Forged.Pages(Number, 2, Forged.Page(1, ValueEncoding.Plain, new byte[4]), Dictionary(1, new byte[4])), "not its first page" },
        { "a dictionary of nothing", Forged.Pages(Number, 1, Dictionary(1 << 30, [])), "1073741824 values in 0 bytes" },
        { "an index behind the dictionary", Forged.Pages(Number, 1, Dictionary(1, new byte[4]), Forged.Page(1, ValueEncoding.RleDictionary, [1, 2, 1])), "An index is 1; the dictionary has 1" },
        { "an index of 33 bits", Forged.Pages(Number, 1, Dictionary(1, new byte[4]), Forged.Page(1, ValueEncoding.RleDictionary, [33, 2, 1, 0, 0, 0, 0])), "33 bits" },
        { "an index beyond 31 bits", Forged.Pages(Number, 1, Dictionary(1, new byte[4]), Forged.Page(1, ValueEncoding.RleDictionary, [32, 2, 255, 255, 255, 255])), "An index is 4294967295" },
        { "runs that end early", Forged.Pages(Number, 2, Dictionary(1, new byte[4]), Forged.Page(2, ValueEncoding.RleDictionary, [0, 2])), "end before the page's last value" },
        { "runs of no values, for ever", Forged.Pages(Number, 1, Dictionary(1, new byte[4]), Forged.Page(1, ValueEncoding.RleDictionary, new byte[5_000])), "end before the page's last value" },
        { "a run longer than the page", Forged.Pages(Number, 8, Dictionary(1, new byte[4]), Forged.Page(8, ValueEncoding.RleDictionary, [8, 255, 255, 3])), "longer than its page" },
        { "a value too wide for its run", Forged.Pages(Number, 1, Dictionary(1, new byte[4]), Forged.Page(1, ValueEncoding.RleDictionary, [1, 2, 2])), "does not fit in 1 bits" },
        { "levels longer than the page", Forged.Pages(Text, 1, Forged.Page(1, ValueEncoding.Plain, [255, 255, 255, 255])), "levels are longer" },
        { "levels that are not there", Forged.Pages(Text, 1, Forged.Page(1, ValueEncoding.Plain, [])), "levels are longer" },
        { "a text longer than the page", Forged.Pages(Text, 1, Forged.Page(1, ValueEncoding.Plain, [2, 0, 0, 0, 2, 1, 255, 255, 255, 127])), "2147483647 bytes long" },
        { "a text of negative length", Forged.Pages(Text, 1, Forged.Page(1, ValueEncoding.Plain, [2, 0, 0, 0, 2, 1, 255, 255, 255, 255])), "-1 bytes long" },
        { "a text that is none", Forged.Pages(Text, 1, Forged.Page(1, ValueEncoding.Plain, [2, 0, 0, 0, 2, 1, 1, 0, 0, 0, 0xff])), "not UTF-8" },
        { "packed numbers without a block", Forged.Pages(Number, 1, Forged.Page(1, ValueEncoding.DeltaBinaryPacked, [0, 0, 1, 0])), "such do not exist" },
        { "packed numbers of another count", Forged.Pages(Number, 1, Forged.Page(1, ValueEncoding.DeltaBinaryPacked, [128, 1, 4, 2, 0])), "2 packed numbers" },
        { "packed numbers of 65 bits", Forged.Pages(Number, 2, Forged.Page(2, ValueEncoding.DeltaBinaryPacked, [128, 1, 4, 2, 0, 0, 65, 0, 0, 0])), "65 bits" },
        { "a prefix without a text before it", Forged.Pages(Text, 1, Forged.Page(1, ValueEncoding.DeltaByteArray, [2, 0, 0, 0, 2, 1, 128, 1, 4, 1, 6, 128, 1, 4, 1, 0])), "cannot be" },
    };

    [Theory]
    [MemberData(nameof(BadColumns))]
    public async Task A_column_that_cannot_be_read_says_why_and_where_and_takes_little_memory(string what, byte[] file, string rule)
    {
        var reader = await Some.OpenAsync(file);
        var before = GC.GetAllocatedBytesForCurrentThread();
        var reading = Texts.OfAsync(reader, 0, reader.Schema.Fields[0]); // from memory, so it ends on this thread
        var taken = GC.GetAllocatedBytesForCurrentThread() - before;
        var refused = await Assert.ThrowsAsync<ParquetException>(() => reading);
        Assert.True(refused.Message.Contains(rule, StringComparison.Ordinal), $"{what}: {refused.Message}");
        Assert.Equal((reader.Schema.Fields[0].Name, 0), (refused.Column, refused.RowGroup));
        Assert.InRange(taken, 0, Little);
    }

    [Fact]
    public async Task A_place_is_told_by_page_and_byte()
    {
        var file = Forged.Pages(Number, 2, Forged.Page(1, ValueEncoding.Plain, new byte[4]), Forged.Page(1, ValueEncoding.Plain, [9, 9]));
        var refused = await Assert.ThrowsAsync<ParquetException>(async () => await (await Some.OpenAsync(file)).ReadAsync<int>(0, "n"));
        Assert.Equal(("n", 0, 1), (refused.Column, refused.RowGroup, refused.Page));
        Assert.StartsWith($"Column 'n', row group 0, page 1, at byte {refused.Offset}: ", refused.Message);
        Assert.Equal(0x15, file[refused.Offset!.Value]); // a page's header begins with its type
    }

    [Fact]
    public async Task Limits_are_the_readers_own()
    {
        await Assert.ThrowsAsync<ParquetException>(async () => await (await Some.OpenAsync(Good, new ParquetLimits { RowsPerGroup = 1 })).ReadAsync<int>(0, "n"));
        await Assert.ThrowsAsync<ParquetException>(async () => await (await Some.OpenAsync(Good, new ParquetLimits { PageBytes = 7 })).ReadAsync<int>(0, "n"));
        await Assert.ThrowsAsync<ParquetException>(() => Some.OpenAsync(Good, new ParquetLimits { Columns = 0 }));
        await Assert.ThrowsAsync<ParquetException>(() => Some.OpenAsync(Good, new ParquetLimits { FooterBytes = 10 }));
    }

    private static (PageHeader Header, byte[] Body) Dictionary(int values, byte[] body) => Forged.Page(values, ValueEncoding.Plain, body, PageType.Dictionary);
}
