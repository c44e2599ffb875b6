using System.Buffers.Binary;

namespace EventSourcedTrading.Parquet.Compression;

/// <summary>CRC-32 as in gzip (RFC 1952 §8), eight bytes at a time ("slicing by eight").</summary>
internal static class Crc32
{
    private const uint Polynomial = 0xEDB88320;

    private static readonly uint[] Tables = BuildTables();

    public static uint Of(ReadOnlySpan<byte> data, uint crc = 0)
    {
        var t = Tables;
        crc = ~crc;
        for (; data.Length >= 8; data = data[8..])
        {
            var block = BinaryPrimitives.ReadUInt64LittleEndian(data) ^ crc;
            crc = t[0x700 + (int)(block & 0xff)] ^ t[0x600 + (int)(block >> 8 & 0xff)] ^ t[0x500 + (int)(block >> 16 & 0xff)] ^ t[0x400 + (int)(block >> 24 & 0xff)]
                ^ t[0x300 + (int)(block >> 32 & 0xff)] ^ t[0x200 + (int)(block >> 40 & 0xff)] ^ t[0x100 + (int)(block >> 48 & 0xff)] ^ t[(int)(block >> 56)];
        }

        foreach (var next in data) crc = crc >> 8 ^ t[(int)((crc ^ next) & 0xff)];
        return ~crc;
    }

    private static uint[] BuildTables()
    {
        var tables = new uint[8 * 256];
        for (var i = 0; i < tables.Length; i++)
        {
            var crc = i < 256 ? (uint)i : tables[i - 256];
            if (i < 256) for (var bit = 0; bit < 8; bit++) crc = (crc & 1) != 0 ? crc >> 1 ^ Polynomial : crc >> 1;
            else crc = crc >> 8 ^ tables[crc & 0xff];
            tables[i] = crc;
        }

        return tables;
    }
}
