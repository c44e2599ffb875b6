using System.Buffers.Text;
using System.Globalization;
using System.Text;
using EventSourcedTrading.Domain.Risk;
using EventSourcedTrading.Domain.Signals;
using EventSourcedTrading.Domain.Time;

namespace EventSourcedTrading.MarketData.Lean;

/// <param name="IsRegular">The row is as LEAN means it, but gives no signal.</param>
internal readonly record struct RowProblem(string Field, string Value, string Rule, bool IsRegular = false);

/// <summary>
/// Reads the rows of one series. The stamp is a bar's start on the wall clock of the series' zone; a signal's time is the bar's
/// end. A daily equity bar ends at the close of the session by <see cref="NyseCalendar"/>. A daily crypto bar ends at 24:00 UTC.
/// </summary>
internal sealed class LeanRows(LeanOptions options, LeanSeries series, FactorFile? factors)
{
    private const int TradeColumns = 6, QuoteColumns = 11;

    /// <summary>Beyond what any market has, and so low that no adjustment can overflow.</summary>
    private const decimal Bound = 1e18m;

    private static readonly TimeSpan Open = NyseCalendar.Opens.ToTimeSpan(), Close = NyseCalendar.Closes.ToTimeSpan();
    private static readonly string[] Trade = ["time", "open", "high", "low", "close", "volume"];
    private static readonly string[] Quote =
        ["time", "bidOpen", "bidHigh", "bidLow", "bidClose", "bidSize", "askOpen", "askHigh", "askLow", "askClose", "askSize"];

    private readonly ZoneClock _clock = new(series.Zone);
    private readonly bool _isEquity = series.FactorFile is not null;

    /// <summary>Gives a problem, or a signal, or neither for a row outside of the days and hours that were asked for.</summary>
    public RowProblem? Parse(ReadOnlySpan<byte> line, in LeanFile file, out Signal? signal)
    {
        signal = null;
        var fileDay = file.Day;
        Span<Range> columns = stackalloc Range[QuoteColumns];
        var expected = series.IsQuotes ? QuoteColumns : TradeColumns;
        var count = Split(line, columns);
        if (count != expected) return new("row", Shown(line), $"must have {expected} columns, not {count}");
        if (Times(line[columns[0]], fileDay, out var day, out var sinceMidnight, out var start, out var end) is { } problem) return problem;
        if (day < file.From || day > file.To) return null;
        if (options.RegularHoursOnly && _isEquity && fileDay is not null && (sinceMidnight < Open || sinceMidnight >= Close)) return null;
        var (price, split) = factors?.On(day, options.Adjustment) ?? (1m, 1m);
        var broken = series.IsQuotes
            ? ParseQuote(line, columns, price, split, end, out signal)
            : ParseTrade(line, columns, price, split, start, end, out signal);
        return broken ?? (signal!.Validate() is { } error ? new RowProblem("row", series.Instrument.Id, error) : null);
    }

    private RowProblem? ParseTrade(
        ReadOnlySpan<byte> line, ReadOnlySpan<Range> columns, decimal factor, decimal split, Timestamp start, Timestamp end, out Signal? signal)
    {
        signal = null;
        Span<decimal> v = stackalloc decimal[TradeColumns];
        for (var i = 1; i < TradeColumns; i++)
        {
            if (!TryDecimal(line[columns[i]], out v[i])) return new(Trade[i], Shown(line[columns[i]]), "must be a number below 1e18");
            if (i < 5 ? v[i] <= 0m : v[i] < 0m) return new(Trade[i], Shown(line[columns[i]]), i < 5 ? "must be above zero" : "must not be negative");
        }

        if (v[2] < Math.Max(v[1], v[4])) return new("high", Shown(line[columns[2]]), "must be the highest price of the bar");
        if (v[3] > Math.Min(v[1], v[4])) return new("low", Shown(line[columns[3]]), "must be the lowest price of the bar");
        signal = new()
        {
            Kind = SignalKind.Bar, Instrument = series.Instrument.Id, Time = end, Feed = options.Name, Sequence = 1, Start = start,
            Open = Price(v[1], factor), High = Price(v[2], factor), Low = Price(v[3], factor), Price = Price(v[4], factor),
            Size = Size(v[5], split),
        };
        return null;
    }

    private RowProblem? ParseQuote(
        ReadOnlySpan<byte> line, ReadOnlySpan<Range> columns, decimal factor, decimal split, Timestamp end, out Signal? signal)
    {
        const int bidClose = 4, bidSize = 5, askClose = 9, askSize = 10;
        signal = null;
        foreach (var side in (ReadOnlySpan<int>)[bidClose, askClose])
            if (line[columns[side]].IsEmpty) return new(Quote[side], "", "side is missing, so there is no quote", IsRegular: true);

        Span<decimal> v = stackalloc decimal[QuoteColumns];
        foreach (var i in (ReadOnlySpan<int>)[bidClose, bidSize, askClose, askSize])
        {
            var isSize = i is bidSize or askSize;
            if (!TryDecimal(line[columns[i]], out v[i])) return new(Quote[i], Shown(line[columns[i]]), "must be a number below 1e18");
            if (isSize ? v[i] < 0m : v[i] <= 0m) return new(Quote[i], Shown(line[columns[i]]), isSize ? "must not be negative" : "must be above zero");
        }

        if (v[bidClose] > v[askClose])
            return new("bidClose", Shown(line[columns[bidClose]]), $"crossed: must not be above askClose {Shown(line[columns[askClose]])}");
        signal = new()
        {
            Kind = SignalKind.Quote, Instrument = series.Instrument.Id, Time = end, Feed = options.Name, Sequence = 1,
            Bid = Price(v[bidClose], factor), BidSize = Size(v[bidSize], split),
            Ask = Price(v[askClose], factor), AskSize = Size(v[askSize], split),
        };
        return null;
    }

    private RowProblem? Times(
        ReadOnlySpan<byte> text, DateOnly? fileDay, out DateOnly day, out TimeSpan sinceMidnight, out Timestamp start, out Timestamp end)
    {
        day = fileDay ?? default;
        start = end = default;
        sinceMidnight = default;
        if (fileDay is not null)
        {
            if (!Utf8Parser.TryParse(text, out int ms, out var used) || used != text.Length || ms is < 0 or >= 86_400_000)
                return new("time", Shown(text), "must be milliseconds since midnight, 0 to 86399999");
            sinceMidnight = TimeSpan.FromMilliseconds(ms);
        }
        else if (!TryDay(text, out day))
        {
            return new("time", Shown(text), "must be a day as yyyyMMdd 00:00");
        }

        if (!_clock.TryToUtc(day, sinceMidnight, out start)) return new("time", Shown(text), $"does not exist on {day:yyyy-MM-dd} in {series.Zone}");
        if (options.Resolution == LeanResolution.Daily) return _clock.TryToUtc(day, _isEquity ? NyseCalendar.CloseOf(day).ToTimeSpan() : TimeSpan.FromDays(1), out end) ? null : new("time", Shown(text), "has no close");
        end = start + (options.Resolution == LeanResolution.Minute ? TimeSpan.FromMinutes(1) : TimeSpan.FromSeconds(1));
        return null;
    }

    private static bool TryDay(ReadOnlySpan<byte> text, out DateOnly day)
    {
        day = default;
        Span<char> chars = stackalloc char[14];
        return text.Length == 14 && Encoding.Latin1.GetChars(text, chars) == 14
            && DateOnly.TryParseExact(chars, "yyyyMMdd '00:00'", CultureInfo.InvariantCulture, DateTimeStyles.None, out day);
    }

    private decimal Price(decimal raw, decimal factor) => factor == 1m ? raw / series.PriceScale : raw / series.PriceScale * factor;

    /// <summary>A split adjusts to whole shares, as factors in the files are rounded and would leave crumbs of a share.</summary>
    private static decimal Size(decimal raw, decimal split) => split == 1m ? raw : Math.Round(raw / split);

    private static int Split(ReadOnlySpan<byte> line, Span<Range> columns)
    {
        var count = 0;
        var from = 0;
        for (var i = 0; i <= line.Length; i++)
        {
            if (i < line.Length && line[i] != ',') continue;
            if (count < columns.Length) columns[count] = from..i;
            count++;
            from = i + 1;
        }

        return count;
    }

    private static bool TryDecimal(ReadOnlySpan<byte> text, out decimal value) =>
        decimal.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent, CultureInfo.InvariantCulture, out value)
        && Math.Abs(value) < Bound;

    private static string Shown(ReadOnlySpan<byte> text) => Encoding.UTF8.GetString(text.Length > 64 ? text[..64] : text);
}
