using EventSourcedTrading.Domain.Orders;
using EventSourcedTrading.Domain.Portfolios;
using EventSourcedTrading.Projections.Storage;

namespace EventSourcedTrading.Projections.Book;

/// <param name="Moved">Paid in less paid out.</param>
/// <param name="Traded">Received for sales and in dividends less paid for purchases, before fees.</param>
/// <param name="Balance">Moved + traded − fees.</param>
internal sealed record CashRow(string Portfolio, string Currency, decimal Balance, decimal Moved, decimal Traded, decimal Fees);

/// <summary>Cash per currency.</summary>
internal sealed class Cash
{
    public Rows<(string Portfolio, string Currency), CashRow> Rows { get; } = new("cash_rows", 2, r => (r.Portfolio, r.Currency));

    public void Apply(CashMoved e)
    {
        var row = Row(e.Portfolio, e.Currency);
        Rows.Set(row with { Balance = row.Balance + e.Amount, Moved = row.Moved + e.Amount });
    }

    /// <remarks>Cash and cost change against each other but for what was realised: no price or multiplier is needed.</remarks>
    public void Apply(Execution e, decimal costBefore)
    {
        var row = Row(e.Portfolio, e.Currency);
        var traded = costBefore - e.CostAfter + e.Realised;
        Rows.Set(row with { Balance = row.Balance + traded - e.Fee, Traded = row.Traded + traded, Fees = row.Fees + e.Fee });
    }

    /// <summary>Dividends and cash in lieu of fractions count as traded, what borrowing costs as fees.</summary>
    public void Apply(HoldingChange e, decimal costBefore)
    {
        var row = Row(e.Portfolio, e.Currency);
        var traded = costBefore - e.CostAfter + e.Realised;
        Rows.Set(row with { Balance = row.Balance + traded - e.Fee, Traded = row.Traded + traded, Fees = row.Fees + e.Fee });
    }

    private CashRow Row(string portfolio, string currency) =>
        Rows.Find((portfolio, currency)) ?? new CashRow(portfolio, currency, 0m, 0m, 0m, 0m);
}
