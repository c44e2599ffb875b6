using System.ComponentModel;
using System.Diagnostics;
using System.Text;

namespace EventSourcedTrading.Brokers.Credentials;

/// <summary>Credentials that a program prints, such as a password manager's.</summary>
public static class CredentialCommand
{
    /// <summary>It is ended after this.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    /// <param name="command">The program and its arguments, separated by blanks; no shell reads it. What needs quotes belongs in a script.</param>
    /// <exception cref="CredentialsException">It cannot be started, fails, takes too long or prints too little.</exception>
    public static async Task<IReadOnlyList<Secret>> RunAsync(string command, int count, CancellationToken ct, TimeSpan? limit = null)
    {
        var words = command.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (words.Length == 0) throw new CredentialsException("command", "names no program", "Write command:PROGRAM ARGUMENTS");
        var source = $"command:{words[0]}";
        // Its errors stay where they are: they may hold what it was to print.
        var start = new ProcessStartInfo(words[0], words.Skip(1)) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        using var bounded = CancellationTokenSource.CreateLinkedTokenSource(ct);
        bounded.CancelAfter(limit ?? Limit);
        Process? process = null;
        try
        {
            process = Process.Start(start)!;
            process.StandardInput.Close();
            process.ErrorDataReceived += static (_, _) => { };
            process.BeginErrorReadLine();
            var text = await ReadAsync(process.StandardOutput, source, bounded.Token);
            await process.WaitForExitAsync(bounded.Token);
            if (process.ExitCode != 0) throw new CredentialsException(source, $"ended with code {process.ExitCode}", "Run it by hand to see why");
            return CredentialSource.Lines(source, text, count);
        }
        catch (Exception e) when (e is Win32Exception or IOException)
        {
            throw new CredentialsException(source, "cannot be run", "Name a program that is on the PATH, or its whole path");
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            throw new CredentialsException(source, $"took more than {(limit ?? Limit).TotalSeconds:0.#} s", "It must not ask for anything; unlock its store before");
        }
        finally
        {
            End(process);
        }
    }

    private static void End(Process? process)
    {
        if (process is null) return;
        try
        {
            process.Kill(entireProcessTree: true);
        }
        catch (Exception e) when (e is InvalidOperationException or Win32Exception)
        {
            // It has ended by itself.
        }

        process.Dispose();
    }

    private static async Task<string> ReadAsync(StreamReader output, string source, CancellationToken ct)
    {
        var (text, part) = (new StringBuilder(), new char[4_096]);
        for (int read; (read = await output.ReadAsync(part, ct)) > 0;)
        {
            text.Append(part, 0, read);
            if (text.Length > CredentialSource.MaxBytes) throw new CredentialsException(source, $"prints more than {CredentialSource.MaxBytes} bytes", "It must print the credentials alone");
        }

        return text.ToString();
    }
}
