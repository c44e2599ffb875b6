using System.Globalization;

namespace EventSourcedTrading.Chaos;

/// <summary>
/// Whatever is killed, and when: in the end exactly the same is decided. EST_SOAK=1 tries many seeds (EST_SOAK_SEEDS of them, from EST_SEED on).
/// </summary>
public sealed class KillTests(Servers servers, ITestOutputHelper output) : IClassFixture<Servers>
{
    public static TheoryData<int> Seeds()
    {
        var first = Setting("EST_SEED", 1);
        return [.. Enumerable.Range(first, Environment.GetEnvironmentVariable("EST_SOAK") == "1" ? Setting("EST_SOAK_SEEDS", 200) : 3)];
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task Killed_processes_and_servers_change_nothing_that_is_decided(int seed)
    {
        Servers.SkipWithoutPrograms();
        var schedule = Schedule.Draw(seed);
        output.WriteLine($"seed {seed}: {string.Join(", ", schedule)}");
        await using var trial = await Trial.StartAsync(servers, $"seed-{seed}");
        await trial.SufferAsync(schedule, new Random(seed));
        output.WriteLine($"logs of the processes, if it fails: {trial.Folder}");
        await trial.UntilFedAsync();
        var result = await trial.UntilAsManyAsync(servers.Undisturbed);
        Assert.Equal(servers.Undisturbed, result);
        trial.Forget();
    }

    private static int Setting(string name, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), NumberStyles.None, CultureInfo.InvariantCulture, out var value) ? value : otherwise;
}
