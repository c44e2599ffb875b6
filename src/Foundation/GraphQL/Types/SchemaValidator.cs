using System.Buffers;
using HotChocolate.Validation;

namespace HotChocolate.Types;

/// <summary>Whether a schema keeps the rules of the specification, section 3 ("Type Validation"). The words are those of graphql-js.</summary>
public sealed class SchemaValidator
{
    private static readonly SearchValues<char> NameCharacters = SearchValues.Create("_0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ");

    private readonly Schema _schema;
    private readonly SchemaDefects _defects;
    private readonly List<Error> _errors = [];

    private SchemaValidator(Schema schema, SchemaDefects defects) => (_schema, _defects) = (schema, defects);

    /// <returns>Empty for a schema that keeps them all.</returns>
    public static IReadOnlyList<Error> Validate(Schema schema) => Validate(schema, new SchemaDefects());

    internal static IReadOnlyList<Error> Validate(Schema schema, SchemaDefects defects)
    {
        var validator = new SchemaValidator(schema, defects);
        validator._errors.AddRange(defects.Errors);
        if (schema.QueryType is null && !defects.HasQuery) validator.Report("Query root type must be provided.");
        validator.Roots();
        foreach (var directive in schema.DirectiveTypes.Values) validator.Directive(directive);
        foreach (var type in schema.Types.Values) validator.Type(type);
        InputCycles.Check(schema, validator._errors);
        return validator._errors;
    }

    private void Roots()
    {
        var roots = new (string Operation, ObjectType? Type)[] { ("query", _schema.QueryType), ("mutation", _schema.MutationType), ("subscription", _schema.SubscriptionType) };
        foreach (var same in roots.Where(r => r.Type is not null).GroupBy(r => r.Type!.Name, r => r.Operation, StringComparer.Ordinal).Where(g => g.Skip(1).Any()))
            Report($"All root types must be different, \"{same.Key}\" type is used as {string.Join(" and ", same)} root types.");
    }

    private void Directive(DirectiveType directive)
    {
        Name(directive.Name);
        if (directive.Locations.Count == 0) Report($"Directive @{directive.Name} must include 1 or more locations.");
        foreach (var argument in directive.Arguments) Input(argument, $"@{directive.Name}({argument.Name}:)", "argument");
    }

    private void Type(INamedType type)
    {
        if (!Introspection.Types.Contains(type)) Name(type.Name);
        switch (type)
        {
            case IComplexType complex:
                Fields(complex);
                foreach (var face in complex.Interfaces) Implements(complex, face);
                break;
            case UnionType union:
                if (!_defects.HasMembers(union)) Report($"Union type {union.Name} must define one or more member types.");
                foreach (var same in union.Types.GroupBy(t => t.Name, StringComparer.Ordinal))
                    for (var i = 1; i < same.Count(); i++) Report($"Union type {union.Name} can only include type {same.Key} once.");
                break;
            case EnumType names:
                if (names.Values.Count == 0) Report($"Enum type {names.Name} must define one or more values.");
                foreach (var value in names.Values)
                {
                    if (value.Name is "true" or "false" or "null") Report($"Enum values cannot be named: {value.Name}");
                    Name(value.Name);
                }

                break;
            case InputObjectType input:
                if (input.Fields.Count == 0) Report($"Input Object type {input.Name} must define one or more fields.");
                foreach (var field in input.Fields) InputField(input, field);
                break;
        }
    }

    private void Fields(IComplexType type)
    {
        if (type.Fields.Count == 0) Report($"Type {type.Name} must define one or more fields.");
        foreach (var field in type.Fields)
        {
            Name(field.Name);
            if (!field.Type.IsOutput()) Report($"The type of {type.Name}.{field.Name} must be Output Type but got: {field.Type}.");
            foreach (var argument in field.Arguments) Input(argument, $"{type.Name}.{field.Name}({argument.Name}:)", "argument");
        }
    }

    private void InputField(InputObjectType type, InputField field)
    {
        Input(field, $"{type.Name}.{field.Name}", "input field");
        if (type.IsOneOf && field.Type.IsNonNull()) Report($"OneOf input field {type.Name}.{field.Name} must be nullable.");
        if (type.IsOneOf && field.DefaultValue is not null) Report($"OneOf input field {type.Name}.{field.Name} cannot have a default value.");
    }

    private void Input(InputField input, string coordinate, string what)
    {
        Name(input.Name);
        if (input.IsRequired && input.DeprecationReason is not null) Report($"Required {what} {coordinate} cannot be deprecated.");
        if (!input.Type.IsInput()) Report($"The type of {coordinate} must be Input Type but got: {input.Type}.");
        else if (input.DefaultValue is { } value)
            ValuesOfCorrectType.Check(value, input.Type, error => Report($"The default value of {coordinate} is not of its type: {error.Message}"));
    }

    private void Implements(IComplexType type, InterfaceType face)
    {
        if (ReferenceEquals(type, face))
        {
            Report($"Type {type.Name} cannot implement itself because it would create a circular reference.");
            return;
        }

        foreach (var further in face.Interfaces)
        {
            if (type.Interfaces.Contains(further.Name)) continue;
            Report(ReferenceEquals(further, type)
                ? $"Type {type.Name} cannot implement {face.Name} because it would create a circular reference."
                : $"Type {type.Name} must implement {further.Name} because it is implemented by {face.Name}.");
        }

        foreach (var wanted in face.Fields)
        {
            if (!type.Fields.TryGet(wanted.Name, out var field)) Report($"Interface field {face.Name}.{wanted.Name} expected but {type.Name} does not provide it.");
            else Implements(type, field, face, wanted);
        }
    }

    private void Implements(IComplexType type, OutputField field, InterfaceType face, OutputField wanted)
    {
        if (!field.Type.IsSubTypeOf(wanted.Type))
            Report($"Interface field {face.Name}.{wanted.Name} expects type {wanted.Type} but {type.Name}.{field.Name} is type {field.Type}.");
        if (field.DeprecationReason is not null && wanted.DeprecationReason is null)
            Report($"Interface field {face.Name}.{wanted.Name} is not deprecated, so implementation field {type.Name}.{field.Name} must not be deprecated.");
        foreach (var expected in wanted.Arguments)
        {
            if (!field.Arguments.TryGet(expected.Name, out var argument))
                Report($"Interface field argument {face.Name}.{wanted.Name}({expected.Name}:) expected but {type.Name}.{field.Name} does not provide it.");
            else if (!argument.Type.IsSameAs(expected.Type))
                Report($"Interface field argument {face.Name}.{wanted.Name}({expected.Name}:) expects type {expected.Type} but {type.Name}.{field.Name}({expected.Name}:) is type {argument.Type}.");
        }

        foreach (var argument in field.Arguments)
            if (argument.IsRequired && !wanted.Arguments.Contains(argument.Name))
                Report($"Object field {type.Name}.{field.Name} includes required argument {argument.Name} that is missing from the Interface field {face.Name}.{wanted.Name}.");
    }

    private void Name(string name)
    {
        if (name.Length == 0) Report("Expected name to be a non-empty string.");
        else if (name.AsSpan().ContainsAnyExcept(NameCharacters)) Report($"Names must only contain [_a-zA-Z0-9] but \"{name}\" does not.");
        else if (char.IsAsciiDigit(name[0])) Report($"Names must start with [_a-zA-Z] but \"{name}\" does not.");
        else if (name.StartsWith("__", StringComparison.Ordinal)) Report($"Name \"{name}\" must not begin with \"__\", which is reserved by GraphQL introspection.");
    }

    private void Report(string message) => _errors.Add(new Error(message));
}
