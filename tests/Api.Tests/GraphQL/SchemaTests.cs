using EventSourcedTrading.Api.GraphQL;
using EventSourcedTrading.Testing;
using HotChocolate.Types;

namespace EventSourcedTrading.Api.Tests.GraphQL;

public sealed class SchemaTests
{
    private static readonly string Snapshot = Path.Combine(EstProcess.Repository, "docs", "schema.graphql");

    [Fact]
    public void The_schema_keeps_the_rules_of_the_specification() => Assert.Empty(SchemaValidator.Validate(PlatformSchema.Create()));

    /// <summary>EST_UPDATE_DOCS=1 writes it anew: what clients would no longer find must be on purpose.</summary>
    [Fact]
    public async Task The_snapshot_is_that_of_the_schema()
    {
        var schema = SchemaPrinter.Print(PlatformSchema.Create());
        if (Environment.GetEnvironmentVariable("EST_UPDATE_DOCS") == "1") await File.WriteAllTextAsync(Snapshot, schema);
        Assert.Equal(await File.ReadAllTextAsync(Snapshot), schema);
    }

    [Fact]
    public async Task Nothing_that_clients_may_use_has_gone()
    {
        var breaking = SchemaComparison.BreakingChanges(SchemaBuilder.FromSdl(await File.ReadAllTextAsync(Snapshot)), PlatformSchema.Create());
        Assert.True(breaking.Count == 0, string.Join('\n', breaking));
    }
}
