using System.Globalization;
using System.Text;
using EventSourcedTrading.Domain.Time;

namespace EventSourcedTrading.Backtesting.Reporting;

/// <summary>A line chart as inline SVG. Colours come from the page's style, so it is light, dark or printed as the page is.</summary>
internal static class SvgChart
{
    private const int Width = 1_000, Left = 74, Right = 8, Top = 8, Bottom = 20;

    /// <param name="name">What is drawn, for who cannot see it.</param>
    /// <param name="format">Of the labels.</param>
    /// <param name="fromZero">Whether the area between the line and zero is filled.</param>
    public static void Draw(TextWriter html, string name, ChartLine line, IReadOnlyList<Timestamp> starts, int height, Func<double, string> format, bool fromZero = false, IReadOnlyList<ChartMark>? marks = null)
    {
        var (low, high) = Range(line, marks, fromZero);
        if (double.IsNaN(low)) return;
        html.Write($"<svg viewBox=\"0 0 {Width} {height}\" role=\"img\" aria-label=\"{name}\">");
        foreach (var tick in Ticks(low, high)) html.Write($"<path class=\"g\" d=\"M{Left} {Y(tick)}H{Width - Right}\"/><text x=\"{Left - 6}\" y=\"{Y(tick)}\" class=\"y\">{format(tick)}</text>");
        var dates = starts[^1] - starts[0] > TimeSpan.FromDays(20) ? "yyyy-MM-dd" : "MM-dd HH:mm";
        for (var i = 0; i < 6; i++)
        {
            var step = (int)((starts.Count - 1) * i / 5.0);
            if (i > 0 && step == (int)((starts.Count - 1) * (i - 1) / 5.0)) continue;
            html.Write($"<text x=\"{X(step)}\" y=\"{height - 4}\" class=\"x{(i == 0 ? " first" : i == 5 ? " last" : "")}\">{starts[step].ToDateTime().ToString(dates, CultureInfo.InvariantCulture)}</text>");
        }

        var path = Path(line);
        if (fromZero && path.Length > 0) html.Write($"<path class=\"a\" d=\"M{X(First(line))} {Y(0)}L{path.AsSpan(1)}L{X(Last(line))} {Y(0)}Z\"/>");
        html.Write($"<path class=\"l\" d=\"{path}\"/>");
        foreach (var mark in marks ?? [])
        {
            // A buy points up from below its price, a sale down from above.
            var (x, y, d) = (mark.Step, Y(mark.Price), mark.IsBuy ? 1 : -1);
            html.Write($"<path class=\"{(mark.IsBuy ? "b" : "s")}\" d=\"M{X(x)} {y}l-4 {7 * d}h8Z\"/>");
        }

        html.WriteLine("</svg>");

        string X(int step) => Number(Left + ((Width - Left - Right) * (step + 0.5) / line.Steps));
        string Y(double value) => Number(Top + ((height - Top - Bottom) * (high - value) / (high - low)));

        string Path(ChartLine of)
        {
            var text = new StringBuilder();
            for (var step = 0; step < of.Steps; step++)
            {
                var (lowest, highest) = of[step];
                if (double.IsNaN(lowest)) continue;
                text.Append(text.Length == 0 ? 'M' : 'L').Append(X(step)).Append(' ').Append(Y(highest));
                if (lowest < highest) text.Append('V').Append(Y(lowest));
            }

            return text.ToString();
        }
    }

    /// <summary>Round numbers, three to six of them: 1, 2 or 5 times a power of ten apart.</summary>
    internal static IEnumerable<double> Ticks(double low, double high)
    {
        var rough = (high - low) / 4;
        var power = Math.Pow(10, Math.Floor(Math.Log10(rough)));
        var step = power * ((rough / power) switch { < 1.5 => 1, < 3.5 => 2, < 7.5 => 5, _ => 10 });
        for (var at = Math.Ceiling(low / step); at * step <= high; at++) yield return at * step;
    }

    private static (double Low, double High) Range(ChartLine line, IReadOnlyList<ChartMark>? marks, bool fromZero)
    {
        var (low, high) = fromZero ? (0.0, 0.0) : (double.NaN, double.NaN);
        for (var step = 0; step < line.Steps; step++) Widen(line[step].Low, line[step].High);
        foreach (var mark in marks ?? []) Widen(mark.Price, mark.Price);
        if (double.IsNaN(low)) return (low, high);
        var margin = high > low ? (high - low) * 0.04 : Math.Max(Math.Abs(high) * 0.01, 0.01);
        return (fromZero && low == 0 && high > 0 ? 0 : low - margin, fromZero && high == 0 && low < 0 ? 0 : high + margin);

        void Widen(double from, double to)
        {
            if (double.IsNaN(from)) return;
            low = double.IsNaN(low) ? from : Math.Min(low, from);
            high = double.IsNaN(high) ? to : Math.Max(high, to);
        }
    }

    private static int First(ChartLine line)
    {
        for (var step = 0; step < line.Steps; step++)
            if (!double.IsNaN(line[step].Low)) return step;
        return 0;
    }

    private static int Last(ChartLine line)
    {
        for (var step = line.Steps - 1; step > 0; step--)
            if (!double.IsNaN(line[step].Low)) return step;
        return 0;
    }

    private static string Number(double value) => value.ToString("0.#", CultureInfo.InvariantCulture);
}
