using EventSourcedTrading.Domain.Orders;
using EventSourcedTrading.Domain.Portfolios;
using EventSourcedTrading.Domain.Time;
using EventSourcedTrading.Projections.Storage;

namespace EventSourcedTrading.Projections.Book;

/// <param name="Quantity">Signed.</param>
/// <param name="Cost">Signed like the quantity, multiplier included; all money is in <paramref name="Currency"/>.</param>
internal sealed record PositionRow(
    string Portfolio, string Instrument, string Currency, decimal Quantity, decimal Cost, decimal Realised, decimal Fees,
    long Fills, Timestamp LastFillAt, long LastSeq);

internal sealed record AgentPositionRow(
    string Portfolio, string Agent, string Instrument, string Currency, decimal Quantity, decimal Cost, decimal Realised,
    decimal Fees, long Fills, Timestamp LastFillAt, long LastSeq);

/// <summary>After the event at <paramref name="Seq"/>; the currency is that of the position.</summary>
internal sealed record PositionHistoryRow(
    string Portfolio, string Instrument, long Seq, decimal Quantity, decimal Cost, decimal Realised, decimal Fees, long Fills, Timestamp LastFillAt);

/// <inheritdoc cref="PositionHistoryRow"/>
internal sealed record AgentPositionHistoryRow(
    string Portfolio, string Agent, string Instrument, long Seq, decimal Quantity, decimal Cost, decimal Realised, decimal Fees, long Fills,
    Timestamp LastFillAt);

/// <summary>Holdings per instrument, of the whole portfolio and of each agent by its own average cost.</summary>
internal sealed class Positions
{
    public Rows<(string Portfolio, string Instrument), PositionRow> Whole { get; } =
        new("position_rows", 2, r => (r.Portfolio, r.Instrument));

    public Rows<(string Portfolio, string Agent, string Instrument), AgentPositionRow> ByAgent { get; } =
        new("agent_position_rows", 3, r => (r.Portfolio, r.Agent, r.Instrument));

    public AddedRows<(string, string, long), PositionHistoryRow> WholeHistory { get; } =
        new("position_history_rows", 3, r => (r.Portfolio, r.Instrument, r.Seq));

    public AddedRows<(string, string, string, long), AgentPositionHistoryRow> ByAgentHistory { get; } =
        new("agent_position_history_rows", 4, r => (r.Portfolio, r.Agent, r.Instrument, r.Seq));

    /// <summary>Takes what the execution says the position is now; returns the cost that it was before.</summary>
    public decimal Apply(Execution e, long seq)
    {
        var before = Whole.Find((e.Portfolio, e.Instrument));
        Set(new PositionRow(
            e.Portfolio, e.Instrument, e.Currency, e.PositionAfter, e.CostAfter, (before?.Realised ?? 0m) + e.Realised,
            (before?.Fees ?? 0m) + e.Fee, (before?.Fills ?? 0) + 1, e.AsOf, seq));
        foreach (var share in e.Shares)
        {
            var own = ByAgent.Find((e.Portfolio, share.Agent, e.Instrument));
            Set(new AgentPositionRow(
                e.Portfolio, share.Agent, e.Instrument, e.Currency, share.PositionAfter, share.CostAfter,
                (own?.Realised ?? 0m) + share.Realised, (own?.Fees ?? 0m) + share.Fee, (own?.Fills ?? 0) + 1, e.AsOf, seq));
        }

        return before?.Cost ?? 0m;
    }

    /// <summary>The same for what is no trade. What was taken over from a broker may be of an instrument that nobody here ever held.</summary>
    public decimal Apply(HoldingChange e, Timestamp asOf, long seq)
    {
        foreach (var share in e.Shares)
        {
            var own = ByAgent.Find((e.Portfolio, share.Agent, e.Instrument))
                ?? new AgentPositionRow(e.Portfolio, share.Agent, e.Instrument, e.Currency, 0m, 0m, 0m, 0m, 0, asOf, seq);
            Set(own with { Quantity = share.PositionAfter, Cost = share.CostAfter, Realised = own.Realised + share.Realised, Fees = own.Fees + share.Fee, LastSeq = seq });
        }

        var before = Whole.Find((e.Portfolio, e.Instrument)) ?? new PositionRow(e.Portfolio, e.Instrument, e.Currency, 0m, 0m, 0m, 0m, 0, asOf, seq);
        Set(before with { Quantity = e.PositionAfter, Cost = e.CostAfter, Realised = before.Realised + e.Realised, Fees = before.Fees + e.Fee, LastSeq = seq });
        return before.Cost;
    }

    private void Set(PositionRow row)
    {
        Whole.Set(row);
        WholeHistory.Add(row.LastSeq, new PositionHistoryRow(
            row.Portfolio, row.Instrument, row.LastSeq, row.Quantity, row.Cost, row.Realised, row.Fees, row.Fills, row.LastFillAt));
    }

    private void Set(AgentPositionRow row)
    {
        ByAgent.Set(row);
        ByAgentHistory.Add(row.LastSeq, new AgentPositionHistoryRow(
            row.Portfolio, row.Agent, row.Instrument, row.LastSeq, row.Quantity, row.Cost, row.Realised, row.Fees, row.Fills, row.LastFillAt));
    }
}
