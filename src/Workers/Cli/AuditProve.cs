using System.CommandLine;
using System.Text.Json;
using EventSourcedTrading.EventStore;
using EventSourcedTrading.EventStore.Audit;
using EventSourcedTrading.TransparencyLog;
using EventSourcedTrading.Workers.Explaining;
using EventSourcedTrading.Workers.Notarising;
using EventSourcedTrading.Workers.Proving;

namespace EventSourcedTrading.Workers.Cli;

/// <summary><c>est audit prove</c></summary>
internal static class AuditProve
{
    public static Command Create()
    {
        var order = new Argument<string>("order") { Description = "id of the order, such as main-42" };
        var file = new Option<string?>("--out") { Description = "file to write (default: ORDER.proof.json)" };
        return AuditCommand.Ask("prove", "write the story of an order as a file that proves itself; est-verify checks it, and needs nothing else", [order, file], async (parsed, source, _, json, ct) =>
        {
            var id = parsed.GetValue(order)!;
            try
            {
                var keys = await NotaryKeys.ReadAsync(new EventReader(source), ct);
                if (keys.Count == 0) throw new NotSignedException("No notary has ever signed this log: put 'notary' into est.json and run it.");
                var bundle = await new OrderProof(source).BuildAsync(id, keys[^1], ct);
                var path = parsed.GetValue(file) ?? $"{id}.proof.json";
                await File.WriteAllBytesAsync(path, bundle.Write(), ct);
                var checkpoint = Checkpoint.Parse(SignedNote.Parse(bundle.Checkpoint).Text);
                if (json) Console.WriteLine(JsonSerializer.Serialize(new ProofWritten(path, bundle.Events.Count, checkpoint.Size, bundle.PublicKey, bundle.Timestamp is not null), CliJson.Default.ProofWritten));
                else
                {
                    Console.WriteLine($"{path}: {bundle.Events.Count} events, proven under the checkpoint of {checkpoint.Size} events{(bundle.Timestamp is null ? "" : ", time-stamped")}");
                    Terminal.Note($"Check it anywhere: est-verify {path} --key '{bundle.PublicKey}' (the key must come to the reader by another way than the file).");
                }

                return 0;
            }
            catch (UnknownIdException e)
            {
                Terminal.Error(e.Message);
                return Root.NotFound;
            }
            catch (NotSignedException e)
            {
                Terminal.Error(e.Message);
                return Root.NotYet;
            }
            catch (Exception e) when (e is InvalidProofException or AuditDataException)
            {
                Terminal.Error($"The log does not prove it: {e.Message} Run 'est audit verify'.");
                return Root.Failed;
            }
        });
    }
}

/// <param name="Size">Events that the checkpoint covers.</param>
/// <param name="Key">The notary's verifier key.</param>
public sealed record ProofWritten(string File, int Events, long Size, string Key, bool TimeStamped);
