using System.IO.Compression;

namespace EventSourcedTrading.Parquet;

/// <summary>How pages are compressed when written. Each of these is read by DuckDB, pandas, Polars and Spark.</summary>
public enum CompressionMethod
{
    None,

    /// <summary>RFC 1952.</summary>
    Gzip,

    /// <summary>RFC 7932: smaller and slower than gzip.</summary>
    Brotli,
}

/// <summary>How a file is laid out. The same rows and options give the same bytes, with one release of .NET on one kind of processor; with <see cref="CompressionMethod.None"/> anywhere.</summary>
public sealed record ParquetOptions
{
    public CompressionMethod Compression { get; init; } = CompressionMethod.Gzip;

    public CompressionLevel Level { get; init; } = CompressionLevel.Fastest;

    /// <summary>A page ends at this many bytes before compression; one value that is longer has a page of its own. 1 KiB to 64 MiB.</summary>
    public int PageBytes
    {
        get;
        init => field = Within(value, 1 << 10, 64 << 20, nameof(PageBytes));
    } = 1 << 20;

    /// <summary>Rows that <see cref="ParquetRows{TRow}"/> gathers for a row group: the unit in which readers work in parallel and skip. 1 to 2²⁴.</summary>
    public int RowsPerGroup
    {
        get;
        init => field = Within(value, 1, 1 << 24, nameof(RowsPerGroup));
    } = 1 << 17;

    internal static int Within(int value, int min, int max, string name) =>
        value >= min && value <= max ? value : throw new ArgumentOutOfRangeException(name, value, $"{name} must lie between {min} and {max}.");
}

/// <summary>What a file may ask of its reader; a file that asks for more is refused.</summary>
public sealed record ParquetLimits
{
    /// <summary>In one row group: with the width of a value this bounds the memory that one column takes.</summary>
    public int RowsPerGroup { get; init; } = 1 << 24;

    /// <summary>Of one page, before compression.</summary>
    public int PageBytes { get; init; } = 256 << 20;

    /// <summary>Of the metadata at the end of the file.</summary>
    public int FooterBytes { get; init; } = 64 << 20;

    public int Columns { get; init; } = 10_000;
}
