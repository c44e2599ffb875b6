namespace EventSourcedTrading.Brokers.Credentials;

/// <summary>
/// Where credentials come from, in one setting: <c>env:NAME,NAME</c> are environment variables, <c>file:PATH</c> is a file with one on each
/// line, <c>command:PROGRAM ARGUMENTS</c> is a program that prints one on each line.
/// </summary>
public static class CredentialSource
{
    /// <summary>Longest text of a file or of a program's output, in bytes.</summary>
    public const int MaxBytes = 65_536;

    /// <param name="count">How many there must be, from 1.</param>
    /// <exception cref="CredentialsException">They are not there, or may not be read so.</exception>
    public static async Task<IReadOnlyList<Secret>> ReadAsync(string setting, int count, CancellationToken ct)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        var colon = setting.IndexOf(':', StringComparison.Ordinal);
        var rest = setting[(colon + 1)..].Trim();
        return (colon < 0 ? "" : setting[..colon]) switch
        {
            "env" => FromEnvironment(rest.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries), count),
            "file" => await CredentialFile.ReadAsync(rest, count, ct),
            "command" => await CredentialCommand.RunAsync(rest, count, ct),
            // What stands there may be a key that somebody has put in the wrong place, so it is not repeated.
            _ => throw new CredentialsException("setting", "does not begin with env:, file: or command:", "Write env:NAME,NAME, file:PATH or command:PROGRAM ARGUMENTS"),
        };
    }

    /// <summary>The first <paramref name="count"/> lines that are not empty.</summary>
    internal static IReadOnlyList<Secret> Lines(string source, string text, int count)
    {
        var lines = text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        if (lines.Length < count) throw new CredentialsException(source, $"has {lines.Length} lines where {count} are needed", "Put each credential on a line of its own");
        return [.. lines.Take(count).Select(line => new Secret(line))];
    }

    private static List<Secret> FromEnvironment(string[] names, int count)
    {
        if (names.Length != count) throw new CredentialsException("env", $"names {names.Length} variables where {count} are needed", "Separate the names by commas");
        var found = new List<Secret>(count);
        foreach (var name in names)
        {
            if (Environment.GetEnvironmentVariable(name)?.Trim() is not { Length: > 0 } text)
                throw new CredentialsException($"env:{name}", "is not set", "Export it to the process that needs it, or use file: or command:");
            found.Add(new Secret(text));
        }

        return found;
    }
}
