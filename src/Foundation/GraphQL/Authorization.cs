namespace HotChocolate.Authorization;

/// <summary>Who may ask for a field, or for all fields of a class: whom a policy lets. What a policy is, the host of the schema says.</summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Method)]
public sealed class AuthorizeAttribute(string policy) : Attribute
{
    public string Policy { get; } = policy;
}
