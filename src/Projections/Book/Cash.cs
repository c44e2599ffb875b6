using EventSourcedTrading.Domain.Orders;
using EventSourcedTrading.Domain.Portfolios;
using EventSourcedTrading.Projections.Storage;

namespace EventSourcedTrading.Projections.Book;

/// <param name="Moved">Paid in less paid out.</param>
/// <param name="Traded">Received for sales and in dividends less paid for purchases, before fees.</param>
/// <param name="Balance">Moved + traded − fees.</param>
internal sealed record CashRow(string Portfolio, string Currency, decimal Balance, decimal Moved, decimal Traded, decimal Fees);

/// <summary>After the event at <paramref name="Seq"/>.</summary>
internal sealed record CashHistoryRow(string Portfolio, string Currency, long Seq, decimal Balance, decimal Moved, decimal Traded, decimal Fees);

/// <summary>Cash per currency.</summary>
internal sealed class Cash
{
    public Rows<(string Portfolio, string Currency), CashRow> Rows { get; } = new("cash_rows", 2, r => (r.Portfolio, r.Currency));

    public AddedRows<(string, string, long), CashHistoryRow> History { get; } = new("cash_history_rows", 3, r => (r.Portfolio, r.Currency, r.Seq));

    public void Apply(CashMoved e, long seq)
    {
        var row = Row(e.Portfolio, e.Currency);
        Set(row with { Balance = row.Balance + e.Amount, Moved = row.Moved + e.Amount }, seq);
    }

    /// <remarks>Cash and cost change against each other but for what was realised: no price or multiplier is needed.</remarks>
    public void Apply(Execution e, decimal costBefore, long seq)
    {
        var row = Row(e.Portfolio, e.Currency);
        var traded = costBefore - e.CostAfter + e.Realised;
        Set(row with { Balance = row.Balance + traded - e.Fee, Traded = row.Traded + traded, Fees = row.Fees + e.Fee }, seq);
    }

    /// <summary>Dividends and cash in lieu of fractions count as traded, what borrowing costs as fees.</summary>
    public void Apply(HoldingChange e, decimal costBefore, long seq)
    {
        var row = Row(e.Portfolio, e.Currency);
        var traded = costBefore - e.CostAfter + e.Realised;
        Set(row with { Balance = row.Balance + traded - e.Fee, Traded = row.Traded + traded, Fees = row.Fees + e.Fee }, seq);
    }

    private void Set(CashRow row, long seq)
    {
        Rows.Set(row);
        History.Add(seq, new CashHistoryRow(row.Portfolio, row.Currency, seq, row.Balance, row.Moved, row.Traded, row.Fees));
    }

    private CashRow Row(string portfolio, string currency) =>
        Rows.Find((portfolio, currency)) ?? new CashRow(portfolio, currency, 0m, 0m, 0m, 0m);
}
