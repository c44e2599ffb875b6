using System.Globalization;
using EventSourcedTrading.Backtesting.Statistics;
using EventSourcedTrading.Domain.Time;

namespace EventSourcedTrading.Backtesting.Output;

/// <summary>The tables of a run, and how a round trip becomes a row and a row a round trip. Amounts are in the portfolio's currency unless said otherwise.</summary>
public static class RunTables
{
    private static readonly TableColumn[] Trip =
    [
        new("instrument", CellKind.Text), new("entered", CellKind.Time), new("exited", CellKind.Time), new("quantity", CellKind.Decimal),
        new("entryPrice", CellKind.Decimal), new("exitPrice", CellKind.Decimal), new("multiplier", CellKind.Decimal), new("fees", CellKind.Decimal),
        new("high", CellKind.Decimal), new("low", CellKind.Decimal), new("grossProfit", CellKind.Decimal), new("netProfit", CellKind.Decimal),
        new("adverseExcursion", CellKind.Decimal), new("favourableExcursion", CellKind.Decimal),
    ];

    /// <summary>Round trips of the portfolio.</summary>
    public static readonly TableSchema Trades = new("trades", Trip);

    /// <summary>The same by agent, of its share of the fills, and by the voting policy that decided. <c>group</c> is agent or policy.</summary>
    public static readonly TableSchema GroupTrades = new("group-trades", [new("group", CellKind.Text), new("name", CellKind.Text), .. Trip]);

    /// <summary>A row when an order has ended; those that are open at the end of the run come last. Prices and fees in the instrument's currency.</summary>
    public static readonly TableSchema Orders = new("orders",
        new("orderId", CellKind.Text), new("decisionId", CellKind.Text), new("instrument", CellKind.Text), new("side", CellKind.Text), new("quantity", CellKind.Decimal),
        new("orderType", CellKind.Text), new("limitPrice", CellKind.Decimal, true), new("stopPrice", CellKind.Decimal, true), new("timeInForce", CellKind.Text),
        new("policy", CellKind.Text), new("decided", CellKind.Time), new("ended", CellKind.Time, true), new("state", CellKind.Text), new("filled", CellKind.Decimal),
        new("averagePrice", CellKind.Decimal, true), new("fees", CellKind.Decimal), new("executions", CellKind.Whole), new("reason", CellKind.Text, true));

    public static readonly TableSchema Decisions = new("decisions",
        new("decisionId", CellKind.Text), new("asOf", CellKind.Time), new("instrument", CellKind.Text), new("action", CellKind.Text), new("quantity", CellKind.Decimal),
        new("policy", CellKind.Text), new("votes", CellKind.Whole), new("conflict", CellKind.Text), new("orderId", CellKind.Text, true), new("reason", CellKind.Text));

    public static readonly TableSchema Violations = new("violations",
        new("asOf", CellKind.Time), new("rule", CellKind.Text), new("kind", CellKind.Text), new("value", CellKind.Decimal), new("limit", CellKind.Decimal), new("unit", CellKind.Text),
        new("instrument", CellKind.Text, true), new("orderId", CellKind.Text, true), new("detail", CellKind.Text));

    /// <summary>A row at the end of each market time.</summary>
    public static readonly TableSchema Equity = new("equity",
        new("time", CellKind.Time), new("equity", CellKind.Decimal), new("flow", CellKind.Decimal), new("gross", CellKind.Decimal), new("net", CellKind.Decimal), new("traded", CellKind.Decimal));

    /// <summary>A row for each instrument that is held, at the end of each market time. In the instrument's currency.</summary>
    public static readonly TableSchema Positions = new("positions",
        new("time", CellKind.Time), new("instrument", CellKind.Text), new("quantity", CellKind.Decimal), new("mark", CellKind.Decimal), new("value", CellKind.Decimal), new("unrealised", CellKind.Decimal));

    public static readonly IReadOnlyList<TableSchema> All = [Trades, GroupTrades, Orders, Decisions, Violations, Equity, Positions];

    internal static void Write(CsvTable table, RoundTrip t) => table
        .Cell(t.Instrument).Cell(t.Entered).Cell(t.Exited).Cell(t.Quantity).Cell(t.EntryPrice).Cell(t.ExitPrice).Cell(t.Multiplier).Cell(t.Fees).Cell(t.High).Cell(t.Low)
        .Cell(t.GrossProfit).Cell(t.NetProfit).Cell(t.AdverseExcursion).Cell(t.FavourableExcursion).End();

    /// <param name="first">Column of the instrument.</param>
    internal static RoundTrip TripOf(string[] cells, int first = 0)
    {
        return new RoundTrip(
            cells[first], Timestamp.Parse(cells[first + 1]), Timestamp.Parse(cells[first + 2]), Amount(3), Amount(4), Amount(5), Amount(6), Amount(7), Amount(8), Amount(9));

        decimal Amount(int column) => decimal.Parse(cells[first + column], CultureInfo.InvariantCulture);
    }
}
