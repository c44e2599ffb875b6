using System.Diagnostics;

namespace EventSourcedTrading.Brokers.Credentials;

/// <summary>A key, password or token. Whatever prints it, prints <c>***</c>; only who asks by name gets the text.</summary>
[DebuggerDisplay("***")]
public readonly struct Secret(string text) : IEquatable<Secret>
{
    public const string Blotted = "***";

    private readonly string? text = text;

    public bool IsEmpty => string.IsNullOrEmpty(text);

    /// <summary>The text itself, for a request to be signed and nothing else.</summary>
    public string Reveal() => text ?? "";

    public override string ToString() => Blotted;

    public bool Equals(Secret other) => string.Equals(Reveal(), other.Reveal(), StringComparison.Ordinal);

    public override bool Equals(object? obj) => obj is Secret other && Equals(other);

    public override int GetHashCode() => StringComparer.Ordinal.GetHashCode(Reveal());

    public static bool operator ==(Secret left, Secret right) => left.Equals(right);

    public static bool operator !=(Secret left, Secret right) => !left.Equals(right);
}

/// <summary>Credentials cannot be read; the message says from where, why and how to mend it, and nothing of what was read.</summary>
public sealed class CredentialsException(string source, string what, string mend) : Exception($"credentials {source}: {what}. {mend}");
