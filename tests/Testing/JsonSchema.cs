using System.Text.Json;

namespace EventSourcedTrading.Testing;

/// <summary>A JSON Schema as <c>ajv</c> understands it: a validator that we have not written.</summary>
/// <param name="file">The schema, of draft 2020-12.</param>
public sealed class JsonSchema(string file)
{
    /// <summary>Of docs/.</summary>
    public static JsonSchema OfDocs(string name) => new(Path.Combine(EstProcess.Repository, "docs", name));

    /// <returns>For each file what is wrong with it, with the place; nothing for one that is right.</returns>
    public async Task<string[][]> ErrorsAsync(params string[] files)
    {
        var ended = await NodeProgram.RunAsync("validate.js", [file, .. files.Select(Path.GetFullPath)]);
        return ended.Code == 0 ? JsonSerializer.Deserialize<string[][]>(ended.Out)! : throw new InvalidOperationException($"ajv refuses {file}: {ended.Error}");
    }
}
