using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using EventSourcedTrading.Brokers;
using EventSourcedTrading.Domain.Json;
using EventSourcedTrading.Workers.Brokering;
using EventSourcedTrading.Workers.Configuration;
using Spectre.Console;

namespace EventSourcedTrading.Workers.Cli;

/// <summary><c>est broker check</c>: asks, and trades nothing.</summary>
public static class BrokerCheckCommand
{
    public static Command Create()
    {
        var portfolio = new Argument<string>("portfolio") { Description = "id of the portfolio whose broker is asked", DefaultValueFactory = _ => "main" };
        var (config, json) = (CommonOptions.Config(), CommonOptions.Json());
        var command = new Command("check", "connect to a portfolio's broker and tell account, clock, capabilities and restrictions; nothing is traded") { portfolio, config, json };
        command.SetAction(async (parsed, ct) =>
        {
            var (file, id) = (parsed.GetValue(config) ?? "est.json", parsed.GetValue(portfolio)!);
            var options = PlatformOptions.ReadPortfolio(file, id);
            if (options.Broker is null) throw new ConfigurationException($"{file}: {id} trades on {options.Venue}, which is no broker; there is nothing to check.");
            await using var broker = await BrokerCatalog.ConnectAsync(options, TimeProvider.System, ct);
            await broker.ConnectAsync(ct);
            // Asked once more: the first answer took a connection, and perhaps a login.
            var asked = TimeProvider.System.GetUtcNow();
            var account = await broker.AccountAsync(ct);
            var answered = TimeProvider.System.GetUtcNow();
            var found = BrokerCheck.Of(broker, options.Broker, account, await broker.PositionsAsync(ct), await broker.OpenOrdersAsync(ct), asked, answered);
            if (parsed.GetValue(json)) Console.WriteLine(JsonSerializer.Serialize(found, CliJson.Default.BrokerCheck));
            else found.Write();
            return found.Restrictions.Count == 0 ? 0 : Root.Failed;
        });
        return command;
    }
}

/// <summary>What a broker said of itself. Amounts as strings.</summary>
/// <param name="ClockOffsetMs">Its clock less ours; null where it does not tell. It tells whole seconds, so half of one is added.</param>
/// <param name="ClockUncertaintyMs">Half of the round trip and half of that second.</param>
internal sealed record BrokerCheck(
    string Broker, string Host, bool DryRun, string Account, string Currency, SortedDictionary<string, string> Cash, string Equity, double RoundTripMs, double? ClockOffsetMs, double? ClockUncertaintyMs,
    IReadOnlyList<string> OrderTypes, IReadOnlyList<string> TimesInForce, string SmallestQuantity, bool Shorting, bool ExtendedHours, bool Replaces,
    SortedDictionary<string, string> Positions, int OpenOrders, IReadOnlyList<string> Restrictions)
{
    private static readonly TimeSpan HalfSecond = TimeSpan.FromMilliseconds(500);

    public static BrokerCheck Of(
        IBrokerAdapter broker, BrokerOptions options, BrokerAccount account, IReadOnlyList<BrokerPosition> positions, IReadOnlyList<BrokerOrder> orders, DateTimeOffset asked, DateTimeOffset answered)
    {
        var trip = answered - asked;
        var offset = account.ServerTime?.ToDateTimeOffset() + HalfSecond - (asked + (trip / 2));
        var can = broker.Capabilities;
        return new BrokerCheck(
            broker.Name, options.Host, options.DryRun, account.AccountId, account.Currency, Amounts(account.Cash), DecimalText.Format(account.Equity),
            Math.Round(trip.TotalMilliseconds, 1), offset is { } o ? Math.Round(o.TotalMilliseconds, 1) : null, offset is null ? null : Math.Round((HalfSecond + (trip / 2)).TotalMilliseconds, 1),
            [.. can.OrderTypes.Select(t => Word(t.ToString()))], [.. can.TimesInForce.Select(t => Word(t.ToString()))], DecimalText.Format(can.SmallestQuantity), can.Shorting, can.ExtendedHours, can.Replaces,
            Amounts(positions.GroupBy(p => p.Instrument, StringComparer.Ordinal).ToDictionary(g => g.Key, g => g.Sum(p => p.Quantity))), orders.Count, account.Restrictions);
    }

    public void Write()
    {
        var table = new Table().Border(TableBorder.Minimal).HideHeaders().AddColumn("").AddColumn("");
        table.AddRow("broker", $"{Broker} at {Host}{(DryRun ? ", dry run: nothing is sent" : "")}".EscapeMarkup());
        table.AddRow("account", Account.EscapeMarkup());
        table.AddRow("cash", string.Join(", ", Cash.Select(c => $"{c.Value} {c.Key}")).EscapeMarkup());
        table.AddRow("equity", $"{Equity} {Currency}".EscapeMarkup());
        table.AddRow("positions", Positions.Count == 0 ? "none" : string.Join(", ", Positions.Select(p => $"{p.Value} {p.Key}")).EscapeMarkup());
        table.AddRow("open orders", OpenOrders.ToString(CultureInfo.InvariantCulture));
        table.AddRow("its clock", ClockOffsetMs is { } o ? string.Create(CultureInfo.InvariantCulture, $"{o:+0.0;−0.0;0} ms from ours, ± {ClockUncertaintyMs:0.0}") : "not told");
        table.AddRow("takes", string.Join(", ", OrderTypes).EscapeMarkup());
        table.AddRow("for", string.Join(", ", TimesInForce).EscapeMarkup());
        table.AddRow("smallest quantity", SmallestQuantity);
        table.AddRow("may", string.Join(", ", (string[])[.. Shorting ? ["sell short"] : Array.Empty<string>(), .. ExtendedHours ? ["trade outside of hours"] : Array.Empty<string>(), .. Replaces ? ["replace orders"] : Array.Empty<string>()]));
        table.AddRow("restrictions", Restrictions.Count == 0 ? "none" : $"[red]{string.Join("; ", Restrictions).EscapeMarkup()}[/]");
        AnsiConsole.Write(table);
    }

    private static string Word(string name) => JsonNamingPolicy.CamelCase.ConvertName(name);

    private static SortedDictionary<string, string> Amounts(IReadOnlyDictionary<string, decimal> amounts) =>
        new(amounts.ToDictionary(a => a.Key, a => DecimalText.Format(a.Value)), StringComparer.Ordinal);
}
