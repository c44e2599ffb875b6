using System.Buffers;
using EventSourcedTrading.Parquet.Compression;
using EventSourcedTrading.Parquet.Encodings;
using EventSourcedTrading.Parquet.Metadata;

namespace EventSourcedTrading.Parquet.Tests;

/// <summary>Examples of the specifications, and what is written comes back.</summary>
public sealed class EncodingTests
{
    [Fact]
    public void Bit_packing_as_in_the_specification()
    {
        Assert.Equal([3, 0x88, 0xc6, 0xfa], Encode([0, 1, 2, 3, 4, 5, 6, 7], 3)); // Encodings.md; 3 is one group of eight
        Assert.Equal([0, 1, 2, 3, 4, 5, 6, 7], Decode([3, 0x88, 0xc6, 0xfa], 3, 8));
    }

    [Fact]
    public void Eight_equal_values_or_more_are_a_run() => Assert.Equal([200, 1, 0x34, 0x12], Encode([.. Enumerable.Repeat(0x1234, 100)], 13));

    [Fact]
    public void Runs_and_packed_values_come_back_in_every_width_and_in_pieces_of_any_size()
    {
        var random = new Random(7);
        for (var width = 0; width <= 31; width++)
        {
            var values = new List<int>();
            while (values.Count < 3_000) values.AddRange(Enumerable.Repeat((int)random.NextInt64(1L << width), random.Next(3) == 0 ? random.Next(1, 40) : 1));
            var bytes = Encode([.. values], width);
            Assert.Equal(values, Decode(bytes, width, values.Count));
            Assert.Equal(values, Decode(bytes, width, values.Count, piece: random.Next(1, 50)));
        }
    }

    [Fact]
    public void The_checksum_is_that_of_gzip()
    {
        Assert.Equal(0xcbf43926u, Crc32.Of("123456789"u8)); // the check value of CRC-32/ISO-HDLC
        var bytes = new byte[1_000];
        new Random(1).NextBytes(bytes);
        for (var cut = 0; cut < 40; cut++) Assert.Equal(Crc32.Of(bytes), Crc32.Of(bytes.AsSpan(cut), Crc32.Of(bytes.AsSpan(0, cut))));
    }

    [Theory]
    [InlineData(new byte[] { 5, 4 << 2, 1, 2, 3, 4, 5 }, new byte[] { 1, 2, 3, 4, 5 })]
    [InlineData(new byte[] { 5, 60 << 2, 4, 1, 2, 3, 4, 5 }, new byte[] { 1, 2, 3, 4, 5 })]
    [InlineData(new byte[] { 8, 1 << 2, 1, 2, 2 << 2 | 1, 2 }, new byte[] { 1, 2, 1, 2, 1, 2, 1, 2 })] // a copy that overlaps itself
    [InlineData(new byte[] { 6, 2 << 2, 1, 2, 3, 2 << 2 | 2, 3, 0 }, new byte[] { 1, 2, 3, 1, 2, 3 })]
    [InlineData(new byte[] { 6, 2 << 2, 1, 2, 3, 2 << 2 | 3, 3, 0, 0, 0 }, new byte[] { 1, 2, 3, 1, 2, 3 })]
    [InlineData(new byte[] { 0 }, new byte[0])]
    public void Snappy_in_each_form_of_its_elements(byte[] compressed, byte[] expected)
    {
        var output = new byte[expected.Length];
        Snappy.Decompress(compressed, output);
        Assert.Equal(expected, output);
    }

    [Theory]
    [InlineData(new byte[] { }, 0)]
    [InlineData(new byte[] { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff }, 4)]
    [InlineData(new byte[] { 5, 4 << 2, 1 }, 5)]
    [InlineData(new byte[] { 5, 63 << 2, 0xff, 0xff, 0xff, 0xff }, 5)]
    [InlineData(new byte[] { 5, 63 << 2, 0xff }, 5)]
    [InlineData(new byte[] { 4, 0, 1, 2 << 2 | 1, 0 }, 4)] // offset 0
    [InlineData(new byte[] { 4, 0, 1, 2 << 2 | 2, 2, 0 }, 4)] // before the beginning
    [InlineData(new byte[] { 4, 0, 1, 2 << 2 | 3, 0xff, 0xff, 0xff, 0xff }, 4)]
    [InlineData(new byte[] { 4, 0, 1, 7 << 2 | 2, 1, 0 }, 4)] // beyond the end
    [InlineData(new byte[] { 4, 0, 1 }, 4)]
    [InlineData(new byte[] { 2, 0, 1 }, 1)]
    public void Snappy_that_is_damaged(byte[] compressed, int length) => Assert.Throws<ParquetException>(() => Snappy.Decompress(compressed, new byte[length]));

    [Fact]
    public void Decimals_take_the_fewest_bytes()
    {
        // LogicalTypes.md: n bytes hold floor(log10(2^(8n-1) - 1)) digits.
        for (var precision = 1; precision <= 38; precision++)
        {
            var bytes = PlainDecimals.BytesFor(precision);
            Assert.True(Math.Floor(Math.Log10(Math.Pow(2, 8 * bytes - 1) - 1)) >= precision);
            Assert.True(bytes == 1 || Math.Floor(Math.Log10(Math.Pow(2, 8 * (bytes - 1) - 1) - 1)) < precision);
        }
    }

    [Theory]
    [InlineData("1.5", 3, 0, "more than 0 decimals")]
    [InlineData("1000", 3, 0, "does not fit in DECIMAL(3,0)")]
    [InlineData("-100", 3, 1, "does not fit in DECIMAL(3,1)")]
    [InlineData("79228162514264337593543950335", 38, 28, "does not fit in DECIMAL(38,28)")]
    [InlineData("0.0000000000000000000000000001", 38, 27, "more than 27 decimals")]
    public void A_decimal_that_does_not_fit_is_refused_and_not_rounded(string value, int precision, int scale, string rule)
    {
        var (physical, width) = precision <= 18 ? (PhysicalType.Int64, 8) : (PhysicalType.FixedLenByteArray, PlainDecimals.BytesFor(precision));
        var refused = Assert.Throws<ParquetException>(() => new PlainDecimals(physical, width, precision, scale).Encode([decimal.Parse(value)], new ArrayBufferWriter<byte>()));
        Assert.Contains(rule, refused.Message);
    }

    [Theory]
    [InlineData("0", "0.000", "-0.00")]
    [InlineData("999", "-999", "999.000000000000000000000000")]
    [InlineData("79228162514264337593543950335", "-79228162514264337593543950335", "1")]
    public void A_decimal_comes_back_as_the_same_number(params string[] values)
    {
        foreach (var (precision, scale) in (IEnumerable<(int, int)>)[(38, 0), (38, 9), (30, 1)])
        {
            var plain = new PlainDecimals(PhysicalType.FixedLenByteArray, PlainDecimals.BytesFor(precision), precision, scale);
            foreach (var value in values.Select(decimal.Parse).Where(v => Math.Abs(v) < 1000 || precision - scale >= 29))
            {
                var (bytes, found) = (new ArrayBufferWriter<byte>(), new decimal[1]);
                plain.Encode([value], bytes);
                plain.Decode(bytes.WrittenSpan, found);
                Assert.Equal(value, found[0]);
            }
        }
    }

    private static byte[] Encode(int[] values, int width)
    {
        var output = new ArrayBufferWriter<byte>();
        RleBitPackedEncoder.Write(values, width, output);
        return output.WrittenSpan.ToArray();
    }

    private static int[] Decode(byte[] bytes, int width, int count, int piece = int.MaxValue)
    {
        var decoder = new RleBitPackedDecoder(bytes, width);
        var values = new int[count];
        for (var at = 0; at < count; at += Math.Min(piece, count - at)) decoder.Read(values.AsSpan(at, Math.Min(piece, count - at)));
        return values;
    }
}
