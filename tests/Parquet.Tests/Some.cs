namespace EventSourcedTrading.Parquet.Tests;

/// <summary>A row with every type, required and optional.</summary>
internal sealed record Trade(
    bool Buy, int Lots, long Sequence, double Confidence, string Symbol, byte[] Raw, decimal Price, decimal Notional, DateTimeOffset Time, DateOnly Day,
    bool? MaybeBuy, int? MaybeLots, string? Note, decimal? Fee, decimal? Wide, DateTimeOffset? Settled, double? Score, byte[]? Blob);

internal static class Some
{
    public static readonly string[] Columns =
        ["buy", "lots", "sequence", "confidence", "symbol", "raw", "price", "notional", "time", "day", "maybe_buy", "maybe_lots", "note", "fee", "wide", "settled", "score", "blob"];

    public static readonly ParquetRows<Trade> Rows = new ParquetRows<Trade>()
        .Column(ParquetField.Boolean("buy"), t => t.Buy)
        .Column(ParquetField.Int32("lots"), t => t.Lots)
        .Column(ParquetField.Int64("sequence"), t => t.Sequence)
        .Column(ParquetField.Double("confidence"), t => t.Confidence)
        .Column(ParquetField.String("symbol"), t => t.Symbol)
        .Column(ParquetField.ByteArray("raw"), t => t.Raw)
        .Column(ParquetField.Decimal("price", 18, 8), t => t.Price)
        .Column(ParquetField.Decimal("notional", 38, 10), t => t.Notional)
        .Column(ParquetField.Timestamp("time"), t => t.Time)
        .Column(ParquetField.Date("day"), t => t.Day)
        .Column(ParquetField.Boolean("maybe_buy", optional: true), t => t.MaybeBuy)
        .Column(ParquetField.Int32("maybe_lots", optional: true), t => t.MaybeLots)
        .Column(ParquetField.String("note", optional: true), t => t.Note!)
        .Column(ParquetField.Decimal("fee", 9, 4, optional: true), t => t.Fee)
        .Column(ParquetField.Decimal("wide", 24, 0, optional: true), t => t.Wide)
        .Column(ParquetField.Timestamp("settled", optional: true), t => t.Settled)
        .Column(ParquetField.Double("score", optional: true), t => t.Score)
        .Column(ParquetField.ByteArray("blob", optional: true), t => t.Blob!);

    public static IEnumerable<Trade> Trades(int count, int seed = 1)
    {
        var random = new Random(seed);
        for (var i = 0; i < count; i++)
        {
            yield return new Trade(
                random.Next(2) == 0, random.Next(int.MinValue, int.MaxValue), random.NextInt64(long.MinValue, long.MaxValue), (random.NextDouble() - 0.5) * Math.Pow(10, random.Next(-300, 300)),
                $"S{random.Next(40)}.XNAS", Bytes(), Number(18, 8), Number(28, 10), Instant(), DateOnly.FromDayNumber(random.Next(DateOnly.MaxValue.DayNumber + 1)),
                Or(random.Next(2) == 0), Or(random.Next(100)), random.Next(3) == 0 ? null : string.Concat(Enumerable.Repeat("né 市場 😀", random.Next(6))), Or(Number(9, 4)), Or(Number(24, 0)),
                Or(Instant()), Or(random.NextDouble()), random.Next(3) == 0 ? null : Bytes());
        }

        T? Or<T>(T value) where T : struct => random.Next(4) == 0 ? null : value;
        byte[] Bytes()
        {
            var bytes = new byte[random.Next(20)];
            random.NextBytes(bytes);
            return bytes;
        }

        decimal Number(int precision, int scale)
        {
            var digits = string.Concat(Enumerable.Range(0, random.Next(1, precision + 1)).Select(_ => (char)('0' + random.Next(10))));
            var whole = decimal.Parse(digits);
            return (random.Next(2) == 0 ? -whole : whole) * new decimal(1, 0, 0, isNegative: false, (byte)scale);
        }

        DateTimeOffset Instant() => new(random.NextInt64(DateTime.MaxValue.Ticks) / TimeSpan.TicksPerMicrosecond * TimeSpan.TicksPerMicrosecond, TimeSpan.Zero);
    }

    public static async Task<byte[]> FileAsync(IEnumerable<Trade> rows, ParquetOptions? options = null, params KeyValuePair<string, string>[] metadata)
    {
        using var stream = new MemoryStream();
        await Rows.WriteAsync(stream, rows.ToAsyncEnumerable(), options, metadata);
        return stream.ToArray();
    }

    public static Task<ParquetReader> OpenAsync(byte[] file, ParquetLimits? limits = null) => ParquetReader.OpenAsync(new MemoryStream(file, writable: false), limits);

    /// <summary>All rows, every value as a text that DuckDB would give it too.</summary>
    public static async Task<string?[][]> TextsAsync(ParquetReader reader)
    {
        var columns = new List<List<string?>>();
        foreach (var field in reader.Schema.Fields)
        {
            columns.Add([]);
            for (var g = 0; g < reader.RowGroups; g++) columns[^1].AddRange(await Texts.OfAsync(reader, g, field));
        }

        return [.. Enumerable.Range(0, (int)reader.Rows).Select(row => columns.Select(c => c[row]).ToArray())];
    }
}
