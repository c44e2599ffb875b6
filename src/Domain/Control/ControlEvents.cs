using System.Text.Json;
using EventSourcedTrading.Domain.Engine;
using EventSourcedTrading.Domain.Time;

namespace EventSourcedTrading.Domain.Control;

// Stream control-{portfolio}, or control-firm for what concerns all of them. The control plane alone writes it, after it has
// found out who asks; the engine reads it from the log. So only who may write to the log can command an engine, and a command
// that was accepted is never lost, whatever is down.

/// <summary>A caller was known and entitled: the engine takes it from here, and answers with <see cref="CommandAnswered"/>.</summary>
/// <param name="CommandId">The caller's idempotency key, with the caller's reference before it; unique within the portfolio.</param>
/// <param name="Actor">The person, not the key: a person with two keys is one actor. A reference; in old logs a name.</param>
/// <param name="Approver">The second person, where one has agreed.</param>
/// <param name="Role">The role that entitled the actor.</param>
/// <param name="Credential">Id of the API key, or issuer of the token; never the secret.</param>
/// <param name="Address">Where the call came from, sealed under the actor's own key; in old logs in the clear.</param>
/// <param name="Operation">Such as <c>setRiskLimits</c>.</param>
/// <param name="Command">The command as <see cref="InputJson"/> writes it.</param>
public sealed record CommandAuthorised(
    string CommandId, string Portfolio, string Actor, string? Approver, string Role, string Credential, string Address,
    string Reason, string Operation, JsonElement Command, Timestamp At) : DomainEvent;

/// <summary>A call that came to nothing at the door: an unknown key, a role that may not, a body that is none.</summary>
/// <param name="Actor">Null where the caller could not be identified.</param>
/// <param name="Address">Sealed under the actor's own key; without an actor a pseudonym that is good for a day.</param>
/// <param name="Code">Stable, upper case.</param>
public sealed record CommandTurnedAway(
    string? CommandId, string Portfolio, string? Actor, string? Credential, string Address, string Operation, string Code, string Reason,
    Timestamp At) : DomainEvent;

/// <summary>A command that takes two persons waits for the second.</summary>
public sealed record ApprovalRequested(
    string ApprovalId, string CommandId, string Portfolio, string Actor, string Role, string Credential, string Address, string Reason,
    string Operation, JsonElement Command, string Why, Timestamp At, Timestamp ExpiresAt) : DomainEvent;

/// <summary>A second person agreed; the <see cref="CommandAuthorised"/> that follows names both.</summary>
public sealed record ApprovalGranted(string ApprovalId, string Portfolio, string Actor, string Credential, string Address, string Reason, Timestamp At) : DomainEvent;

public sealed record ApprovalDenied(string ApprovalId, string Portfolio, string Actor, string Credential, string Address, string Reason, Timestamp At) : DomainEvent;

// Stream commands-{portfolio}, written by the engine.

/// <summary>What became of a command; a repeat of it gets the same.</summary>
/// <param name="Outcome">done or refused.</param>
/// <param name="Code">Stable, upper case, of a refusal.</param>
public sealed record CommandAnswered(
    string Portfolio, string CommandId, string Actor, string? Approver, string Operation, string Outcome, string? Code, string Reason) : DomainEvent;
