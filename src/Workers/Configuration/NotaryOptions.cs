using System.Security.Cryptography;
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

    /// <summary>The private key, which is in the environment or in a file that the environment names; null if there is none.</summary>
    /// <exception cref="ConfigurationException">It cannot be read or used.</exception>
    public static ECDsa? Key()
    {
        var (pem, file) = (Environment.GetEnvironmentVariable("EST_NOTARY_KEY"), Environment.GetEnvironmentVariable("EST_NOTARY_KEY_FILE"));
        if (string.IsNullOrEmpty(pem) && string.IsNullOrEmpty(file)) return null;
        try
        {
            return SigningKey.Read(string.IsNullOrEmpty(pem) ? File.ReadAllText(file!) : pem, Environment.GetEnvironmentVariable("EST_NOTARY_PASSPHRASE"));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or SigningKeyException)
        {
            throw new ConfigurationException($"EST_NOTARY_KEY: {e.Message}");
        }
    }
}

/// <param name="Url">Where <c>add-checkpoint</c> of C2SP tlog-witness is.</param>
/// <param name="Key">Its verifier key; only signatures that it verifies are kept.</param>
public sealed record WitnessOptions(Uri Url, string Key);

/// <param name="Roots">PEM file of the certificates that the authority's must lead to.</param>
/// <param name="EverySeconds">Seconds between time-stamps, at least 1.</param>
public sealed record TimeStampOptions(Uri Url, string Roots, double EverySeconds = 60);
