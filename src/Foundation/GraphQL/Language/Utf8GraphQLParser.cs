namespace HotChocolate.Language;

/// <summary>How large a document may be.</summary>
public sealed record ParserOptions
{
    /// <summary>For requests.</summary>
    public static ParserOptions Default { get; } = new();

    /// <summary>For schemas and other documents of our own.</summary>
    public static ParserOptions Trusted { get; } = new() { MaxTokens = null };

    /// <summary>Null for any number.</summary>
    public int? MaxTokens { get; init; } = 2_000;

    /// <summary>Above it every walk through a tree would have to fear for its stack.</summary>
    public const int DeepestEver = 500;

    /// <summary>How deep selections, values and types may nest, all together; more than <see cref="DeepestEver"/> counts as that.</summary>
    public int MaxDepth { get; init; } = 64;
}

/// <summary>Makes a syntax tree of text: the grammar of the specification, Appendix B.</summary>
public static class Utf8GraphQLParser
{
    /// <exception cref="SyntaxException" />
    public static DocumentNode Parse(string source, ParserOptions? options = null) => new Parser(source, options ?? ParserOptions.Default).ParseDocument();

    /// <summary>A value alone, with variables in it or without.</summary>
    /// <exception cref="SyntaxException" />
    public static IValueNode ParseValue(string source, ParserOptions? options = null) => new Parser(source, options ?? ParserOptions.Default).ParseLoneValue();

    /// <summary>The name of a type alone, with its lists and non-nulls.</summary>
    /// <exception cref="SyntaxException" />
    public static ITypeNode ParseType(string source, ParserOptions? options = null) => new Parser(source, options ?? ParserOptions.Default).ParseLoneType();
}
