using System.Security.Cryptography;
using EventSourcedTrading.EventStore.Audit;

namespace EventSourcedTrading.Backtesting.Running;

/// <summary>What a run follows from. Two runs of one identity decide the same.</summary>
/// <param name="Configuration">Canonical JSON, as UTF-8.</param>
/// <param name="Seed">Of the venue's draws.</param>
/// <param name="CodeVersion">Of the program; runs of different versions may differ.</param>
public sealed record RunIdentity(string Id, DataFingerprint Data, ReadOnlyMemory<byte> Configuration, string ConfigurationHash, long Seed, string CodeVersion)
{
    public const int MaxIdLength = 64;

    /// <param name="id">Null for one that follows from data, configuration and seed.</param>
    /// <param name="configuration">JSON as UTF-8.</param>
    /// <exception cref="ArgumentException">The id is not well-formed.</exception>
    public static RunIdentity Of(string? id, DataFingerprint data, ReadOnlySpan<byte> configuration, long seed, string codeVersion)
    {
        if (id is not null && !IsId(id)) throw new ArgumentException($"id '{id}' must be 1 to {MaxIdLength} letters, digits, '-' and '_'.", nameof(id));
        var canonical = CanonicalJson.Write(configuration);
        var hash = Convert.ToHexStringLower(SHA256.HashData(canonical));
        var own = SHA256.HashData(System.Text.Encoding.ASCII.GetBytes(FormattableString.Invariant($"{data.Hash}\n{hash}\n{seed}\n")));
        return new RunIdentity(id ?? Convert.ToHexStringLower(own)[..16], data, canonical, hash, seed, codeVersion);
    }

    /// <summary>It is a folder's name, part of a stream's and of a NATS subject.</summary>
    public static bool IsId(string id) =>
        id is { Length: >= 1 and <= MaxIdLength } && id.AsSpan().IndexOfAnyExcept("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_") < 0;
}
