using System.Text.Json;
using EventSourcedTrading.Domain.Brokers;
using EventSourcedTrading.Domain.Engine;
using EventSourcedTrading.Domain.Instruments;
using EventSourcedTrading.Domain.Json;
using EventSourcedTrading.Domain.Portfolios;
using EventSourcedTrading.Domain.Risk;
using EventSourcedTrading.Domain.Time;
using EventSourcedTrading.EventStore;
using EventSourcedTrading.Projections.Storage;

namespace EventSourcedTrading.Projections.Book;

public enum TradingState { Open, Halted, ReduceOnly }

internal sealed record PortfolioRow(
    string Portfolio, string BaseCurrency, string Venue, TradingState State, string? StateReason, DateOnly? Day, decimal? DayEquity,
    [property: Jsonb] string? Limits, [property: Jsonb] string? Policy, Timestamp OpenedAt,
    string? VenueClosedFor = null, [property: Jsonb] string? VenueTakes = null);

/// <summary>From the event at <paramref name="Seq"/> on, which opened the portfolio or a day.</summary>
internal sealed record PortfolioHistoryRow(string Portfolio, long Seq, DateOnly? Day, decimal? DayEquity);

internal sealed record InstrumentRow(
    string Portfolio, string Instrument, string Currency, decimal Multiplier, decimal TickSize, decimal LotSize,
    string Bucket, string? ConvertsFrom);

/// <summary>The portfolios with their settings, and the instruments that each may trade.</summary>
internal sealed class Portfolios
{
    public Rows<string, PortfolioRow> Rows { get; } = new("portfolio_rows", 1, r => r.Portfolio);
    public Rows<(string, string), InstrumentRow> Instruments { get; } = new("instrument_rows", 2, r => (r.Portfolio, r.Instrument));
    public AddedRows<(string, long), PortfolioHistoryRow> History { get; } = new("portfolio_history_rows", 2, r => (r.Portfolio, r.Seq));

    public void Apply(DomainEvent @event, RecordedEvent recorded)
    {
        switch (@event)
        {
            case PortfolioOpened e:
                Rows.Set(new PortfolioRow(
                    e.Portfolio, e.BaseCurrency, e.Venue, TradingState.Open, null, null, null, null, null, Timestamp.From(recorded.Timestamp)));
                History.Add(recorded.SeqId, new PortfolioHistoryRow(e.Portfolio, recorded.SeqId, null, null));
                foreach (var i in e.Instruments) Instruments.Set(Row(e.Portfolio, i));
                break;
            case RiskLimitsSet e:
                Change(e.Portfolio, row => row with { Limits = JsonSerializer.Serialize(e.Limits, EventJson.Options) });
                break;
            case VotingPolicySet { Instrument: null } e:
                Change(e.Portfolio, row => row with { Policy = JsonSerializer.Serialize(e.Policy, EventJson.Options) });
                break;
            case VenueOpened e:
                Change(e.Portfolio, row => row with { VenueClosedFor = null, VenueTakes = e.Capabilities is { } takes ? JsonSerializer.Serialize(takes, EventJson.Options) : row.VenueTakes });
                break;
            case VenueClosed e:
                Change(e.Portfolio, row => row with { VenueClosedFor = e.Reason });
                break;
            case TradingHalted e:
                Change(e.Portfolio, row => row with { State = TradingState.Halted, StateReason = e.Reason });
                break;
            case KillSwitchEngaged { Scope: KillSwitchScope.Portfolio } e:
                var state = e.Mode == KillSwitchMode.Halt ? TradingState.Halted : TradingState.ReduceOnly;
                Change(e.Portfolio, row => row with { State = state, StateReason = e.Reason });
                break;
            case TradingResumed e:
                Change(e.Portfolio, Open);
                break;
            case KillSwitchReleased { Scope: KillSwitchScope.Portfolio } e:
                Change(e.Portfolio, Open);
                break;
        }
    }

    /// <summary>Returns the day as a date.</summary>
    public DateOnly OpenDay(TradingDayOpened e, long seq)
    {
        var day = DateOnly.ParseExact(e.Day, "yyyy-MM-dd");
        Change(e.Portfolio, row => row with { Day = day, DayEquity = e.Equity });
        History.Add(seq, new PortfolioHistoryRow(e.Portfolio, seq, day, e.Equity));
        return day;
    }

    private static PortfolioRow Open(PortfolioRow row) => row with { State = TradingState.Open, StateReason = null };

    private static InstrumentRow Row(string portfolio, Instrument i) =>
        new(portfolio, i.Id, i.Currency, i.Multiplier, i.TickSize, i.LotSize, i.Bucket, i.ConvertsFrom);

    private void Change(string portfolio, Func<PortfolioRow, PortfolioRow> change) => Rows.Set(change(
        Rows.Find(portfolio) ?? throw new InvalidOperationException($"portfolio '{portfolio}' was never opened in this log.")));
}
