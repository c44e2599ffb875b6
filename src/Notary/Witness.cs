using System.Globalization;
using System.Net;
using System.Text;
using EventSourcedTrading.TransparencyLog;

namespace EventSourcedTrading.Notary;

/// <summary>
/// A witness, C2SP tlog-witness: it signs a checkpoint only after it has seen a proof that the log grew from the one that it signed
/// before. So nobody, the notary's owner included, can show two histories to two people who trust it.
/// </summary>
/// <param name="prefix">What <c>/add-checkpoint</c> is appended to.</param>
public sealed class Witness(HttpClient http, Uri prefix, NoteKey key, LogProofs proofs)
{
    /// <summary>A signature line of one witness is far shorter.</summary>
    private const int MaxAnswer = 16 << 10;

    private long known;

    public NoteKey Key => key;

    /// <summary>Has the witness sign, and checks what it signed.</summary>
    /// <returns>Its signature lines, as they go under the note.</returns>
    /// <exception cref="InvalidProofException">It refused, or its signature does not hold.</exception>
    /// <exception cref="HttpRequestException">It could not be reached.</exception>
    public async Task<IReadOnlyList<string>> CosignAsync(SignedCheckpoint signed, CancellationToken ct = default)
    {
        // Twice: the first answer may be how far it really is.
        for (var attempt = 0; ; attempt++)
        {
            using var response = await PostAsync(signed, ct);
            var answer = await ReadAsync(response, ct);
            if (response.StatusCode == HttpStatusCode.Conflict && attempt == 0 && long.TryParse(answer.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var size) && size <= signed.Checkpoint.Size)
            {
                known = size;
                continue;
            }

            if (response.StatusCode != HttpStatusCode.OK) throw new InvalidProofException($"The witness answered {(int)response.StatusCode}: {answer.Trim()}");
            var cosigned = SignedNote.Parse(signed.Note.ToString() + answer);
            if (!cosigned.Verify(key).Any()) throw new InvalidProofException("The witness sent no signature of its own.");
            known = signed.Checkpoint.Size;
            return [.. answer.Split('\n', StringSplitOptions.RemoveEmptyEntries)];
        }
    }

    private async Task<HttpResponseMessage> PostAsync(SignedCheckpoint signed, CancellationToken ct)
    {
        var body = new StringBuilder().Append(CultureInfo.InvariantCulture, $"old {known}\n");
        foreach (var hash in await proofs.ConsistencyAsync(known, signed.Checkpoint.Size, ct)) body.Append(Convert.ToBase64String(hash)).Append('\n');
        body.Append('\n').Append(signed.Note);
        using var content = new StringContent(body.ToString(), Encoding.UTF8);
        return await http.PostAsync(new Uri(prefix.ToString().TrimEnd('/') + "/add-checkpoint"), content, ct);
    }

    private static async Task<string> ReadAsync(HttpResponseMessage response, CancellationToken ct)
    {
        await using var stream = await response.Content.ReadAsStreamAsync(ct);
        var answer = new byte[MaxAnswer + 1];
        var length = await stream.ReadAtLeastAsync(answer, answer.Length, throwOnEndOfStream: false, ct);
        return length <= MaxAnswer ? Encoding.UTF8.GetString(answer, 0, length) : throw new InvalidProofException($"The witness's answer has more than {MaxAnswer} bytes.");
    }
}
