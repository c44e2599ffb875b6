using System.Text.Json;
using EventSourcedTrading.Workers.Configuration;
using Npgsql;

namespace EventSourcedTrading.Workers.Diagnostics;

/// <summary>One value that holds, and where it comes from.</summary>
/// <param name="Name">A variable, or a path in the file such as <c>portfolios[0].cash.USD</c>.</param>
/// <param name="Value">Secrets are not shown.</param>
/// <param name="Source">default, environment, or the file with its line.</param>
public sealed record Setting(string Name, string Value, string Source);

/// <summary>All that the program goes by.</summary>
/// <param name="Warnings">What looks like a mistake.</param>
public sealed record EffectiveConfiguration(string File, IReadOnlyList<Setting> Settings, IReadOnlyList<string> Warnings)
{
    private const string Hidden = "(set, not shown)";

    /// <param name="file">The configuration file; one that is not there counts as empty and is warned about.</param>
    /// <param name="environment">The environment variables.</param>
    /// <exception cref="ConfigurationException">The file cannot be read.</exception>
    public static EffectiveConfiguration Of(string file, IReadOnlyDictionary<string, string> environment)
    {
        var settings = new List<Setting>();
        var warnings = new List<string>();
        foreach (var variable in EnvironmentCatalog.All)
        {
            if (environment.TryGetValue(variable.Name, out var value)) settings.Add(new Setting(variable.Name, Shown(variable, value), "environment"));
            else if (variable.Default is not null) settings.Add(new Setting(variable.Name, variable.Default, "default"));
        }

        foreach (var (name, meant) in EnvironmentCatalog.Unknown(environment.Keys))
            warnings.Add($"{name} is set, and nothing reads it{(meant is null ? "; `est config --variables` lists what is read." : $". Did you mean {meant}?")}");
        if (System.IO.File.Exists(file)) settings.AddRange(OfFile(file));
        else warnings.Add($"{file} is not there: there are no portfolios to run.");
        return new EffectiveConfiguration(file, settings, warnings);
    }

    public static IReadOnlyDictionary<string, string> Environment() => System.Environment.GetEnvironmentVariables().Cast<System.Collections.DictionaryEntry>()
        .ToDictionary(e => (string)e.Key, e => (string?)e.Value ?? "", StringComparer.Ordinal);

    /// <summary>What the options have in the end, each value with the line that says it, or as the program's default.</summary>
    private static IEnumerable<Setting> OfFile(string file)
    {
        var said = JsonLines.Read(System.IO.File.ReadAllBytes(file));
        var effective = JsonSerializer.SerializeToUtf8Bytes(PlatformOptions.Read(file), PlatformJson.Default.PlatformOptions);
        foreach (var (path, (value, _)) in JsonLines.Read(effective))
            yield return new Setting(path, value, said.TryGetValue(path, out var line) ? $"{file}:{line.Line}" : "default");
    }

    private static string Shown(EnvironmentVariable variable, string value)
    {
        if (value.Length == 0) return "";
        if (variable.Secret) return Hidden;
        return variable.Name switch
        {
            "EST_POSTGRES" => WithoutPassword(value),
            _ => Uri.TryCreate(value, UriKind.Absolute, out var uri) && uri.UserInfo.Length > 0 ? value.Replace(uri.UserInfo, "***", StringComparison.Ordinal) : value,
        };
    }

    private static string WithoutPassword(string connection)
    {
        try
        {
            var parts = new NpgsqlConnectionStringBuilder(connection);
            if (parts.Password is { Length: > 0 }) parts.Password = "***";
            return parts.ConnectionString;
        }
        catch (Exception e) when (e is ArgumentException or FormatException)
        {
            return "(no connection string)";
        }
    }
}
