using System.Text.Json;
using EventSourcedTrading.BrokerFakes.Venues;

namespace EventSourcedTrading.BrokerFakes.Faults;

/// <summary>Where a fault can strike: calls that a client makes, and reports that the venue sends.</summary>
public static class FaultPoints
{
    /// <summary>Names of calls, the same for both brokers.</summary>
    public static IReadOnlyList<string> Calls { get; } =
        ["submit", "reply", "preview", "replace", "cancel", "cancelAll", "order", "orders", "executions", "account", "positions", "closePosition", "instruments", "clock", "session", "token", "stream"];

    /// <summary>Names of reports: those of <see cref="ReportKind"/>.</summary>
    public static IReadOnlyList<string> Reports { get; } = [.. Enum.GetValues<ReportKind>().Select(value => Word(value))];

    public static string Kinds { get; } = string.Join(", ", Enum.GetValues<FaultKind>().Select(value => Word(value)));

    public static string Word(Enum value) => JsonNamingPolicy.CamelCase.ConvertName(value.ToString());

    public static bool TryKind(string word, out FaultKind kind) => Enum.TryParse(word, ignoreCase: true, out kind) && Word(kind) == word;

    public static IReadOnlyList<string> Of(FaultKind kind) => kind switch
    {
        FaultKind.Reject => ["submit", "venue", "reply", "replace", "venueReplace", "cancel", "venueCancel"],
        FaultKind.Prompt => ["submit", "reply"],
        FaultKind.FillAfterCancel or FaultKind.FillBeatsCancel or FaultKind.SlowCancel => ["cancel"],
        FaultKind.DuplicateReport or FaultKind.ReorderReport or FaultKind.LoseReport or FaultKind.UnknownOrderReport => Reports,
        FaultKind.BreakStream => Reports,
        FaultKind.HalfOpen => [.. Calls, .. Reports],
        FaultKind.ServerError => Calls,
        _ => [.. Calls.Where(call => call != "stream")],
    };
}
