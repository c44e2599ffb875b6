using System.Diagnostics;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using EventSourcedTrading.Notary;
using EventSourcedTrading.Testing;
using EventSourcedTrading.Workers.Configuration;

namespace EventSourcedTrading.Cli.Tests;

/// <summary>The session that docs/cli.md shows: a desk from its first migration to its last checkpoint, each command where it makes sense.</summary>
public sealed partial class CliSession(Shop shop)
{
    private readonly Masks masks = new(shop.Folder.Path);
    private readonly List<Step> steps = [];

    public static async Task<IReadOnlyList<Step>> RunAsync()
    {
        await using var shop = await Shop.CreateAsync();
        var session = new CliSession(shop);
        await session.BeginAsync();
        await session.SetUpAsync();
        await session.TradeAsync();
        await session.LookAsync();
        await session.ControlAsync();
        await session.KeepHouseAsync();
        await session.ProveAsync();
        await session.TryOutAsync();
        return session.steps;
    }

    private async Task BeginAsync()
    {
        masks.Add(shop.World.Database.Name, "est");
        masks.Add($"{shop.World.Options.Prefix}.", "");
        masks.Add($"{shop.World.Options.Prefix}_", "");
        masks.Add("EventSourcedTrading.Cli.Tests", "est");
        shop.Set("EST_PREFIX", null);
        await SayAsync("migrate");
        await SayAsync("describe routes", 22, "describe");
        await SayAsync("describe policies", 14, "describe");
        await SayAsync("config --filter limits", 12);
        await SayAsync("completion bash");
        await SayAsync("subjects --offline", 20);
        await SayAsync("projections list", 20);
        await SayAsync("demo --help", 10, "demo");
    }

    private async Task SetUpAsync()
    {
        shop.Set("EST_PREFIX", shop.World.Options.Prefix);
        await SayAsync("resources check", 16);
        await SayAsync("resources setup");
        await SayAsync("resources list", 30);
        await UntilStoppedAsync("run --roles projections,publisher");
        await SayAsync("check-env --problems", 30, "check-env", masked: Numbers(), without: OfTheMachine());
        await shop.OpenAsync();
        await shop.OpenControlPlaneAsync();
        foreach (var (person, role) in (IEnumerable<(string, string)>)[("olga", "operator"), ("rita", "riskOfficer"), ("sam", "riskOfficer")])
        {
            var issued = (await shop.EstAsync("keys", "create", "--person", person, "--role", role, "--json")).Json();
            masks.Add(issued.GetProperty("keyId").GetString()!, $"KEY-OF-{person.ToUpperInvariant()}");
            shop.Folder.Write(person, issued.GetProperty("key").GetString()!);
        }

        await SayAsync("keys create --person vera --role viewer");
        masks.Add((await shop.World.AskAsync<string>("select key_id from control.api_keys order by created_at desc limit 1"))!, "KEY-OF-VERA");
        await SayAsync("keys list");
    }

    private async Task TradeAsync()
    {
        await shop.TradeAsync();
        await shop.TradeAsync();
        await shop.TradeAsync();
        await shop.TradeAsync(i => i["instrument"] = "XXX.ARCX");
        await shop.TradeAsync(i => (i["quantity"], i["orderType"], i["limitPrice"], i["timeInForce"]) = ("5", "limit", "90.00", "gtc"));
    }

    private async Task LookAsync()
    {
        var decision = await shop.World.AskAsync<string>("select substr(stream_id, 7) from events.mt_events where type = 'decision_made' order by seq_id limit 1");
        var fill = (await shop.World.AskAsync<string>("select data #>> '{execution,executionId}' from events.mt_events where type = 'order_filled' order by seq_id limit 1"))!;
        await SayAsync("explain order main-1", 40);
        await SayAsync($"explain decision {decision}", 20);
        await SayAsync($"explain fill {fill}", 14);
        await SayAsync("audit find --order main-1", 14, "audit find");
        var approved = await shop.World.AskAsync<long>("select seq_id from events.mt_events where type = 'order_approved' order by seq_id limit 1");
        await SayAsync($"audit show {approved}", 24);
        await SayAsync($"audit why {approved}", 14);
        await SayAsync($"audit followed {approved}", 14);
        await SayAsync("messages trace main-1", 30, masked: Decimals());
        await SayAsync("messages trace nobody-1", section: "messages trace");
        await SayAsync("streams show order-main-1");
        await SayAsync("streams follow --last 4 --max 4");
        await SayAsync("streams diff order-main-1 --from 1", 24);
        await SayAsync("streams diff order-main-1 order-main-2", 16);
        await SayAsync("storage counts streams", 20);
        await SayAsync("storage dead-letters", 14);
        var letter = await shop.World.AskAsync<long>("select seq_id from events.mt_events where type = 'intent_refused' order by seq_id limit 1");
        await SayAsync($"storage dead-letters {letter}");
        await SayAsync($"storage replay {letter} --same-id --send", 12);
        await SayAsync($"storage replay {letter} --set instrument=SPY.ARCX --reason \"a typing error\"", 12);
        await SayAsync("subjects", 20);
        await SayAsync("projections status", 20);
    }

    private async Task ControlAsync()
    {
        await AsAsync("olga");
        await SayAsync("control state", 24);
        await SayAsync("control pause ada@1.0.0 --reason \"a look at its rationale\"");
        await SayAsync("control resume ada@1.0.0 --reason \"it is fine\"");
        await SayAsync("control cancel main-4 --reason \"not wanted any more\"");
        await SayAsync("control halt --reason \"lunch\"");
        await SayAsync("control kill-switch engage --scope instrument --target SPY.ARCX --reason \"odd prices\"");
        await AsAsync("rita");
        await SayAsync("control resume-trading --reason \"back from lunch\"");
        await SecondAsync("control approvals list", "control approvals approve {0} --reason \"seen\"");
        await SayAsync("control kill-switch release --scope instrument --target SPY.ARCX --reason \"prices are right again\"");
        await SecondAsync(null, "control approvals deny {0} --reason \"not yet\"");
        await SayAsync("control throttle release ada@1.0.0 --reason \"mended\"");
        await SayAsync("control break adopt none-1 --reason \"the broker is right\"");
        await SayAsync("control break dismiss none-1 --reason \"known\"");
        await SayAsync("control limits show", 24);
        shop.Folder.Write("limits.json", """{ "positionCaps": { "SPY.ARCX": "20" }, "bucketLimits": {}, "maxDailyLoss": "10000" }""");
        await SayAsync("control limits set --file limits.json --reason \"smaller for a while\"");
        await SayAsync("control policy show", 16);
        shop.Folder.Write("policy.json", (await shop.EstAsync("control", "policy", "show", "--json")).Out);
        await SayAsync("control policy set --file policy.json --instrument SPY.ARCX --reason \"its own\"");
        await SayAsync("control policy clear --instrument SPY.ARCX --reason \"as all others\"");
        var decision = await shop.World.AskAsync<string>("select substr(stream_id, 7) from events.mt_events where type = 'decision_made' order by seq_id desc limit 1");
        await AsAsync("olga");
        await SayAsync($"control decision override {decision} --side sell --quantity 5 --reason \"we know better\"");
        await SayAsync($"control decision cancel {decision} --reason \"we do not\"");
        await AsAsync("rita");
        await SayAsync("control firm show", 16);
        await SayAsync("control firm limits --max-gross 500000 --reason \"one house\"");
        await SayAsync("control history", 20);
    }

    private async Task KeepHouseAsync()
    {
        await SayAsync("projections pause book --reason \"comparing with the broker's statement\"");
        await shop.PassAsync();
        await SayAsync("projections status", 20, "projections pause");
        await SayAsync("projections resume book");
        await SayAsync("projections rebuild book", errors: false);
        await SayAsync("resources clear orders");
        await SayAsync("resources clear orders --yes-clear orders", settle: false);
        await shop.PassAsync();
        await SayAsync("resources clear log --yes-clear log");
        await SayAsync("storage rebuild snapshots");
        await SayAsync("broker check main");
        await SayAsync("broker breaks");
        await SayAsync("keys revoke KEY-OF-VERA --reason \"vera has left\"", with: ("KEY-OF-VERA", await shop.World.AskAsync<string>("select key_id from control.api_keys order by created_at desc limit 1") ?? ""));
        await SayAsync("persons list", 12);
        var person = await shop.World.AskAsync<string>("select reference from privacy.persons order by created_at, reference limit 1") ?? "";
        await SayAsync("persons show PERSON", 16, with: ("PERSON", person));
        await SayAsync("persons find rita");
        await SayAsync("persons forget PERSON --reason \"asked for it\"", 12, with: ("PERSON", person));
    }

    private async Task ProveAsync()
    {
        await SayAsync("audit key --out notary.key --origin example.org/desk");
        await NotaryAsync(File.ReadAllText(Path.Combine(shop.Folder.Path, "notary.key")));
        await SayAsync("audit verify --archive checkpoints", 14, errors: false);
        await SayAsync("audit prove main-1 --out main-1.proof.json", 12);
        await SayAsync("report list", 14);
        foreach (var report in (string[])["orders", "controls", "decisions", "alterations", "clock", "best-execution"]) await SayAsync($"report {report} --format csv --out {report}", 8);
        await SayAsync("replay check main", 10, errors: false);
        shop.Folder.Write("wider.json", """{ "positionCaps": {}, "bucketLimits": {} }""");
        await SayAsync("replay what-if main --limits wider.json", 30, errors: false);
        await SayAsync("fixture record main --to 40 --out desk.fixture.json", errors: true);
        await SayAsync("fixture run desk.fixture.json", errors: false);
        await shop.EstAsync("audit", "key", "--out", "next.key", "--origin", "example.org/desk");
        shop.Set("EST_NOTARY_KEY_FILE", Path.Combine(shop.Folder.Path, "notary.key"));
        await SayAsync("audit rotate --new-key-file next.key --reason \"once a year\"");
        // The last that needs a key over names: this process keeps the one that it began with.
        await SayAsync("persons rekey --new-key-file new.key", 12);
    }

    private async Task TryOutAsync()
    {
        await shop.Running.DisposeAsync();
        // Nobody follows the log from here on.
        await SayAsync("replay --days 1 --no-wait", 6, settle: false);
        await SayAsync("backtest run --strategy breakout --days 2 --id one --out runs/one --offline", 30, masked: Rates(), errors: false, settle: false);
        await SayAsync("backtest sweep --strategy breakout --days 2 --grid breakout.channel=10,20 --id grid --out sweeps/grid --offline", 30, masked: Rates(), errors: false, settle: false);
    }

    /// <summary>Runs a command and keeps what it said.</summary>
    /// <param name="lines">So many are shown.</param>
    /// <param name="section">Where it is shown; null for the longest command that the line begins with.</param>
    /// <param name="masked">Digits of this are masked too.</param>
    /// <param name="errors">Whether standard error is shown, behind standard output.</param>
    /// <param name="without">Lines that are left out.</param>
    /// <param name="with">A word of the line that stands for something else.</param>
    private async Task SayAsync(string line, int lines = 24, string? section = null, Regex? masked = null, bool errors = true, int? expect = null, bool settle = true, Regex? without = null, (string Word, string Value)? with = null)
    {
        var words = Words(line).Select(w => with is { } other && w == other.Word ? other.Value : w).ToArray();
        var ended = await shop.EstAsync(words);
        if (expect is { } code) Assert.Equal(code, ended.Code);
        if (settle) await shop.SettledAsync();
        var said = ended.Out + (errors ? ended.Error : "");
        if (with is { Value.Length: > 0 } known) masks.Add(known.Value, known.Word.PadRight(known.Value.Length, 'x'));
        // Whoever runs this is on record as the one who made the keys.
        if (line.StartsWith("persons ", StringComparison.Ordinal)) said = Regex.Replace(said, $@"(?<= ){Regex.Escape(System.Environment.UserName)}(?=[ ,])", "you".PadRight(System.Environment.UserName.Length), RegexOptions.CultureInvariant, TimeSpan.FromSeconds(1));
        var shown = masks.Apply(said).Split('\n');
        if (without is not null) shown = [.. shown.Where(l => !without.IsMatch(l))];
        if (masked is not null) shown = [.. shown.Select(l => masked.Replace(l, m => Digits().Replace(m.Value, "N").PadLeft(m.Value[0] == ' ' ? m.Length : 1)))];
        section ??= Tree.Leaves().Select(l => l.Path).Where(p => line == p || line.StartsWith(p + " ", StringComparison.Ordinal)).MaxBy(p => p.Length)!;
        steps.Add(new Step(section, masks.Apply(line), ended.Code, string.Join('\n', shown.Length > lines ? [.. shown.Take(lines), "…"] : shown)));
    }

    /// <summary>A command that runs until Ctrl-C, in a process of its own; Ctrl-C comes once it says that it is running.</summary>
    private async Task UntilStoppedAsync(string line)
    {
        using var process = Process.Start(EstProcess.Command(shop.Environment.ToDictionary(), [.. Words(line)]))!;
        try
        {
            var said = new StringBuilder();
            while (await process.StandardError.ReadLineAsync() is { } next)
            {
                said.Append(next).Append('\n');
                if (next.Contains("running", StringComparison.Ordinal)) await Tool.OutputAsync(shop.Folder.Path, "kill", "-INT", $"{process.Id}");
            }

            await process.WaitForExitAsync(new CancellationTokenSource(TimeSpan.FromSeconds(60)).Token);
            steps.Add(new Step("run", line, process.ExitCode, masks.Apply(said.ToString())));
        }
        finally
        {
            if (!process.HasExited) process.Kill();
        }
    }

    private Task AsAsync(string person)
    {
        shop.Set("EST_API_KEY", File.ReadAllText(Path.Combine(shop.Folder.Path, person)));
        return Task.CompletedTask;
    }

    /// <summary>The other risk officer decides what waits.</summary>
    private async Task SecondAsync(string? list, string decide)
    {
        await AsAsync("sam");
        if (list is not null) await SayAsync(list);
        var waiting = JsonNode.Parse((await shop.EstAsync("control", "approvals", "list", "--json")).Out)!;
        var id = Approval().Match(waiting.ToJsonString()).Value;
        await SayAsync(decide.Replace("{0}", "APPROVAL", StringComparison.Ordinal), with: ("APPROVAL", id));
        await AsAsync("rita");
    }

    /// <summary>A notary signs until the newest checkpoint has the whole log.</summary>
    private async Task NotaryAsync(string key)
    {
        var notary = new NotaryOptions { Origin = "example.org/desk", Archive = Path.Combine(shop.Folder.Path, "checkpoints"), EverySeconds = 0.05, VerifyEverySeconds = 0, Key = key };
        await using var running = await Integration.Running.StartAsync(shop.World.Options with { Notary = notary }, shop.World.Logs, TimeProvider.System, "notary");
        await Eventually.TrueAsync(async () => await shop.World.CountAsync("notary_key_introduced") == 1
            && await new CheckpointStore(shop.World.Database.Reader).NewestSizeAsync(CancellationToken.None) >= await shop.World.AskAsync<long>("select size from audit.log_head"), "the log is signed");
    }

    /// <summary>As a shell parts them.</summary>
    private static IEnumerable<string> Words(string line) => line.Split('"').SelectMany((part, i) => i % 2 == 1 ? [part] : part.Split(' ', StringSplitOptions.RemoveEmptyEntries));

    [GeneratedRegex(@"-?[\d.,:]+")]
    private static partial Regex Digits();

    [GeneratedRegex(@"\d[\d.,]*")]
    private static partial Regex Numbers();

    [GeneratedRegex("disk of|wal_size|clock|environment|port of")]
    private static partial Regex OfTheMachine();

    [GeneratedRegex(@"^ +-?[\d,]+\.\d+(?= )")]
    private static partial Regex Decimals();

    [GeneratedRegex(@"(?<=[a-z] )\d[\d.,]*(?= (?:signals|events|s)\b)|\d[\d.,]*(?=/s)")]
    private static partial Regex Rates();

    [GeneratedRegex("(?<=\"approvalId\":\")[^\"]+")]
    private static partial Regex Approval();
}
