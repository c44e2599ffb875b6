using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using EventSourcedTrading.EventStore;
using EventSourcedTrading.Notary;
using EventSourcedTrading.Projections.Tests;
using EventSourcedTrading.Testing;
using EventSourcedTrading.TransparencyLog;

namespace EventSourcedTrading.Reports.Tests;

/// <summary>A signed log: what a stranger with nothing but the report and the notary's public key can check.</summary>
public sealed class ProofTests : IAsyncLifetime
{
    private const string Origin = "example.org/desk";

    private readonly ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly string folder = Directory.CreateTempSubdirectory("est-proof-").FullName;
    private readonly Session session = new(7, "main");
    private TestDatabase database = null!;
    private CheckpointArchive archive = null!;
    private CheckpointSigner signer = null!;

    public async ValueTask InitializeAsync()
    {
        database = await TestDatabase.CreateAsync();
        archive = CheckpointArchive.Open(Path.Combine(folder, "archive"));
        signer = new CheckpointSigner(database.App, Origin, key, [NoteKey.Of(Origin, key)], archive, TimeProvider.System);
        await GrowAsync(120);
    }

    public async ValueTask DisposeAsync()
    {
        archive.Dispose();
        await database.DisposeAsync();
        key.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    public static TheoryData<string> Names => [.. ReportCatalogue.All.Select(d => d.Name).Except(["clock"])];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task The_proofs_in_the_JSON_hold_under_the_notarys_key_and_under_no_other_nor_for_another_leaf(string name)
    {
        using var report = JsonDocument.Parse(await File.ReadAllBytesAsync(Assert.Single(await MakeAsync(name, "json", "one"))));
        var (proof, checkpoint) = (report.RootElement.GetProperty("proof"), report.RootElement.GetProperty("checkpoint"));
        foreach (var end in (string[])["first", "last"])
        {
            var told = proof.GetProperty(end);
            var leaf = Convert.FromHexString(told.GetProperty("leafHash").GetString()!);
            var proven = TlogProof.Parse(Encoding.UTF8.GetBytes(told.GetProperty("proof").GetString()!));
            var under = proven.Verify(leaf, NoteKey.Of(Origin, key));
            Assert.Equal((checkpoint.GetProperty("size").GetString(), checkpoint.GetProperty("root").GetString()), ($"{under.Size}", Convert.ToBase64String(under.Root)));
            Assert.Equal(told.GetProperty("position").GetString(), $"{proven.Index + 1}");
            leaf[0] ^= 1;
            Assert.Throws<InvalidProofException>(() => proven.Verify(leaf, NoteKey.Of(Origin, key)));
            leaf[0] ^= 1;
            using var another = ECDsa.Create(ECCurve.NamedCurves.nistP256);
            Assert.Throws<InvalidProofException>(() => proven.Verify(leaf, NoteKey.Of(Origin, another)));
        }
    }

    [Theory]
    [InlineData("orders")]
    [InlineData("controls")]
    [InlineData("alterations")]
    public async Task A_signed_checkpoint_gives_the_same_bytes_in_every_format_after_the_log_has_grown_and_been_signed_again(string name)
    {
        var size = $"{await new CheckpointStore(database.Reader).NewestSizeAsync()}";
        var first = await AllAsync("before");
        await GrowAsync(10);
        Assert.Equal(first, await AllAsync("after", "--size", size));
        Assert.NotEqual(first, await AllAsync("now"));

        async Task<string> AllAsync(string when, params string[] more)
        {
            var all = new StringBuilder();
            foreach (var format in (string[])["json", "csv", "html"])
                foreach (var file in (await MakeAsync(name, format, when, more)).Order(StringComparer.Ordinal)) all.Append(Path.GetFileName(file)).Append('\n').Append(await File.ReadAllTextAsync(file));
            return all.ToString();
        }
    }

    private async Task GrowAsync(int batches)
    {
        await using (var appender = new EventAppender(database.App))
            foreach (var batch in session.Batches(batches)) await appender.AppendAsync(batch);
        Assert.NotNull(await signer.SignAsync(CancellationToken.None));
    }

    /// <summary>The files, the same names whenever they are made.</summary>
    private async Task<IReadOnlyList<string>> MakeAsync(string name, string format, string when, params string[] more)
    {
        var to = Path.Combine(folder, when, name, format == "csv" ? "csv" : $"report.{format}");
        var made = await EstProcess.RunAsync(new Dictionary<string, string?> { ["EST_POSTGRES"] = database.ConnectionString }, ["report", name, "--format", format, "--out", to, "--json", .. more]);
        Assert.True(made.Code == 0, made.Error);
        using var said = JsonDocument.Parse(made.Out);
        Assert.True(said.RootElement.GetProperty("checkpointSigned").GetBoolean());
        return [.. said.RootElement.GetProperty("files").EnumerateArray().Select(f => f.GetString()!)];
    }
}
