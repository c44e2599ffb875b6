using System.CommandLine;
using System.Security.Cryptography;
using EventSourcedTrading.Domain.Json;
using EventSourcedTrading.Domain.Time;
using EventSourcedTrading.EventStore;
using EventSourcedTrading.Notary;
using EventSourcedTrading.TransparencyLog;
using EventSourcedTrading.Workers.Configuration;
using EventSourcedTrading.Workers.Diagnostics;
using EventSourcedTrading.Workers.Notarising;

namespace EventSourcedTrading.Workers.Cli;

/// <summary><c>est audit key</c> and <c>est audit rotate</c>: the notary's keys.</summary>
internal static class AuditKeys
{
    public static Command Key()
    {
        var file = new Option<string>("--out") { Description = "file for the private key; it must not exist yet", Required = true };
        var origin = new Option<string>("--origin") { Description = "the log's name, as notary.origin in est.json, such as example.org/desk", Required = true };
        var json = CommonOptions.Json();
        var command = new Command("key", "make a private key for the notary, encrypted if EST_NOTARY_PASSPHRASE is set, and print its verifier key") { file, origin, json };
        command.SetAction(parsed =>
        {
            try
            {
                var passphrase = Environment.GetEnvironmentVariable("EST_NOTARY_PASSPHRASE");
                var pem = SigningKey.Create(passphrase);
                using var key = SigningKey.Read(pem, passphrase);
                var verifier = NoteKey.Of(parsed.GetValue(origin)!, key);
                Write(parsed.GetValue(file)!, pem);
                if (parsed.GetValue(json))
                {
                    DiagnosticsJson.Print(new { verifierKey = verifier.ToString(), file = parsed.GetValue(file) });
                    return 0;
                }

                Console.WriteLine(verifier);
                Terminal.Note("The line above is public: give it to everybody who is to check this log. The file is secret; name it in EST_NOTARY_KEY_FILE.");
                return 0;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidProofException)
            {
                Terminal.Error(e.Message);
                return Root.WrongUsage;
            }
        });
        return command;
    }

    public static Command Rotate()
    {
        var next = new Option<string>("--new-key-file") { Description = "the new private key, as 'est audit key' makes it; EST_NOTARY_KEY_FILE names the old one", Required = true };
        var reason = new Option<string>("--reason") { Description = "why; kept on record", Required = true };
        var (database, json) = (CommonOptions.Database(), CommonOptions.Json());
        var command = new Command("rotate", "hand the notary over to a new key: the old one signs for it, on record; then restart the notary with the new one") { next, reason, database, json };
        command.SetAction(async (parsed, ct) =>
        {
            using var old = NotaryOptions.Open(NotaryOptions.KeyFromEnvironment(), Environment.GetEnvironmentVariable("EST_NOTARY_PASSPHRASE"));
            using var key = Read(parsed.GetValue(next)!);
            await using var source = StoreConnection.Open(CommonOptions.Platform(null, parsed.GetValue(database)).Postgres, StoreRole.App);
            await using var appender = new EventAppender(source);
            var reader = new EventReader(source);
            var actor = await People.ActorAsync(People.Of(source), ct);
            await new OptimisticAppender(reader, appender, TimeProvider.System).TransactAsync(
                "cli:audit-rotate", [NotaryKeys.Stream],
                async () =>
                {
                    var keys = await NotaryKeys.ReadAsync(reader, ct);
                    if (keys.Count == 0) throw new ConfigurationException("The notary has not signed anything yet: there is no key to replace. Start it with the new one.");
                    var rotated = NotaryKeys.Rotate(keys[^1].Name, old, key, actor, parsed.GetValue(reason)!, Timestamp.From(TimeProvider.System.GetUtcNow()));
                    if (rotated.PreviousKey != keys[^1].ToString()) throw new ConfigurationException($"EST_NOTARY_KEY_FILE has {rotated.PreviousKey}, but the log's notary signs with {keys[^1]}.");
                    return [new DecidedEvent(NotaryKeys.Stream, EventJson.AliasOf(rotated), EventJson.Serialize(rotated))];
                },
                ct);
            var verifier = (await NotaryKeys.ReadAsync(reader, ct))[^1];
            if (parsed.GetValue(json))
            {
                DiagnosticsJson.Print(new { verifierKey = verifier.ToString() });
                return 0;
            }

            Console.WriteLine(verifier);
            Terminal.Note("The line above is the new verifier key. Restart the notary with the new key file.");
            return 0;
        });
        return command;
    }

    private static ECDsa Read(string file)
    {
        try
        {
            return SigningKey.Read(File.ReadAllText(file), Environment.GetEnvironmentVariable("EST_NOTARY_NEW_PASSPHRASE") ?? Environment.GetEnvironmentVariable("EST_NOTARY_PASSPHRASE"));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or SigningKeyException)
        {
            throw new ConfigurationException($"--new-key-file: {e.Message}");
        }
    }

    /// <summary>Readable by its owner alone from the first byte on.</summary>
    private static void Write(string file, string pem)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using var writer = new StreamWriter(file, options);
        writer.Write(pem);
        writer.Write('\n');
    }
}
