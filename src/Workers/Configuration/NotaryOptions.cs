using System.Security.Cryptography;
using System.Text.Json.Serialization;
using EventSourcedTrading.Notary;
using EventSourcedTrading.TransparencyLog;

namespace EventSourcedTrading.Workers.Configuration;

/// <summary>Who signs the log's checkpoints, and where they go.</summary>
public sealed record NotaryOptions
{
    /// <summary>The log's name: by convention a URL without its scheme, such as <c>example.org/desk</c>.</summary>
    public required string Origin { get; set; }

    /// <summary>Folder for the checkpoints and the leaf hashes: best on a disk that the database's administrator cannot write to.</summary>
    public required string Archive { get; set; }

    /// <summary>Seconds between checkpoints while events arrive, above 0 to 3,600.</summary>
    public double EverySeconds { get; set; } = 1;

    /// <summary>Seconds between verifications of what is new, rows and all; 0 for none.</summary>
    public double VerifyEverySeconds { get; set; } = 300;

    public IReadOnlyList<WitnessOptions> Witnesses { get; set; } = [];

    /// <summary>An RFC 3161 authority; null for none.</summary>
    public TimeStampOptions? TimeStamps { get; set; }

    public void Check(string file)
    {
        if (EverySeconds is not (> 0 and <= 3_600)) throw new ConfigurationException($"{file}: notary.everySeconds {EverySeconds} must be above 0 and at most 3600.");
        if (VerifyEverySeconds is not (>= 0 and <= 86_400)) throw new ConfigurationException($"{file}: notary.verifyEverySeconds {VerifyEverySeconds} must be 0 to 86400.");
        foreach (var witness in Witnesses)
        {
            try
            {
                NoteKey.Parse(witness.Key);
            }
            catch (InvalidProofException e)
            {
                throw new ConfigurationException($"{file}: notary.witnesses: {e.Message}");
            }
        }
    }

    /// <summary>The private key in PEM; from <c>EST_NOTARY_KEY</c>, or the file that <c>EST_NOTARY_KEY_FILE</c> names.</summary>
    [JsonIgnore]
    public string? Key { get; init; }

    /// <summary>From <c>EST_NOTARY_PASSPHRASE</c>.</summary>
    [JsonIgnore]
    public string? Passphrase { get; init; }

    /// <summary>The same with what the environment has.</summary>
    public NotaryOptions WithKey() => this with { Key = KeyFromEnvironment(), Passphrase = Environment.GetEnvironmentVariable("EST_NOTARY_PASSPHRASE") };

    /// <exception cref="ConfigurationException">There is no key, or it cannot be used.</exception>
    public static ECDsa Open(string? key, string? passphrase)
    {
        if (string.IsNullOrEmpty(key)) throw new ConfigurationException("The notary has no key. Make one with 'est audit key', and set EST_NOTARY_KEY_FILE to its file.");
        try
        {
            return SigningKey.Read(key, passphrase);
        }
        catch (SigningKeyException e)
        {
            throw new ConfigurationException($"EST_NOTARY_KEY: {e.Message}");
        }
    }

    public static string? KeyFromEnvironment()
    {
        if (Environment.GetEnvironmentVariable("EST_NOTARY_KEY") is { Length: > 0 } key) return key;
        if (Environment.GetEnvironmentVariable("EST_NOTARY_KEY_FILE") is not { Length: > 0 } file) return null;
        try
        {
            return File.ReadAllText(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ConfigurationException($"EST_NOTARY_KEY_FILE {file} cannot be read: {e.Message}");
        }
    }
}

/// <param name="Url">Where <c>add-checkpoint</c> of C2SP tlog-witness is.</param>
/// <param name="Key">Its verifier key; only signatures that it verifies are kept.</param>
public sealed record WitnessOptions(Uri Url, string Key);

/// <param name="Roots">PEM file of the certificates that the authority's must lead to.</param>
/// <param name="EverySeconds">Seconds between time-stamps, at least 1.</param>
public sealed record TimeStampOptions(Uri Url, string Roots, double EverySeconds = 60);
