using System.Diagnostics;
using EventSourcedTrading.Brokers.Credentials;

namespace EventSourcedTrading.Brokers.Tests.Credentials;

public sealed class CredentialSourceTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("est-credentials-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task They_come_from_the_environment()
    {
        var (key, secret) = ($"EST_TEST_{Guid.NewGuid():N}", $"EST_TEST_{Guid.NewGuid():N}");
        Environment.SetEnvironmentVariable(key, " AK1 ");
        Environment.SetEnvironmentVariable(secret, "shh");
        Assert.Equal(["AK1", "shh"], (await ReadAsync($"env:{key},{secret}")).Select(s => s.Reveal()));
        Environment.SetEnvironmentVariable(secret, null);
        Assert.Contains($"env:{secret}: is not set", await RefusedAsync($"env:{key},{secret}"));
        Assert.Contains("names 1 variables where 2 are needed", await RefusedAsync($"env:{key}"));
    }

    [Fact]
    public async Task They_come_from_a_file_that_its_owner_alone_may_read()
    {
        var path = Written("AK1\n\n shh \nmore\n", UnixFileMode.UserRead | UnixFileMode.UserWrite);
        Assert.Equal(["AK1", "shh"], (await ReadAsync($"file:{path}")).Select(s => s.Reveal()));
    }

    [Theory]
    [InlineData(UnixFileMode.GroupRead)]
    [InlineData(UnixFileMode.OtherRead)]
    [InlineData(UnixFileMode.OtherWrite)]
    public async Task A_file_that_others_may_read_is_refused_with_the_mend(UnixFileMode more)
    {
        var path = Written("AK1\nshh\n", UnixFileMode.UserRead | UnixFileMode.UserWrite | more);
        var said = await RefusedAsync($"file:{path}");
        Assert.Contains($"chmod 600 {path}", said);
        Assert.DoesNotContain("shh", said);
    }

    [Fact]
    public async Task A_file_that_is_not_right_is_refused()
    {
        const UnixFileMode own = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        Assert.Contains("is not there", await RefusedAsync($"file:{folder}/none"));
        Assert.Contains("cannot be read", await RefusedAsync("file:"));
        Assert.Contains("has 1 lines where 2 are needed", await RefusedAsync($"file:{Written("AK1\n", own)}"));
        Assert.Contains("is longer than 65536 bytes", await RefusedAsync($"file:{Written(new string('x', 65_537), own)}"));
    }

    [Fact]
    public async Task They_come_from_a_program()
    {
        Assert.Equal(["AK1", "shh"], (await ReadAsync($"command:{Script("printf 'AK1\\nshh\\n'; echo noise >&2")}")).Select(s => s.Reveal()));
    }

    [Fact]
    public async Task A_program_that_is_not_right_is_refused_and_what_it_printed_is_not_repeated()
    {
        Assert.Contains("cannot be run", await RefusedAsync("command:/no/such/program"));
        var said = await RefusedAsync($"command:{Script("echo shh; echo shh >&2; exit 3")}");
        Assert.Contains("ended with code 3", said);
        Assert.DoesNotContain("shh", said.Replace(folder, ""));
        Assert.Contains("prints more than 65536 bytes", await RefusedAsync($"command:{Script("yes")}"));
    }

    [Fact]
    public async Task A_program_that_does_not_end_is_ended()
    {
        var began = Stopwatch.GetTimestamp();
        var script = Script("echo $$ > " + folder + "/pid; sleep 60");
        var e = await Assert.ThrowsAsync<CredentialsException>(() => CredentialCommand.RunAsync(script, 2, CancellationToken.None, TimeSpan.FromSeconds(3)));
        Assert.Contains("took more than 3 s", e.Message);
        Assert.True(Stopwatch.GetElapsedTime(began) < TimeSpan.FromSeconds(30));
        Assert.False(Directory.Exists($"/proc/{(await File.ReadAllTextAsync($"{folder}/pid")).Trim()}"));
    }

    [Fact]
    public async Task A_key_in_the_place_of_the_setting_is_not_repeated()
    {
        var said = await RefusedAsync("AKREALKEY");
        Assert.Contains("env:, file: or command:", said);
        Assert.DoesNotContain("AKREALKEY", said);
    }

    [Fact]
    public void A_secret_says_nothing()
    {
        var secret = new Secret("shh");
        Assert.Equal("***", $"{secret}");
        Assert.DoesNotContain("shh", $"{(secret, new { secret })}");
        Assert.Equal("{\"IsEmpty\":false}", System.Text.Json.JsonSerializer.Serialize(secret));
    }

    private static Task<IReadOnlyList<Secret>> ReadAsync(string setting) => CredentialSource.ReadAsync(setting, 2, CancellationToken.None);

    private static async Task<string> RefusedAsync(string setting) => (await Assert.ThrowsAsync<CredentialsException>(() => ReadAsync(setting))).ToString();

    private string Written(string text, UnixFileMode mode)
    {
        var path = Path.Combine(folder, $"{Guid.NewGuid():N}");
        File.WriteAllText(path, text);
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(path, mode);
        return path;
    }

    /// <summary>A command; read and not executed, for a process that another test starts may have the new file open for a moment (ETXTBSY).</summary>
    private string Script(string text) => $"/bin/sh {Written($"{text}\n", UnixFileMode.UserRead | UnixFileMode.UserWrite)}";
}
