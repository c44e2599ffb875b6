using HotChocolate.Language;

namespace HotChocolate.Types;

/// <summary>Directives whose definition leads back to themselves: by what stands on their arguments, or on the types of these (specification, section 3.13, "Type Validation").</summary>
internal sealed class DirectiveCycles(DocumentNode document)
{
    private readonly ILookup<string, ITypeDefinitionNode> _types = document.Definitions.OfType<ITypeDefinitionNode>().ToLookup(t => t.Name.Value, StringComparer.Ordinal);
    private readonly ILookup<string, DirectiveDefinitionNode> _directives = document.Definitions.OfType<DirectiveDefinitionNode>().ToLookup(d => d.Name.Value, StringComparer.Ordinal);

    public static void Check(DocumentNode document, Action<Error> report)
    {
        var cycles = new DirectiveCycles(document);
        foreach (var directive in document.Definitions.OfType<DirectiveDefinitionNode>())
            if (cycles.LeadsBack(directive))
                report(new Error($"Directive \"@{directive.Name.Value}\" must not reference itself, be it through its arguments' directives or types.", directive.Name.Location));
    }

    private bool LeadsBack(DirectiveDefinitionNode directive)
    {
        var (directives, types) = (new HashSet<string>(StringComparer.Ordinal), new HashSet<string>(StringComparer.Ordinal));
        var open = new Queue<InputValueDefinitionNode>(directive.Arguments);
        while (open.TryDequeue(out var input))
        {
            Follow(input.Directives);
            var type = input.Type.NamedType().Name.Value;
            if (!types.Add(type)) continue;
            foreach (var definition in _types[type])
            {
                Follow(definition.Directives);
                if (definition is InputObjectTypeDefinitionNode fields) Open(fields.Fields);
                if (definition is not EnumTypeDefinitionNode names) continue;
                foreach (var value in names.Values) Follow(value.Directives);
            }
        }

        return directives.Contains(directive.Name.Value);

        void Follow(IReadOnlyList<DirectiveNode> applied)
        {
            foreach (var node in applied)
            {
                if (!directives.Add(node.Name.Value)) continue;
                foreach (var definition in _directives[node.Name.Value]) Open(definition.Arguments);
            }
        }

        void Open(IReadOnlyList<InputValueDefinitionNode> inputs)
        {
            foreach (var input in inputs) open.Enqueue(input);
        }
    }
}
