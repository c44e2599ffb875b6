using System.Security.Cryptography;

namespace EventSourcedTrading.Privacy.Tests;

/// <summary>Where the master key comes from.</summary>
public sealed class MasterKeyTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("est-privacy-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private static MasterKeySource Source(params (string Name, string Value)[] variables) => new(name => variables.FirstOrDefault(v => v.Name == name).Value);

    [Fact]
    public void The_variable_comes_before_the_file_and_the_file_before_the_default()
    {
        string Secret() => Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));
        var (file, text) = (Path.Combine(folder, "named"), Secret());
        File.WriteAllText(file, Secret() + "\n");
        var byDefault = MasterKeySource.CreateFile(Path.Combine(folder, "est", "privacy.key"));
        Assert.Equal(byDefault.Id, Source(("XDG_CONFIG_HOME", folder)).Find()?.Id);
        var named = Source(("XDG_CONFIG_HOME", folder), ("EST_PRIVACY_KEY_FILE", file)).Find()?.Id;
        var given = Source(("XDG_CONFIG_HOME", folder), ("EST_PRIVACY_KEY_FILE", file), ("EST_PRIVACY_KEY", text)).Find()?.Id;
        Assert.Equal((MasterKeySource.ReadFile(file).Id, new MasterKey(Convert.FromBase64String(text)).Id), (named, given));
    }

    [Fact]
    public void The_default_is_made_once_whoever_comes_first_and_only_its_owner_can_read_it()
    {
        Assert.Null(Source(("HOME", folder)).Find());
        Assert.Single(Enumerable.Range(0, 20).AsParallel().WithDegreeOfParallelism(8).Select(_ => Source(("HOME", folder)).FindOrCreate().Id).ToHashSet());
        var file = Path.Combine(folder, ".config", "est", "privacy.key");
        Assert.Equal([file], Directory.GetFiles(Path.GetDirectoryName(file)!));
        if (OperatingSystem.IsWindows()) return;
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(Path.GetDirectoryName(file)!));
    }

    [Fact]
    public void What_is_no_key_is_refused_with_the_variable_to_set_and_without_what_it_says()
    {
        var wrong = Assert.Throws<MasterKeyException>(() => Source(("EST_PRIVACY_KEY", "c2VjcmV0")).Find());
        Assert.Contains("EST_PRIVACY_KEY", wrong.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("c2VjcmV0", wrong.Message, StringComparison.Ordinal);
        Assert.Contains("EST_PRIVACY_KEY_FILE", Assert.Throws<MasterKeyException>(() => Source(("EST_PRIVACY_KEY_FILE", Path.Combine(folder, "none"))).FindOrCreate()).Message, StringComparison.Ordinal);
        Assert.Contains("EST_PRIVACY_KEY", Assert.Throws<MasterKeyException>(() => Source().FindOrCreate()).Message, StringComparison.Ordinal);
    }
}
