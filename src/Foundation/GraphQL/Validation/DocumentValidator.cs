using HotChocolate.Language;
using HotChocolate.Types;

namespace HotChocolate.Validation;

/// <summary>
/// Whether a request keeps the rules of the specification, section 5, and the limits of <see cref="ValidationOptions"/>. A valid document can be kept and run
/// as often as one likes. Work is in proportion to the document, or counted and given up ("Validation aborted.").
/// </summary>
public static class DocumentValidator
{
    /// <returns>Empty for a valid document. A document beyond the limits is told so and nothing else.</returns>
    public static IReadOnlyList<Error> Validate(Schema schema, DocumentNode document, ValidationOptions? options = null) => Run(schema, document, options).Errors;

    internal static ValidationContext Run(Schema schema, DocumentNode document, ValidationOptions? options)
    {
        var context = new ValidationContext(schema, document, options ?? ValidationOptions.Default);
        try
        {
            Limits.Check(context);
            if (!context.HasErrors) CheckRules(context);
        }
        catch (ValidationAborted)
        {
            // The context has the error.
        }
        catch (InsufficientExecutionStackException)
        {
            context.GiveUp();
        }

        return context;
    }

    private static void CheckRules(ValidationContext context)
    {
        Definitions.Check(context);
        SingleFieldSubscriptions.Check(context);
        var usages = new DocumentWalk(context).Walk();
        FragmentUse.Check(context);
        VariableRules.Check(context, usages);
        OverlappingFields.Check(context);
    }
}
