using System.CommandLine;
using System.Globalization;
using EventSourcedTrading.Backtesting.Running;
using EventSourcedTrading.Brokers;
using EventSourcedTrading.Brokers.Credentials;
using EventSourcedTrading.EventStore;
using EventSourcedTrading.MarketData;
using EventSourcedTrading.Privacy;
using EventSourcedTrading.Reports;
using EventSourcedTrading.Workers.Configuration;
using NATS.Client.Core;
using Npgsql;
using Spectre.Console;

namespace EventSourcedTrading.Workers.Cli;

/// <summary>The command line. Exit codes: 0 done, 1 failed, 2 wrong usage or configuration, 3 a server is away, 4 not found, 5 not decided yet.</summary>
public static class Root
{
    public const int Failed = 1;
    public const int WrongUsage = 2;
    public const int Unavailable = 3;
    public const int NotFound = 4;

    /// <summary>On record, and not decided yet: it waits for an engine, or for a second person.</summary>
    public const int NotYet = 5;

    private const string Introduction = """
        est — an audit-first trading platform: every decision is an event, and every event explains itself.

        Try, in this order:
          est demo                                       a whole session, counted and explained
          est migrate && est run                         the platform, from est.json
          est replay --days 1                            a day of simulated market for it to trade
          est backtest run --strategy breakout           the same engine on a week of old market, no server needed
          est backtest sweep --help                      which setting is best, and is it luck?
          est explain order main-1                       why was that order made?
          est audit find --actor you                     what is in the log about something
          est audit verify --archive checkpoints         is the log what was written?
          est replay check main                          would it all be decided so again?
          est replay what-if main --limits limits.json   and with other limits?
          est audit prove main-1                         a file that proves it to a stranger
          est report orders --format csv                 what a regulator asks for
          est keys create --person you --role operator   a key to command with, for EST_API_KEY
          est control kill-switch engage --reason "…"    stop
          est broker check main                          is the broker there, and what does it let us do?
          est broker fake alpaca                         a broker to try an adapter on, with faults on demand

        Exit codes: 0 done, 1 failed, 2 wrong usage or configuration, 3 a server is away, 4 not found, 5 not decided yet, 130 interrupted.
        EST_POSTGRES and EST_NATS say where the servers are; docs/operations.md has the rest.
        """;

    /// <summary>The whole tree of commands.</summary>
    public static RootCommand Create() => new(Introduction)
    {
        DemoCommand.Create(), RunCommand.Create(), ReplayCommand.Create(), BacktestCommand.Create(), FixtureCommand.Create(), ExplainCommand.Create(), AuditCommand.Create(), ReportCommand.Create(), ControlCommand.Create(),
        KeysCommand.Create(), PersonsCommand.Create(), BrokerCommand.Create(), MigrateCommand.Create(), ProjectionsCommand.Create(),
        DescribeCommand.Create(), CheckEnvCommand.Create(), ResourcesCommand.Create(), StorageCommand.Create(), StreamsCommand.Create(), MessagesCommand.Create(), SubjectsCommand.Create(), ConfigCommand.Create(),
        CompletionCommand.Create(),
    };

    public static async Task<int> RunAsync(string[] args)
    {
        Terminal.SetUp();
        // `est help explain` is what people type; the parser knows `est explain --help`.
        if (args is ["help", ..]) args = [.. args[1..], "--help"];
        var parsed = Create().Parse(args);
        if (parsed.Errors.Count > 0)
        {
            foreach (var error in parsed.Errors) Console.Error.WriteLine(error.Message);
            Console.Error.WriteLine("Try 'est --help'.");
            return WrongUsage;
        }

        try
        {
            return await parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
        }
        catch (OperationCanceledException)
        {
            return 130;
        }
        catch (Exception e) when (Explain(e) is { } known)
        {
            Terminal.Error(known.Message);
            return known.Code;
        }
    }

    /// <summary>What a user can do something about, in a sentence; everything else is a defect and may show itself.</summary>
    private static (string Message, int Code)? Explain(Exception e) => e switch
    {
        ConfigurationException or BadMarketDataException or ReportTooLargeException or RunException or MasterKeyException or CredentialsException => (e.Message, WrongUsage),
        DirectoryNotFoundException or FileNotFoundException => (e.Message, WrongUsage),
        TimeoutException => (e.Message, Failed),
        ApiUnreachableException or BrokerException => (e.Message, Unavailable),
        NatsException => ($"{e.Message} Is EST_NATS right, and the server running? `scripts/services status` tells.", Unavailable),
        PostgresException { SqlState: "42P01" or "3F000" } => ("The database has no tables of ours yet. Run 'est migrate' first.", Unavailable),
        PostgresException { SqlState: PostgresErrorCodes.InvalidParameterValue } p when p.MessageText.StartsWith("role \"est_", StringComparison.Ordinal) =>
            ("The database has no roles of ours yet. Run 'est migrate' first.", Unavailable),
        PostgresException p => ($"PostgreSQL: {p.MessageText}", Unavailable),
        NpgsqlException => ($"PostgreSQL cannot be reached: {e.InnerException?.Message ?? e.Message} Is EST_POSTGRES right, and the server running?", Unavailable),
        DatabaseNewerThanProgramException or MigrationChangedException or MigrationFailedException or EventStoreUnavailableException => (e.Message, Unavailable),
        _ => null,
    };
}

/// <summary>The terminal as commands use it: data on standard output, everything else on standard error.</summary>
public static class Terminal
{
    /// <summary>Width of what goes into a file or a pipe, where there is no window to fit and COLUMNS does not say another.</summary>
    private const int PlainWidth = 110, MinWidth = 40, MaxWidth = 1_000;

    public static readonly IAnsiConsole Errors = Open(Console.Error, Console.IsErrorRedirected);

    /// <summary>Colours and drawing for people; plain text for a file, a pipe, or who sets NO_COLOR.</summary>
    public static void SetUp() => AnsiConsole.Console = Open(Console.Out, Console.IsOutputRedirected);

    public static void Error(string message) => Errors.MarkupLineInterpolated($"[red]error:[/] {message}");

    public static void Note(string message) => Errors.MarkupLineInterpolated($"[dim]{message}[/]");

    private static IAnsiConsole Open(TextWriter writer, bool redirected)
    {
        var plain = redirected || Environment.GetEnvironmentVariable("NO_COLOR") is { Length: > 0 };
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = new AnsiConsoleOutput(writer), Ansi = plain ? AnsiSupport.No : AnsiSupport.Detect,
            ColorSystem = plain ? ColorSystemSupport.NoColors : ColorSystemSupport.Detect,
            Interactive = redirected ? InteractionSupport.No : InteractionSupport.Detect,
        });
        if (redirected) console.Profile.Width = int.TryParse(Environment.GetEnvironmentVariable("COLUMNS"), NumberStyles.None, CultureInfo.InvariantCulture, out var width) ? Math.Clamp(width, MinWidth, MaxWidth) : PlainWidth;
        return console;
    }
}
