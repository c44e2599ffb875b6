using EventSourcedTrading.Domain.Control;

namespace EventSourcedTrading.Api.Access;

/// <summary>Who calls, once that is certain.</summary>
/// <param name="Person">A reference; whoever has several credentials is still one person.</param>
/// <param name="Credential">Id of the API key, or issuer of the token.</param>
/// <param name="IssuedBy">Who issued the API key; null for a token.</param>
/// <param name="Address">In the clear: it is sealed before it goes on record.</param>
public sealed record Caller(string Person, IReadOnlyList<Role> Roles, string Credential, string? IssuedBy, string Address)
{
    /// <summary>Without the address: values end up in logs.</summary>
    public override string ToString() => Person;
}
