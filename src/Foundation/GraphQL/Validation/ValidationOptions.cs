namespace HotChocolate.Validation;

/// <summary>What a valid document may still not do. The defaults are for callers whom nobody knows.</summary>
public sealed record ValidationOptions
{
    public static ValidationOptions Default { get; } = new();

    /// <summary>Only the rules of the specification, for documents of our own; work is bounded all the same.</summary>
    public static ValidationOptions Unlimited { get; } = new()
    {
        MaxDepth = int.MaxValue, MaxFields = long.MaxValue, MaxAliases = long.MaxValue, MaxRootFields = long.MaxValue, MaxDirectives = int.MaxValue, MaxIntrospectionDepth = int.MaxValue,
        MaxSteps = 1_000_000, MaxSuggestions = int.MaxValue,
    };

    /// <summary>Of errors that are told; the one behind them says that there are more.</summary>
    public int MaxErrors { get; init; } = 100;

    /// <summary>Of errors that may say what was meant; it takes a look at all names of a type.</summary>
    public int MaxSuggestions { get; init; } = 20;

    /// <summary>
    /// Of work that can outgrow the document: fragments seen from many places, fields compared with each other. A document of 2,000 tokens that means
    /// no harm takes some 5,000; 20,000 take some milliseconds.
    /// </summary>
    public int MaxSteps { get; init; } = 20_000;

    /// <summary>Whether <c>__schema</c> and <c>__type</c> may be asked for. Where not, errors do not suggest names either.</summary>
    public bool IntrospectionAllowed { get; init; } = true;

    /// <summary>Whether texts in arguments, defaults and variables may hold U+0000. PostgreSQL cannot, and fails where it is asked for such a text instead of finding none.</summary>
    public bool NulAllowed { get; init; } = true;

    /// <summary>How deep the lists of introspection (fields, interfaces, possibleTypes, inputFields) may nest: less than this many.</summary>
    public int MaxIntrospectionDepth { get; init; } = 3;

    /// <summary>How deep fields may nest after fragments are put in their place. The introspection of usual tools takes 15.</summary>
    public int MaxDepth { get; init; } = 20;

    /// <summary>Of fields of an operation after fragments are put in their place.</summary>
    public long MaxFields { get; init; } = 1_000;

    /// <summary>Of fields of an operation that go by another name, after fragments are put in their place.</summary>
    public long MaxAliases { get; init; } = 100;

    /// <summary>Of fields of an operation's root, after fragments are put in their place.</summary>
    public long MaxRootFields { get; init; } = 50;

    /// <summary>On one place of the document.</summary>
    public int MaxDirectives { get; init; } = 10;
}
