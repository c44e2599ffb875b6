using System.Security.Cryptography;

namespace EventSourcedTrading.Privacy;

/// <summary>
/// Where the master key is: EST_PRIVACY_KEY, the file that EST_PRIVACY_KEY_FILE names, or <c>est/privacy.key</c> in XDG_CONFIG_HOME or
/// ~/.config. The last is made when it is needed for the first time.
/// </summary>
/// <param name="read">Gives an environment variable.</param>
public sealed class MasterKeySource(Func<string, string?> read)
{
    private MasterKey? found;

    /// <summary>Null if there is none yet.</summary>
    /// <exception cref="MasterKeyException">What is there is no key.</exception>
    public MasterKey? Find()
    {
        if (found is not null) return found;
        if (read("EST_PRIVACY_KEY") is { Length: > 0 } text) return found = Parse(text, "EST_PRIVACY_KEY");
        if (read("EST_PRIVACY_KEY_FILE") is { Length: > 0 } file) return found = ReadFile(file);
        return DefaultFile() is { } path && File.Exists(path) ? found = ReadFile(path) : null;
    }

    /// <exception cref="MasterKeyException">What is there is no key, or none can be made.</exception>
    public MasterKey FindOrCreate() => Find() ?? (found = CreateFile(
        DefaultFile() ?? throw new MasterKeyException("there is no home folder for the key over persons' names: set EST_PRIVACY_KEY or EST_PRIVACY_KEY_FILE")));

    /// <exception cref="MasterKeyException">The file cannot be read, or has no key.</exception>
    public static MasterKey ReadFile(string file)
    {
        try
        {
            return Parse(File.ReadAllText(file), file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new MasterKeyException($"{file} cannot be read ({e.Message}); EST_PRIVACY_KEY_FILE must name a file with 32 random bytes in base64: (umask 077; head -c 32 /dev/urandom | base64 > FILE)", e);
        }
    }

    private static readonly Lock Moving = new();

    /// <summary>A new key in a file that only its owner can read, whole or not at all; where another process was faster, that one's key.</summary>
    public static MasterKey CreateFile(string file)
    {
        try
        {
            if (Path.GetDirectoryName(Path.GetFullPath(file)) is { } folder && !Directory.Exists(folder)) MakeFolder(folder);
            var begun = $"{file}.{Guid.NewGuid():N}";
            var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
            if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            try
            {
                using (var stream = new FileStream(begun, options))
                {
                    stream.Write(System.Text.Encoding.ASCII.GetBytes(Convert.ToBase64String(RandomNumberGenerator.GetBytes(MasterKey.Length)) + "\n"));
                    stream.Flush(flushToDisk: true);
                }

                // Move looks first and renames then: two threads could both find nothing there.
                lock (Moving) File.Move(begun, file, overwrite: false);
            }
            catch (IOException) when (File.Exists(file))
            {
                // Somebody was faster.
            }
            finally
            {
                File.Delete(begun);
            }

            return ReadFile(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new MasterKeyException($"no key over persons' names can be made at {file} ({e.Message}); set EST_PRIVACY_KEY or EST_PRIVACY_KEY_FILE", e);
        }
    }

    private string? DefaultFile() =>
        read("XDG_CONFIG_HOME") is { Length: > 0 } config ? Path.Combine(config, "est", "privacy.key")
        : read("HOME") is { Length: > 0 } home ? Path.Combine(home, ".config", "est", "privacy.key") : null;

    private static void MakeFolder(string folder)
    {
        if (OperatingSystem.IsWindows()) Directory.CreateDirectory(folder);
        else Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    private static MasterKey Parse(string text, string where)
    {
        Span<byte> secret = stackalloc byte[MasterKey.Length + 3];
        // What is wrong is not shown: it may be most of a key.
        return Convert.TryFromBase64String(text.Trim(), secret, out var length) && length == MasterKey.Length ? new MasterKey(secret[..length])
            : throw new MasterKeyException($"{where} must be {MasterKey.Length} bytes in base64, such as `head -c 32 /dev/urandom | base64` gives");
    }
}

/// <summary>There is no key over persons' names, or not the right one.</summary>
public sealed class MasterKeyException(string message, Exception? inner = null) : Exception(message, inner)
{
    internal static MasterKeyException Other(string theirs, string? ours) => new(
        $"the persons in this database are under master key {theirs}, and {(ours is null ? "there is none here" : $"the one given is {ours}")}: set EST_PRIVACY_KEY or EST_PRIVACY_KEY_FILE to the key that they were written with; after `est persons rekey` that is the new one");
}
