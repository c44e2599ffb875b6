using System.CommandLine;
using EventSourcedTrading.Workers.Configuration;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace EventSourcedTrading.Workers.Cli;

/// <summary>Options that mean the same for every command that has them.</summary>
public static class CommonOptions
{
    /// <summary>Adds arguments and options alike.</summary>
    public static void Add(this Command command, IEnumerable<Symbol> parameters)
    {
        foreach (var parameter in parameters)
        {
            if (parameter is Argument argument) command.Add(argument);
            else command.Add((Option)parameter);
        }
    }

    public static Option<bool> Json() => new("--json") { Description = "print JSON for programs instead of text for people" };

    public static Option<string?> Database() => new("--database") { Description = "another database on the server that EST_POSTGRES names, such as est_demo" };

    public static Option<string?> Config() => new("--config") { Description = "file that describes the portfolios (default: est.json)" };

    public static Option<string> Portfolio() => new("--portfolio") { Description = "id of the portfolio", DefaultValueFactory = _ => "main" };

    public static Option<LogLevel> Log() => new("--log")
    {
        Description = "least severity of what is logged to standard error", DefaultValueFactory = _ => LogLevel.Information,
    };

    /// <summary>The file that was named, else est.json here, else the one that comes with the program.</summary>
    public static string ConfigFile(string? named)
    {
        if (named is not null) return named;
        return File.Exists("est.json") ? "est.json" : Path.Combine(AppContext.BaseDirectory, "est.json");
    }

    /// <summary>The environment's options, with another database if one was asked for.</summary>
    public static PlatformOptions Platform(string? config, string? database)
    {
        var options = PlatformOptions.Load(config);
        return database is null ? options : options with { Postgres = WithDatabase(options.Postgres, database) };
    }

    public static string WithDatabase(string connectionString, string database) =>
        new NpgsqlConnectionStringBuilder(connectionString) { Database = database }.ConnectionString;

    /// <summary>Logs on standard error: a line for people, or an object for programs.</summary>
    public static ILoggerFactory Logs(LogLevel level, bool json = false) => LoggerFactory.Create(builder =>
    {
        builder.SetMinimumLevel(level).AddFilter("Microsoft", LogLevel.Warning).AddConsole(o => o.LogToStandardErrorThreshold = LogLevel.Trace);
        if (json)
        {
            builder.AddJsonConsole(o => (o.TimestampFormat, o.UseUtcTimestamp) = ("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", true));
            return;
        }

        builder.AddSimpleConsole(o => (o.SingleLine, o.TimestampFormat, o.UseUtcTimestamp) = (true, "HH:mm:ss.fff ", true));
    });
}
