using HotChocolate.Language;
using HotChocolate.Types;

namespace HotChocolate.Validation;

/// <summary>What the rules know of a document, and where they report. Nothing here outlives one validation.</summary>
internal sealed class ValidationContext
{
    private const int LongestMessage = 4_000;

    private readonly Dictionary<string, FragmentDefinitionNode> _fragments = new(StringComparer.Ordinal);
    private readonly Dictionary<SelectionSetNode, List<FragmentSpreadNode>> _spreads = [];
    private readonly List<Error> _errors = [];
    private readonly HashSet<string> _types = new(StringComparer.Ordinal);
    private HashSet<FragmentDefinitionNode>? _used;
    private int _suggestions;

    public ValidationContext(Schema schema, DocumentNode document, ValidationOptions options)
    {
        (Schema, Document, Options) = (schema, document, options);
        foreach (var definition in document.Definitions)
        {
            switch (definition)
            {
                case FragmentDefinitionNode fragment: _fragments[fragment.Name.Value] = fragment; break;
                case OperationDefinitionNode operation: Operations.Add(operation); break;
                case ITypeDefinitionNode { IsExtension: false } type: _types.Add(type.Name.Value); break;
            }
        }
    }

    public Schema Schema { get; }
    public DocumentNode Document { get; }
    public ValidationOptions Options { get; }
    public List<OperationDefinitionNode> Operations { get; } = [];
    public IReadOnlyList<Error> Errors => _errors;
    public bool HasErrors => _errors.Count > 0;

    /// <summary>Of <see cref="Spend"/>: for tests and figures.</summary>
    public int Steps { get; private set; }

    /// <summary>The last of a name; null where there is none.</summary>
    public FragmentDefinitionNode? Fragment(string name) => _fragments.GetValueOrDefault(name);

    /// <summary>Whether the document itself defines it, which it should not.</summary>
    public bool DefinesType(string name) => _types.Contains(name);

    public void Report(string message, params ReadOnlySpan<Location> locations) => Report(new Error(message, locations));

    /// <exception cref="ValidationAborted">There were enough.</exception>
    public void Report(Error error)
    {
        if (_errors.Count >= Options.MaxErrors) throw Abort("Too many validation errors, error limit reached. Validation aborted.");
        _errors.Add(error.Message.Length <= LongestMessage ? error : error with { Message = string.Concat(error.Message.AsSpan(0, LongestMessage), "…") });
    }

    /// <summary>Counts work that is not in proportion to the document.</summary>
    /// <exception cref="ValidationAborted">It was too much.</exception>
    public void Spend(int steps = 1)
    {
        Steps += steps;
        if (Steps > Options.MaxSteps) throw Abort("Validation aborted.");
    }

    /// <summary>The document nests deeper than the stack is.</summary>
    public void GiveUp() => Abort("Validation aborted.");

    /// <summary>Whether an error may name what was meant: not where the schema is not to be known, nor for ever.</summary>
    public bool MaySuggest() => Options.IntrospectionAllowed && _suggestions++ < Options.MaxSuggestions;

    /// <summary>Names that may have been meant; empty where there are none or they may not be told.</summary>
    public string Suggest(string name, Func<IEnumerable<string>> known) => MaySuggest() ? Suggestions.For(name, known()) : "";

    /// <summary>Spreads anywhere in a selection, but not those in the fragments they name.</summary>
    public List<FragmentSpreadNode> SpreadsIn(SelectionSetNode selections)
    {
        if (_spreads.TryGetValue(selections, out var spreads)) return spreads;
        spreads = [];
        var open = new Stack<SelectionSetNode>([selections]);
        while (open.TryPop(out var set))
        {
            foreach (var selection in set.Selections)
            {
                switch (selection)
                {
                    case FragmentSpreadNode spread: spreads.Add(spread); break;
                    case FieldNode { SelectionSet: { } nested }: open.Push(nested); break;
                    case InlineFragmentNode inline: open.Push(inline.SelectionSet); break;
                }
            }
        }

        return _spreads[selections] = spreads;
    }

    /// <summary>Fragments that a selection leads to, also through others; each once.</summary>
    public List<FragmentDefinitionNode> FragmentsFrom(params ReadOnlySpan<OperationDefinitionNode> operations)
    {
        var (found, names) = (new List<FragmentDefinitionNode>(), new HashSet<string>(StringComparer.Ordinal));
        foreach (var operation in operations) Follow(operation.SelectionSet);
        for (var i = 0; i < found.Count; i++) Follow(found[i].SelectionSet);
        return found;

        void Follow(SelectionSetNode selections)
        {
            foreach (var spread in SpreadsIn(selections))
            {
                Spend();
                if (names.Add(spread.Name.Value) && Fragment(spread.Name.Value) is { } fragment) found.Add(fragment);
            }
        }
    }

    /// <summary>Whether an operation leads to it.</summary>
    public bool IsUsed(FragmentDefinitionNode fragment) => (_used ??= [.. FragmentsFrom([.. Operations])]).Contains(fragment);

    public INamedType? Type(NamedTypeNode node) => Schema.Types.GetValueOrDefault(node.Name.Value);

    /// <summary>Null where the name inside is not known.</summary>
    public IType? Type(ITypeNode node) => node switch
    {
        ListTypeNode list => Type(list.Type) is { } type ? new ListType(type) : null,
        NonNullTypeNode nonNull => Type(nonNull.Type) is { } type ? new NonNullType(type) : null,
        _ => Type((NamedTypeNode)node),
    };

    private ValidationAborted Abort(string message)
    {
        _errors.Add(new Error(message));
        return new ValidationAborted();
    }
}

/// <summary>Ends a validation whose last error is in the context already.</summary>
internal sealed class ValidationAborted() : Exception("Validation aborted.");
