using System.Text;

namespace EventSourcedTrading.Brokers.Credentials;

/// <summary>Credentials in a file that nobody but its owner may read.</summary>
public static class CredentialFile
{
    private const UnixFileMode Others =
        UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;

    /// <exception cref="CredentialsException">It is not there, is open to others, is too long or too short.</exception>
    public static async Task<IReadOnlyList<Secret>> ReadAsync(string path, int count, CancellationToken ct)
    {
        var source = $"file:{path}";
        try
        {
            using var file = File.OpenHandle(path);
            // Of what was opened, not of the path: that may name another file by now.
            if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(file) & Others) != UnixFileMode.None) throw new CredentialsException(source, "can be read or written by others than its owner", $"Run: chmod 600 {path}");
            var bytes = new byte[CredentialSource.MaxBytes + 1];
            var length = 0;
            for (int read; length < bytes.Length && (read = await RandomAccess.ReadAsync(file, bytes.AsMemory(length), length, ct)) > 0;) length += read;
            if (length > CredentialSource.MaxBytes) throw new CredentialsException(source, $"is longer than {CredentialSource.MaxBytes} bytes", "Name the right file");
            return CredentialSource.Lines(source, Encoding.UTF8.GetString(bytes, 0, length), count);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new CredentialsException(source, e is FileNotFoundException or DirectoryNotFoundException ? "is not there" : "cannot be read", "Give the path of a file that this user may read");
        }
    }
}
