using System.Runtime.CompilerServices;
using EventSourcedTrading.Privacy;
using EventSourcedTrading.Workers.Configuration;
using Npgsql;

namespace EventSourcedTrading.Workers.Diagnostics.Checks;

/// <summary>Keys: the notary's, the one over persons' names, those of the control plane.</summary>
internal static class KeyChecks
{
    private const string Part = "keys";

    public static async IAsyncEnumerable<Check> RunAsync(PlatformView view, [EnumeratorCancellation] CancellationToken ct)
    {
        yield return Notary(view.Options.Notary);
        yield return Privacy();
        foreach (var variable in (string[])["EST_NOTARY_KEY_FILE", "EST_PRIVACY_KEY_FILE"])
            if (Environment.GetEnvironmentVariable(variable) is { Length: > 0 } file && File.Exists(file)) yield return Mode(variable, file);
        await foreach (var check in ApiKeysAsync(view, ct)) yield return check;
    }

    private static Check Notary(NotaryOptions? notary)
    {
        if (notary is null) return Check.Skipped(Part, "notary", "no notary is configured: nothing signs the log");
        try
        {
            using var key = NotaryOptions.Open(notary.Key, notary.Passphrase);
            return Check.Ok(Part, "notary", $"a P-256 key signs for {notary.Origin}", "a readable key");
        }
        catch (ConfigurationException e)
        {
            return new Check(Part, "notary", CheckState.Failed, e.Message, "a readable key", "make one with `est audit key`, and set EST_NOTARY_KEY_FILE to its file");
        }
    }

    private static Check Privacy()
    {
        try
        {
            return new MasterKeySource(Environment.GetEnvironmentVariable).Find() is null
                ? new Check(Part, "persons' names", CheckState.Warning, "there is no master key yet", "a key with a copy elsewhere", "it is made when it is first needed; set EST_PRIVACY_KEY_FILE to one that all processes share")
                : Check.Ok(Part, "persons' names", "there is a master key", "a readable key");
        }
        catch (MasterKeyException e)
        {
            return new Check(Part, "persons' names", CheckState.Failed, e.Message, "a readable key", "put the right key back; without it names stay sealed");
        }
    }

    private static Check Mode(string variable, string file)
    {
        if (OperatingSystem.IsWindows()) return Check.Skipped(Part, $"mode of {variable}", "Windows has none");
        const UnixFileMode others = UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.OtherRead | UnixFileMode.OtherWrite;
        var mode = File.GetUnixFileMode(file);
        return Check.Of((mode & others) == UnixFileMode.None, Part, $"mode of {variable}", Convert.ToString((int)mode, 8), "600", $"chmod 600 {file}");
    }

    private static async IAsyncEnumerable<Check> ApiKeysAsync(PlatformView view, [EnumeratorCancellation] CancellationToken ct)
    {
        if (view.Options.Postgres.Length == 0) yield break;
        long valid = 0;
        DateTime? next = null;
        Check? failed = null;
        try
        {
            await using var command = view.App.CreateCommand("select count(*), min(expires_at) from control.api_keys where revoked_at is null and expires_at > now()");
            await using var row = await command.ExecuteReaderAsync(ct);
            await row.ReadAsync(ct);
            (valid, next) = (row.GetInt64(0), row.IsDBNull(1) ? null : row.GetDateTime(1));
        }
        catch (NpgsqlException e)
        {
            failed = Check.Skipped(Part, "control plane", (e as PostgresException)?.MessageText ?? "the database is away");
        }

        yield return failed ?? Check.Of(
            valid > 0, Part, "control plane", valid == 0 ? "no valid key" : $"{valid} valid, the next expires {next:yyyy-MM-dd}", "one at least, or nobody can stop trading over it",
            "est keys create --person YOU --role operator", CheckState.Warning);
    }
}
