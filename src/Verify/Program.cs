using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Encodings.Web;
using System.Text.Json;
using EventSourcedTrading.Verify;

const string Usage = """
    usage: est-verify BUNDLE.json --key FILE-or-KEY [--timestamp-ca FILE.pem] [--open] [--json]

      --key           the log's public key, from somewhere else than the bundle: name+id+base64, or a file with that or with PEM
      --timestamp-ca  the root certificates whose time-stamps you trust
      --open          accept an order that has not ended; nothing can prove that no event followed
      --json          the result for a program

    Ends with 0 proven, 1 refused, 2 could not check, 3 consistent, but no key was given.
    """;

string? file = null, keyText = null, caFile = null;
var (json, open) = (false, false);
for (var i = 0; i < args.Length; i++)
{
    switch (args[i])
    {
        case "--help" or "-h":
            Console.WriteLine(Usage);
            return Verification.Proven;
        case "--json": json = true; break;
        case "--open": open = true; break;
        case "--key" when i + 1 < args.Length && keyText is null: keyText = args[++i]; break;
        case "--timestamp-ca" when i + 1 < args.Length && caFile is null: caFile = args[++i]; break;
        case var name when !name.StartsWith('-') && file is null: file = name; break;
        default: return Stop($"'{args[i]}' is not understood here.\n{Usage}");
    }
}

if (file is null) return Stop(Usage);
try
{
    // A file that is no bundle for its size alone need not be read.
    if (new FileInfo(file).Length > Bundle.MaxBytes) return Stop($"{file} has more than {Bundle.MaxBytes} bytes, the most of a bundle.");
    var key = keyText is null ? null : LogKey.Parse(File.Exists(keyText) ? File.ReadAllText(keyText) : keyText);
    X509Certificate2Collection? roots = null;
    if (caFile is not null) (roots = []).ImportFromPemFile(caFile);
    if (roots is { Count: 0 }) return Stop($"{caFile} has no certificate in PEM.");
    return Print(Verification.Check(File.ReadAllBytes(file), key, roots, open));
}
catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException or RefusedException or ArgumentException or NotSupportedException)
{
    return Stop($"could not check: {e.Message}");
}

int Print(Verification result)
{
    var verdict = result.ExitCode switch { Verification.Proven => "proven", Verification.Consistent => "consistent", _ => "refused" };
    if (json)
    {
        var told = new
        {
            verdict, subject = result.Subject, refusal = result.Refusal, checks = result.Checks,
            events = result.Events.Select(e => new { position = $"{e.Event.Position}", e.Event.Stream, version = $"{e.Event.Version}", e.Event.Type, e.Event.Time, e.Cause }),
        };
        Console.WriteLine(JsonSerializer.Serialize(told, new JsonSerializerOptions(JsonSerializerDefaults.Web) { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }));
        return result.ExitCode;
    }

    foreach (var check in result.Checks) Console.WriteLine($"ok  {Plain(check)}");
    if (result.Events.Count > 0) Console.WriteLine($"\n{Plain(result.Subject)}");
    foreach (var (e, cause) in result.Events) Console.WriteLine($"  {e.Position,8}  {e.Time}  {Plain(e.Stream)}/{e.Version}  {e.Type}  <- {Plain(cause)}");
    Console.WriteLine();
    if (result.Refusal is not null) Console.WriteLine($"REFUSED: {Plain(result.Refusal)}.");
    else if (result.Trusted) Console.WriteLine("PROVEN with the key that you gave.");
    else Console.WriteLine("CONSISTENT ONLY: no key was given, so the bundle's own was used. Whoever made the bundle may have made the key and the log\nwith it. Get the log's key from somewhere else and give it with --key.");
    return result.ExitCode;
}

int Stop(string why)
{
    Console.Error.WriteLine(why);
    return Verification.NotChecked;
}

// What comes from the bundle must not steer the terminal.
static string Plain(string text) => string.Concat(text.Select(c => char.IsControl(c) || char.GetUnicodeCategory(c) == System.Globalization.UnicodeCategory.Format ? '?' : c));
