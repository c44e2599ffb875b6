using System.Text.Json;
using EventSourcedTrading.Testing;

[assembly: AssemblyFixture(typeof(EventSourcedTrading.Parquet.Tests.DuckDb))]

namespace EventSourcedTrading.Parquet.Tests;

/// <summary>DuckDB, and the Parquet library of Rust: two readers and writers of the format that share no code with us. From npm, in one process of Node.js.</summary>
public sealed class DuckDb : IAsyncLifetime
{
    private readonly string files = Directory.CreateTempSubdirectory("est-parquet-").FullName;
    private NodeDialogue? node;
    private int count;

    public async ValueTask InitializeAsync() => node = await NodeDialogue.StartAsync("duckdb.mjs");

    /// <summary>A path for a file that is gone after the tests.</summary>
    public string NewFile() => Path.Combine(files, $"{Interlocked.Increment(ref count)}.parquet");

    public string Write(byte[] bytes)
    {
        var path = NewFile();
        File.WriteAllBytes(path, bytes);
        return path;
    }

    /// <returns>Rows of values as DuckDB's client gives them in JSON.</returns>
    public Task<JsonElement[][]> QueryAsync(string sql) => AskAsync(new { sql });

    /// <summary>Every value as DuckDB's own text for it; null where there is none.</summary>
    public async Task<string?[][]> TextsAsync(string path, params string[] columns) =>
        Array.ConvertAll(await QueryAsync($"select {string.Join(", ", columns.Select(c => $"cast({c} as varchar)"))} from '{path}'"), row => Array.ConvertAll(row, v => v.GetString()));

    /// <summary>Has Rust's library write the file anew.</summary>
    /// <param name="codec">As in parquet-wasm: UNCOMPRESSED, SNAPPY, GZIP, BROTLI, ZSTD.</param>
    public async Task<string> RewriteAsync(string from, int version, string codec, bool dictionary)
    {
        var to = NewFile();
        await AskAsync(new { from, to, version, codec, dictionary });
        return to;
    }

    private async Task<JsonElement[][]> AskAsync(object request)
    {
        Assert.SkipWhen(node is null, "node is not installed");
        var answer = await node.AskAsync(request);
        return answer.TryGetProperty("rows", out var rows) ? rows.Deserialize<JsonElement[][]>()! : throw new InvalidOperationException($"{JsonSerializer.Serialize(request)}: {answer}");
    }

    public async ValueTask DisposeAsync()
    {
        if (node is not null) await node.DisposeAsync();
        Directory.Delete(files, recursive: true);
    }
}
