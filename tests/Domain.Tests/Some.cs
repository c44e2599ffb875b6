using System.Text.Json;
using EventSourcedTrading.Domain.Control;
using EventSourcedTrading.Domain.Engine;
using EventSourcedTrading.Domain.Instruments;
using EventSourcedTrading.Domain.MetaAgent;
using EventSourcedTrading.Domain.Orders;
using EventSourcedTrading.Domain.Risk;
using EventSourcedTrading.Domain.Signals;
using EventSourcedTrading.Domain.Time;

namespace EventSourcedTrading.Domain.Tests;

/// <summary>Inputs for tests. Market times are whole seconds after Friday 2026-11-20, 14:30 UTC.</summary>
internal static class Some
{
    public const string Spy = "SPY.ARCX", Qqq = "QQQ.XNAS", Sap = "SAP.XETR", EurUsd = "EURUSD.XOFF";
    public const string Ada = "ada@1.0.0", Bob = "bob@1.0.0", Cyd = "cyd@1.0.0";

    public static readonly Instrument[] Instruments =
    [
        new(Spy, "USD", Bucket: "equity"), new(Qqq, "USD", Bucket: "equity"), new(Sap, "EUR", Bucket: "europe"),
        new(EurUsd, "USD", TickSize: 0.0001m, Bucket: "fx", ConvertsFrom: "EUR"),
    ];

    public static Timestamp Time(int second) => Timestamp.Parse("2026-11-20T14:30:00Z") + TimeSpan.FromSeconds(second);

    public static RiskLimits Limits(decimal? dailyLoss = null, decimal? cap = null, decimal? bucket = null) =>
        new(dailyLoss, new Dictionary<string, decimal>(), cap, new Dictionary<string, decimal>(), bucket);

    public static VotingPolicy Policy(VotingMethod method, decimal threshold = 0.2m, string[]? veto = null, params (string Agent, decimal Weight)[] weights) =>
        new(method, weights.ToDictionary(w => w.Agent, w => w.Weight), threshold, veto ?? []);

    public static CommandInput Open(
        RiskLimits? limits = null, VotingPolicy? policy = null, string venue = "paper", Dictionary<string, string>? settings = null,
        Dictionary<string, decimal>? cash = null) =>
        Command(new OpenPortfolio(
            "USD", Instruments, venue, settings ?? [], cash ?? new() { ["USD"] = 1_000_000m }, limits ?? RiskLimits.None,
            policy ?? VotingPolicy.Default), "open");

    /// <summary>What Olivia asks and Rita, as the second person, agrees to.</summary>
    public static CommandInput Command(Command command, string? id = null, string? approver = "rita") => new(id ?? command.ToString(), "olivia", "because", command, approver);

    /// <summary>A command as the control plane puts it on record.</summary>
    public static CommandAuthorised Authorised(JsonElement command) =>
        new("olivia:c", Scenario.Portfolio, "olivia", null, "riskOfficer", "key", "127.0.0.1", "because", "setRiskLimits", command, Time(0));

    public static CommandInput Load(string agent) => Command(new LoadStrategy(agent, "", [], new Dictionary<string, string>()), $"load {agent}");

    /// <summary>An open portfolio with agents, and where a broker is the venue, one that is open.</summary>
    public static Input[] Desk(CommandInput open, params string[] agents) =>
        [open, .. open.Command is OpenPortfolio { Venue: not "paper" } ? (Input[])[new VenueInput(true, "the books agree", Time(0))] : [], .. agents.Select(Load)];

    public static SignalInput Quote(string instrument, decimal bid, decimal ask, int second, int n = 0, bool end = true, decimal size = 1_000m) => new(new Signal
    {
        Kind = SignalKind.Quote, Instrument = instrument, Time = Time(second), Feed = "sim", Sequence = ((long)second * 10) + n + 1, SliceEnd = end,
        Bid = bid, BidSize = size, Ask = ask, AskSize = size,
    });

    public static SignalInput Trade(string instrument, decimal price, int second, int n = 0, bool end = true, decimal size = 1_000m) => new(new Signal
    {
        Kind = SignalKind.Trade, Instrument = instrument, Time = Time(second), Feed = "sim", Sequence = ((long)second * 10) + n + 1, SliceEnd = end,
        Price = price, Size = size,
    });

    public static ProgressInput Done(string agent, int second, long? sent = null) => new(agent, Time(second), sent);

    public static IntentInput Wants(string agent, Side side, decimal quantity, int second, string instrument = Spy, decimal confidence = 1m, string? id = null, long? number = null) =>
        Send(Intent(agent, side, quantity, second, instrument, confidence, id, number));

    public static IntentInput Send(Intent intent) => new(intent, new Addressee(Scenario.Portfolio, intent.Agent));

    public static Intent Intent(string agent, Side side, decimal quantity, int second, string instrument = Spy, decimal confidence = 1m, string? id = null, long? number = null) =>
        new(id ?? $"{agent}/{instrument}/{second}", Scenario.Portfolio, agent, instrument, side, quantity, OrderType.Market, null, null, TimeInForce.Day,
            confidence, "", new Dictionary<string, decimal>(), Time(second), $"sim:{second}", number);

    public static IntentInput AtLimit(string agent, Side side, decimal quantity, decimal limit, int second, string instrument = Spy, TimeInForce tif = TimeInForce.Gtc) =>
        Send(Intent(agent, side, quantity, second, instrument) with { OrderType = OrderType.Limit, LimitPrice = limit, TimeInForce = tif });
}
