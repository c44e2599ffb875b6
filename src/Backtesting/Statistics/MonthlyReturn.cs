namespace EventSourcedTrading.Backtesting.Statistics;

/// <summary>What a calendar month gave, as a fraction. The first begins at the first point, the last ends at the last.</summary>
/// <param name="Month">1 to 12.</param>
public sealed record MonthlyReturn(int Year, int Month, double Return)
{
    /// <summary>Months without a point are left out; their return is in the next month that has one. After ruin there are none.</summary>
    public static IReadOnlyList<MonthlyReturn> Table(IReadOnlyList<DailyPoint> days)
    {
        List<MonthlyReturn> months = [];
        if (days.Count < 2) return months;
        var start = days[0].Index;
        for (var i = 1; i < days.Count && start > 0; i++)
        {
            var (year, month) = MonthOf(days[i].Day);
            if (i + 1 < days.Count && MonthOf(days[i + 1].Day) == (year, month)) continue;
            months.Add(new MonthlyReturn(year, month, (days[i].Index / start) - 1));
            start = days[i].Index;
        }

        return months;
    }

    private static (int Year, int Month) MonthOf(long day)
    {
        var date = DateTime.UnixEpoch.AddDays(day);
        return (date.Year, date.Month);
    }
}
