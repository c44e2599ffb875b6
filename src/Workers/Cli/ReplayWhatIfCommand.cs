using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Serialization;
using EventSourcedTrading.Backtesting.Replaying;
using EventSourcedTrading.Backtesting.WhatIf;
using EventSourcedTrading.Domain.MetaAgent;
using EventSourcedTrading.Domain.Orders;
using EventSourcedTrading.Domain.Risk;
using EventSourcedTrading.EventStore;
using EventSourcedTrading.Workers.Configuration;
using EventSourcedTrading.Workers.Strategies;
using Npgsql;
using Spectre.Console;

namespace EventSourcedTrading.Workers.Cli;

/// <summary><c>est replay what-if</c>. Its exit codes are its own: 0 nothing would differ, 1 something would, 2 could not be answered.</summary>
internal static class ReplayWhatIfCommand
{
    private const int Same = 0, Different = 1, Unanswered = 2;
    private static readonly JsonSerializerOptions Strict = new(Domain.Engine.InputJson.FromOutside()) { UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow };

    public static Command Create()
    {
        var portfolio = new Argument<string>("portfolio") { Description = "id of the portfolio" };
        var limits = new Option<string?>("--limits") { Description = "file with the risk limits that are to hold, as in est.json" };
        var policy = new Option<string?>("--policy") { Description = "file with the voting policy that is to hold, as in est.json" };
        var agents = new Option<string[]>("--agent") { Description = "AGENT=PLUGIN or AGENT=PLUGIN:name=value,…: this strategy sits in the agent's seat; parameters that are not named stay. May be repeated" };
        var venue = new Option<string[]>("--venue") { Description = "name=value: a setting of the paper venue, such as slippageBps=2. May be repeated", AllowMultipleArgumentsPerToken = true };
        var from = new Option<string?>("--from") { Description = "log position or market time from which it is otherwise (default: the beginning)" };
        var to = new Option<string?>("--to") { Description = "log position or market time behind which nothing is asked (default: the end)" };
        var first = new Option<int>("--first") { Description = "how many decisions are shown, the largest differences first, 1 to 1000", DefaultValueFactory = _ => 10 };
        var folder = new Option<string?>("--out") { Description = "folder for the whole answer: what-if.json and decisions.csv" };
        var (json, database) = (CommonOptions.Json(), CommonOptions.Database());
        var command = new Command("what-if", "run a portfolio's tape with other limits, votes, strategies or fees, and show what would have come of each decision; 0 nothing differs, 1 something does, 2 no answer")
        {
            portfolio, limits, policy, agents, venue, from, to, first, folder, json, database,
        };
        command.SetAction(async (parsed, ct) =>
        {
            try
            {
                if (parsed.GetValue(first) is (< 1 or > 1_000) and var wrong) throw new ConfigurationException($"--first {wrong} must be from 1 to 1000.");
                await using var source = StoreConnection.Open(CommonOptions.Platform(null, parsed.GetValue(database)).Postgres, StoreRole.Reader);
                var reader = new EventReader(source);
                var id = parsed.GetValue(portfolio)!;
                var exchanges = new List<AgentExchange>();
                foreach (var text in parsed.GetValue(agents) ?? []) exchanges.Add(await WhatIfAgent.ReadAsync(text, id, reader, StrategyCatalog.Discover(), ct));
                var changes = new WhatIfChanges(
                    await LoadAsync<RiskLimits>(parsed.GetValue(limits), ct), await LoadAsync<VotingPolicy>(parsed.GetValue(policy), ct),
                    Pairs(parsed.GetValue(venue) ?? []), exchanges, Point("--from", parsed.GetValue(from)), Point("--to", parsed.GetValue(to)));
                using var files = parsed.GetValue(folder) is { } path ? new WhatIfFiles(path) : null;
                var result = await ReplayProgress.ShowAsync("asking", progress => WhatIfRun.RunAsync(reader, id, changes, parsed.GetValue(first), files is null ? null : files.Add, progress, ct));
                files?.Complete(result);
                if (parsed.GetValue(json)) Console.WriteLine(JsonSerializer.Serialize(result, ReplayJson.Default.WhatIfResult));
                else WhatIfText.Write(AnsiConsole.Console, result);
                return result.Differing > 0 ? Different : Same;
            }
            catch (Exception e) when (e is ConfigurationException or TapeException or VenueSettingException or ArgumentException or JsonException or NpgsqlException or IOException or UnauthorizedAccessException)
            {
                Terminal.Error($"The question could not be answered: {e.Message}");
                return Unanswered;
            }
        });
        return command;
    }

    /// <summary>As the control plane takes it; and a member that nobody knows is a slip, not a wish.</summary>
    private static async Task<T?> LoadAsync<T>(string? file, CancellationToken ct) where T : class
    {
        if (file is null) return null;
        try
        {
            return (T?)JsonSerializer.Deserialize(await File.ReadAllBytesAsync(file, ct), Strict.GetTypeInfo(typeof(T))) ?? throw new ConfigurationException($"{file} must hold a JSON object.");
        }
        catch (JsonException e)
        {
            throw new ConfigurationException($"{file}: {e.Path}: {e.Message}");
        }
    }

    internal static Dictionary<string, string> Pairs(IEnumerable<string> texts)
    {
        var pairs = new Dictionary<string, string>();
        foreach (var text in texts)
        {
            var at = text.IndexOf('=', StringComparison.Ordinal);
            if (at < 1) throw new ConfigurationException($"'{text}' must be name=value, such as slippageBps=2.");
            pairs[text[..at]] = text[(at + 1)..];
        }

        return pairs;
    }

    private static TapePoint? Point(string option, string? text) => text is null ? null
        : TapePoint.Parse(text) ?? throw new ConfigurationException($"{option} '{text}' must be a log position from 1, or a UTC time such as 2013-10-07T13:31:00Z.");
}
