using System.Globalization;
using System.Text;
using HotChocolate;
using HotChocolate.Language;
using HotChocolate.Types;
using HotChocolate.Validation;

namespace EventSourcedTrading.GraphQL.Tests;

/// <summary>What we make of a text, in the form of <see cref="GraphQLJs"/>'s answers.</summary>
internal static class Ours
{
    /// <summary>The limits that graphql-js has too, and none else.</summary>
    public static readonly ValidationOptions Rules = ValidationOptions.Unlimited with { MaxIntrospectionDepth = 3 };

    public static Answer Parse(string source) => Attempt(() => new Answer(SyntaxPrinter.Print(Utf8GraphQLParser.Parse(source, ParserOptions.Trusted)), null, null));

    public static Answer Schema(string sdl) => Attempt(() => new Answer(SchemaPrinter.Print(SchemaBuilder.FromSdl(sdl)), null, null));

    public static Answer Validate(Schema schema, string document) =>
        Attempt(() => new Answer(null, null, [.. DocumentValidator.Validate(schema, Utf8GraphQLParser.Parse(document, ParserOptions.Trusted), Rules).Select(Told)]));

    /// <summary>Half a pair of surrogates becomes U+FFFD, as JSON has it.</summary>
    public static Complaint Told(Error error) =>
        new(Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(error.Message)), [.. error.Locations.Select(l => string.Create(CultureInfo.InvariantCulture, $"{l.Line}:{l.Column}"))]);

    private static Answer Attempt(Func<Answer> work)
    {
        try
        {
            return work();
        }
        catch (SyntaxException e)
        {
            return new Answer(null, Told(e.Error), null);
        }
        catch (SchemaException e)
        {
            return new Answer(null, null, [.. e.Errors.Select(Told)]);
        }
    }
}
