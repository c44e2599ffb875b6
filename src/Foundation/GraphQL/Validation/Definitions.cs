using HotChocolate.Language;

namespace HotChocolate.Validation;

/// <summary>What stands at the top of a request: operations and fragments with names of their own (specification, sections 5.1, 5.2 and 5.5.1.1).</summary>
internal static class Definitions
{
    public static void Check(ValidationContext context)
    {
        var (operations, fragments) = (new Dictionary<string, NameNode>(StringComparer.Ordinal), new Dictionary<string, NameNode>(StringComparer.Ordinal));
        foreach (var operation in context.Operations)
            if (context.Schema.RootType(operation.Operation) is null)
                context.Report($"Schema is not configured to execute {operation.Operation.ToString().ToLowerInvariant()} operation.", operation.Location);
        foreach (var definition in context.Document.Definitions)
        {
            switch (definition)
            {
                case OperationDefinitionNode { Name: { } name }:
                    if (!operations.TryAdd(name.Value, name))
                        context.Report($"There can be only one operation named \"{name.Value}\".", operations[name.Value].Location, name.Location);
                    break;
                case OperationDefinitionNode anonymous when context.Operations.Count > 1:
                    context.Report("This anonymous operation must be the only defined operation.", anonymous.Location);
                    break;
                case OperationDefinitionNode:
                    break;
                case FragmentDefinitionNode { Name: var name }:
                    if (!fragments.TryAdd(name.Value, name))
                        context.Report($"There can be only one fragment named \"{name.Value}\".", fragments[name.Value].Location, name.Location);
                    break;
                default:
                    context.Report($"The {NameOf(definition)} definition is not executable.", definition.Location);
                    break;
            }
        }
    }

    private static string NameOf(IDefinitionNode definition) => definition switch
    {
        ITypeDefinitionNode type => $"\"{type.Name.Value}\"",
        DirectiveDefinitionNode directive => $"\"{directive.Name.Value}\"",
        _ => "schema",
    };
}
