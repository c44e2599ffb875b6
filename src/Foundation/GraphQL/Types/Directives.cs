using HotChocolate.Language;

namespace HotChocolate.Types;

/// <summary>The directives of the specification, section 3.13.</summary>
public static class Directives
{
    public const string NoLongerSupported = "No longer supported";

    public static DirectiveType Skip { get; } = With(new("skip", [DirectiveLocation.Field, DirectiveLocation.FragmentSpread, DirectiveLocation.InlineFragment],
        "Leaves a selection out when `if` is true."), new InputField("if", new NonNullType(Scalars.Boolean), "Left out when true."));

    public static DirectiveType Include { get; } = With(new("include", [DirectiveLocation.Field, DirectiveLocation.FragmentSpread, DirectiveLocation.InlineFragment],
        "Takes a selection in only when `if` is true."), new InputField("if", new NonNullType(Scalars.Boolean), "Taken in when true."));

    public static DirectiveType Deprecated { get; } = With(new("deprecated",
        [DirectiveLocation.FieldDefinition, DirectiveLocation.ArgumentDefinition, DirectiveLocation.InputFieldDefinition, DirectiveLocation.EnumValue],
        "Still there, but not to be used any more."), new InputField("reason", new NonNullType(Scalars.String), "Why, and what to use instead; Markdown.", new StringValueNode(default, NoLongerSupported, false)));

    public static DirectiveType SpecifiedBy { get; } = With(new("specifiedBy", [DirectiveLocation.Scalar],
        "Where the form and meaning of a scalar are written down."), new InputField("url", new NonNullType(Scalars.String), "Address of the specification."));

    public static DirectiveType OneOf { get; } = new("oneOf", [DirectiveLocation.InputObject], "Just one field of the input must be given, and it must not be null.");

    public static IReadOnlyList<DirectiveType> All { get; } = [Include, Skip, Deprecated, SpecifiedBy, OneOf];

    private static DirectiveType With(DirectiveType directive, InputField argument)
    {
        directive.Arguments.Add(argument);
        return directive;
    }
}
