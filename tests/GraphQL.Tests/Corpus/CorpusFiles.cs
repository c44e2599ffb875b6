using EventSourcedTrading.Testing;

namespace EventSourcedTrading.GraphQL.Tests.Corpus;

/// <summary>Schemas and documents that were written to have everything in them: files of this folder. Several documents of one file stand between lines of <c>#---</c>.</summary>
internal static class CorpusFiles
{
    private static readonly string Folder = Path.Combine(EstProcess.Repository, "tests", "GraphQL.Tests", "Corpus");

    public static string Schema(string name) => File.ReadAllText(Path.Combine(Folder, "schemas", $"{name}.graphql"));

    public static IEnumerable<string> SchemaNames => Names("schemas");

    /// <summary>Texts of schemas that break rules.</summary>
    public static IReadOnlyList<string> BrokenSchemas => Pieces(Path.Combine(Folder, "broken-schemas.graphql"));

    public static IEnumerable<string> DocumentFiles => Names("documents");

    /// <summary>The first line of a file names its schema: <c># schema: pets</c>.</summary>
    public static (string Schema, IReadOnlyList<string> Documents) Documents(string file)
    {
        var path = Path.Combine(Folder, "documents", $"{file}.graphql");
        return (File.ReadLines(path).First().Split(':')[1].Trim(), Pieces(path));
    }

    private static string[] Names(string folder) => [.. Directory.EnumerateFiles(Path.Combine(Folder, folder), "*.graphql").Select(f => Path.GetFileNameWithoutExtension(f)!).Order(StringComparer.Ordinal)];

    private static string[] Pieces(string path) => [.. File.ReadAllText(path).Split("\n#---\n").Select(p => p.Trim('\n'))];
}
