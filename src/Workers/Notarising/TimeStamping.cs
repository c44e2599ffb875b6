using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using EventSourcedTrading.Notary;
using EventSourcedTrading.TransparencyLog;
using EventSourcedTrading.Workers.Configuration;

namespace EventSourcedTrading.Workers.Notarising;

/// <summary>Has checkpoints time-stamped now and then: one stamp covers all events before it.</summary>
internal sealed class TimeStamping
{
    private readonly HttpClient http;
    private readonly TimeStampOptions options;
    private readonly CheckpointStore store;
    private readonly string archive;
    private readonly X509Certificate2Collection roots = [];
    private DateTimeOffset due = DateTimeOffset.MinValue;

    /// <exception cref="ConfigurationException">The file of root certificates is none.</exception>
    public TimeStamping(HttpClient http, TimeStampOptions options, CheckpointStore store, string archive)
    {
        (this.http, this.options, this.store, this.archive) = (http, options, store, archive);
        try
        {
            roots.ImportFromPemFile(options.Roots);
        }
        catch (Exception e) when (e is IOException or CryptographicException or UnauthorizedAccessException)
        {
            throw new ConfigurationException($"notary.timeStamps.roots {options.Roots} cannot be read as PEM certificates: {e.Message}");
        }
    }

    public async Task StampAsync(SignedCheckpoint signed, CancellationToken ct)
    {
        if (signed.At < due) return;
        var token = await TimeStamps.RequestAsync(http, options.Url, Encoding.UTF8.GetBytes(signed.Note.ToString()), roots, ct);
        due = signed.At.AddSeconds(options.EverySeconds);
        await File.WriteAllBytesAsync(Path.Combine(archive, string.Create(CultureInfo.InvariantCulture, $"{signed.Checkpoint.Size:D20}.tst")), token, ct);
        await store.AddTimeStampAsync(signed.Checkpoint.Size, options.Url.ToString(), token, ct);
    }
}
