using System.Buffers.Binary;
using EventSourcedTrading.Parquet.Metadata;

namespace EventSourcedTrading.Parquet.Tests;

/// <summary>Forms that today's writers avoid but old files have; made by hand, and read by DuckDB as by us.</summary>
public sealed class OldFormTests(DuckDb duck)
{
    [Fact]
    public async Task Times_of_96_bits()
    {
        byte[] body = [.. Int96(2_440_588, 0), .. Int96(2_440_587, 86_399_999_999_000), .. Int96(2_460_370, 45_296_123_456_000), .. Int96(2_299_161, 1_000)];
        await AssertAsync(Of("t", PhysicalType.Int96), 4, Forged.Page(4, ValueEncoding.Plain, body), expected: ["1970-01-01 00:00:00", "1969-12-31 23:59:59.999999", "2024-02-29 12:34:56.123456", "1582-10-15 00:00:00.000001"]);

        static byte[] Int96(int day, long nanos)
        {
            var bytes = new byte[12];
            BinaryPrimitives.WriteInt64LittleEndian(bytes, nanos);
            BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(8), day);
            return bytes;
        }
    }

    [Fact]
    public async Task Decimals_of_any_length()
    {
        var field = FieldOf.Element(new SchemaElement("d", PhysicalType.ByteArray) { Converted = ConvertedType.Decimal, Precision = 20, Scale = 2 });
        byte[] body = [1, 0, 0, 0, 0x7f, 1, 0, 0, 0, 0xff, 2, 0, 0, 0, 0x80, 0x00, 9, 0, 0, 0, 0x05, 0x6b, 0xc7, 0x5e, 0x2d, 0x63, 0x0f, 0xff, 0xff];
        await AssertAsync(field, 4, Forged.Page(4, ValueEncoding.Plain, body), expected: ["1.27", "-0.01", "-327.68", "999999999999999999.99"]);
    }

    [Fact]
    public async Task The_old_name_of_the_dictionary_encoding()
    {
        var dictionary = Forged.Page(2, ValueEncoding.PlainDictionary, [1, 0, 0, 0, (byte)'a', 2, 0, 0, 0, (byte)'b', (byte)'c'], PageType.Dictionary);
        await AssertAsync(ParquetField.String("s"), 5, dictionary, Forged.Page(5, ValueEncoding.PlainDictionary, [1, 3, 0b01010]), expected: ["a", "bc", "a", "bc", "a"]);
    }

    private static ParquetField Of(string name, PhysicalType type) => FieldOf.Element(new SchemaElement(name, type));

    private Task AssertAsync(ParquetField field, int rows, (PageHeader, byte[]) page, string[] expected) => AssertAsync(Forged.Pages(field, rows, page), field, expected);

    private Task AssertAsync(ParquetField field, int rows, (PageHeader, byte[]) dictionary, (PageHeader, byte[]) page, string[] expected) => AssertAsync(Forged.Pages(field, rows, dictionary, page), field, expected);

    private async Task AssertAsync(byte[] file, ParquetField field, string[] expected)
    {
        Assert.Equal(expected, (await Some.TextsAsync(await Some.OpenAsync(file))).Select(r => r[0]!.Replace("+00", "", StringComparison.Ordinal)));
        Assert.Equal(expected, (await duck.TextsAsync(duck.Write(file), field.Name)).Select(r => r[0]));
    }
}
