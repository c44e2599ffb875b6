using HotChocolate.Types;

namespace EventSourcedTrading.GraphQL.Tests;

/// <summary>That we and graphql-js say the same. What differs on purpose is in docs/graphql-differences.md, and here.</summary>
internal static class Differential
{
    private static readonly string[] NewIn2025 = ["The default value of", "may not be used on an extension", "so implementation field"];

    public static async Task SameSchemaAsync(GraphQLJs js, string sdl, string what)
    {
        var (theirs, ours) = (await js.SchemaAsync(sdl), Ours.Schema(sdl));
        Same([Told(theirs)], [Told(ours)], what);
        if (theirs.Errors is [{ Message: var thrown }] && thrown.StartsWith("Unexpected input type", StringComparison.Ordinal) && ours.Errors is not null) return; // not reported, thrown
        if (ours.Errors?.Any(e => e.Message.Contains("operations and fragments are for requests", StringComparison.Ordinal)) == true) return;
        Same(Messages(theirs), Messages(ours), what);
        if (ours.Errors is null) Assert.Equal(theirs.Printed, ours.Printed);
    }

    public static async Task SameParseAsync(GraphQLJs js, IReadOnlyList<string> sources)
    {
        var theirs = await js.ParseAsync(sources);
        for (var i = 0; i < sources.Count; i++)
        {
            var ours = Ours.Parse(sources[i]);
            Assert.True(theirs[i].Printed == ours.Printed && Told(theirs[i]) == Told(ours), $"{sources[i]}\n-- theirs --\n{theirs[i].Printed}{Told(theirs[i])}\n-- ours --\n{ours.Printed}{Told(ours)}");
        }
    }

    /// <returns>How many were valid.</returns>
    public static async Task<int> SameValidationAsync(GraphQLJs js, string sdl, IReadOnlyList<string> documents)
    {
        var schema = SchemaBuilder.FromSdl(sdl);
        var theirs = await js.ValidateAsync(sdl, documents);
        var valid = 0;
        for (var i = 0; i < documents.Count; i++)
        {
            var ours = Ours.Validate(schema, documents[i]);
            var conditional = ours.Errors?.Any(e => e.Message.Contains("must not use `@skip` or `@include`", StringComparison.Ordinal)) == true;
            if (conditional && theirs[i].Error is { Locations.Length: 1 } thrown && thrown.Message.StartsWith("Argument ", StringComparison.Ordinal)) continue; // not reported, thrown
            Same([Told(theirs[i])], [Told(ours)], documents[i]);
            if (WasAborted(theirs[i]) || WasAborted(ours)) Same([$"{theirs[i].Errors?.Length > 0}"], [$"{ours.Errors?.Length > 0}"], documents[i]); // which errors come first is nobody's business
            else Same(Complaints(theirs[i], conditional), Complaints(ours, conditional), documents[i]);
            if (ours.Errors is { Length: 0 }) valid++;
        }

        return valid;
    }

    private static bool WasAborted(Answer answer) => answer.Errors?.LastOrDefault()?.Message.EndsWith("Validation aborted.", StringComparison.Ordinal) == true;

    private static string Told(Answer answer) => answer.Error?.ToString() ?? "";

    /// <summary>Types have no place in a text, so errors of schemas have none. graphql-js drops default values that are not of their type.</summary>
    private static IEnumerable<string> Messages(Answer answer) => answer.Errors?.Select(e => e.Message).Where(m => !NewIn2025.Any(n => m.Contains(n, StringComparison.Ordinal))) ?? [];

    /// <summary>graphql-js overlooks a nullable variable in a <c>@oneOf</c> object where the object itself must not be null.</summary>
    private static IEnumerable<string> Complaints(Answer answer, bool withoutSubscriptions) => answer.Errors?
        .Where(e => !e.Message.Contains("must be non-nullable to be used for OneOf Input Object", StringComparison.Ordinal))
        .Where(e => !(e.Message.StartsWith("Float cannot represent", StringComparison.Ordinal) && e.Message.EndsWith("e400", StringComparison.Ordinal))) // infinite
        .Where(e => !e.Message.StartsWith("Schema is not configured to execute", StringComparison.Ordinal)) // theirs finds that when it executes
        .Where(e => !withoutSubscriptions || !e.Message.Contains("Subscription ", StringComparison.Ordinal)).Select(e => e.ToString()) ?? [];

    private static void Same(IEnumerable<string> theirs, IEnumerable<string> ours, string what)
    {
        var (a, b) = (theirs.Order(StringComparer.Ordinal).ToList(), ours.Order(StringComparer.Ordinal).ToList());
        Assert.True(a.SequenceEqual(b), $"{what}\n-- theirs alone --\n{string.Join('\n', a.Except(b))}\n-- ours alone --\n{string.Join('\n', b.Except(a))}\n({a.Count} and {b.Count})");
    }
}
