using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using EventSourcedTrading.Verify;

namespace EventSourcedTrading.TransparencyLog.Tests;

/// <summary>Attacks on est-verify: whatever is changed in a bundle that proves something, it must refuse.</summary>
public sealed class VerifyTests
{
    private readonly SmallLog log = SmallLog.Create();

    [Fact]
    public void A_true_story_is_proven_event_by_event()
    {
        var result = Check(log.Bundle());
        Assert.Equal((null, Verification.Proven), (result.Refusal, result.ExitCode));
        Assert.Equal(
            ["input signal:s7", "input signal:s7", "position 4, intent_received", "position 5, decision_made", "position 6, order_approved", "position 7, order_submitted", "position 9, order_acknowledged"],
            result.Events.Select(e => e.Cause));
        Assert.Equal("2026-11-22T12:00:00.012340Z", result.Events[^1].Event.Time);
    }

    [Fact]
    public void A_tree_of_any_size_and_every_position_in_it_is_proven()
    {
        for (var extra = 0; extra < 40; extra++)
        {
            Assert.Null(Check(log.Bundle()).Refusal);
            log.Add("tape-main", "inputs_recorded", null, null);
        }
    }

    [Fact]
    public void Without_a_key_it_is_consistent_only()
    {
        var result = Verification.Check(log.Bundle().Write(), null, null, open: false);
        Assert.Equal((null, Verification.Consistent), (result.Refusal, result.ExitCode));
    }

    [Fact]
    public async Task No_bit_of_a_bundle_can_be_changed()
    {
        using var authority = new TimeStampAuthority();
        var bundle = log.Bundle();
        bundle = bundle with { Timestamp = Convert.ToBase64String(await TimeStampTests.RequestAsync(authority, message: Encoding.UTF8.GetBytes(bundle.Checkpoint))) };
        var json = JsonSerializer.SerializeToUtf8Bytes(JsonDocument.Parse(bundle.Write()).RootElement); // without spaces, which mean nothing
        var (key, roots) = (LogKey.Parse(log.PublicKey.ToString()), new X509Certificate2Collection(authority.Root));
        var truth = Verification.Check(json, key, roots, open: false);
        Assert.Null(truth.Refusal);
        var token = Encoding.UTF8.GetString(json).IndexOf("\"timestamp\":", StringComparison.Ordinal);
        var afterToken = Encoding.UTF8.GetString(json).IndexOf("\"events\":", StringComparison.Ordinal);
        var accepted = 0;
        for (var at = 0; at < json.Length; at++)
        {
            // Two bits of each byte: 5 turns a letter's case, which is what a lax reader overlooks.
            foreach (var bit in at % 8 == 5 ? [5] : new[] { at % 8, 5 })
            {
                json[at] ^= (byte)(1 << bit);
                var result = Verification.Check(json, key, roots, open: false);
                if (result.Refusal is null)
                {
                    // Two spellings of one text, as \u003c and \u003C; and a token may carry bytes that nobody signed. Then nothing else is said.
                    accepted++;
                    Assert.True(Same(truth, result), $"bit {bit} of byte {at} makes it say something else");
                    var read = ProofBundle.Read(json);
                    Assert.True((at > token && at < afterToken) || (read.Checkpoint == bundle.Checkpoint && read.Subject == bundle.Subject && read.PublicKey == bundle.PublicKey), $"bit {bit} of byte {at} was not noticed");
                }

                json[at] ^= (byte)(1 << bit);
            }
        }

        Assert.InRange(accepted, 0, json.Length / 50);
        Assert.True(Same(truth, Verification.Check(json, key, roots, open: false)));
    }

    [Fact]
    public void No_byte_of_a_hash_can_be_changed_and_no_hash_left_out_added_or_moved()
    {
        var bundle = log.Bundle();
        for (var i = 0; i < bundle.Events.Count; i++)
        {
            var (e, proof) = (bundle.Events[i], bundle.Events[i].Proof.ToList());
            for (var h = 0; h < proof.Count; h++)
            {
                for (var b = 0; b < 32; b++)
                {
                    var hash = Convert.FromBase64String(proof[h]);
                    hash[b] ^= 0x40;
                    Refused(With(bundle, i, e with { Proof = [.. proof[..h], Convert.ToBase64String(hash), .. proof[(h + 1)..]] }), "leads to another root");
                }

                Refused(With(bundle, i, e with { Proof = [.. proof[..h], .. proof[(h + 1)..]] }), "hashes, not as many");
                Refused(With(bundle, i, e with { Proof = [.. proof[..h], proof[h], .. proof[h..]] }), "hashes, not as many");
                Refused(With(bundle, i, e with { Proof = [.. proof[..h], Convert.ToBase64String(Convert.FromBase64String(proof[h])[1..]), .. proof[(h + 1)..]] }), "31 bytes");
                for (var other = h + 1; other < proof.Count; other++)
                {
                    var swapped = proof.ToList();
                    (swapped[h], swapped[other]) = (swapped[other], swapped[h]);
                    Refused(With(bundle, i, e with { Proof = swapped }), "leads to another root");
                }
            }

            Refused(With(bundle, i, e with { Proof = [] }), "hashes, not as many");
        }
    }

    [Fact]
    public void No_event_can_be_changed_moved_or_swapped()
    {
        var bundle = log.Bundle();
        for (var i = 0; i < bundle.Events.Count; i++)
        {
            var e = bundle.Events[i];
            Refused(With(bundle, i, e with { Leaf = e.Leaf.Replace(".25", ".26", StringComparison.Ordinal) }), "not the one in the log");
            Refused(With(bundle, i, e with { Leaf = e.Leaf.Replace(",", ", ", StringComparison.Ordinal) }), "not the one in the log");
            for (var position = 1; position <= 14; position++)
            {
                if (position.ToString(CultureInfo.InvariantCulture) != e.Position) Refused(With(bundle, i, e with { Position = position.ToString(CultureInfo.InvariantCulture) }));
            }

            for (var other = 0; other < bundle.Events.Count; other++)
            {
                if (other == i) continue;
                Refused(With(bundle, i, e with { Leaf = bundle.Events[other].Leaf }), "not the one in the log");
                Refused(With(bundle, i, bundle.Events[other]), "positions must ascend");
                Refused(With(With(bundle, i, bundle.Events[other]), other, e), "positions must ascend");
            }
        }
    }

    /// <summary>An inner node has 65 bytes with 0x01 before them: given as a leaf it must not pass for one.</summary>
    [Fact]
    public void An_inner_node_is_no_leaf()
    {
        var (left, right) = (MerkleProofs.HashLeaf("a"u8), MerkleProofs.HashLeaf("b"u8));
        var node = MerkleProofs.HashNode(left, right);
        Assert.NotEqual(node, Tree.Root(0, 1, MerkleProofs.HashLeaf([.. left, .. right]), []));
        Assert.Null(Tree.Root(0, 2, node, []));
        Assert.Null(Tree.Root(long.MaxValue, long.MaxValue, node, []));
        Assert.Null(Tree.Root(-1, 2, node, [left]));
        Assert.Null(Tree.Root(0, long.MaxValue, node, [.. Enumerable.Repeat(left, 62)]));
        Assert.NotNull(Tree.Root(0, long.MaxValue, node, [.. Enumerable.Repeat(left, 63)]));
    }

    [Fact]
    public void Nothing_can_be_cut_out_of_the_story()
    {
        Refused(log.Bundle(positions: [2, 4, 5, 6, 7, 9]), "does not end an order");
        Refused(log.Bundle(positions: [2, 4, 5, 6, 7, 11]), "hole: version 4 at position 11 where 3 must be");
        Refused(log.Bundle(positions: [2, 4, 5, 7, 9, 11]), "hole");
        Refused(log.Bundle(positions: [4, 5, 6, 7, 9, 11]), "stream round-r1 has a hole");
        Refused(log.Bundle(positions: [2, 5, 6, 7, 9, 11]), "stream round-r1 has a hole");
        Refused(log.Bundle(positions: [2, 4, 6, 7, 9, 11]), "which is not in the bundle");
        Refused(log.Bundle(positions: [2, 4, 5]), "no event of the stream order-main-1");
        Refused(log.Bundle("order main-2", [3, 10]), "does not end an order");
        Refused(log.Bundle("order main-2"), "no event of the stream order-main-2");
        Refused(log.Bundle("round r1"), "subject");
        Refused(log.Bundle("order "), "subject");
        Assert.Null(Verification.Check(log.Bundle("order main-2", 3, 10).Write(), LogKey.Parse(log.PublicKey.ToString()), null, open: true).Refusal);
        Assert.Null(Check(log.Bundle(positions: [1, .. SmallLog.Story, 12])).Refusal); // more than the story is no lie
    }

    [Fact]
    public void A_log_that_lies_about_causes_is_found_out()
    {
        void Lie(int position, string from, string to, string why)
        {
            var lying = SmallLog.Create();
            var leaf = Encoding.UTF8.GetString(lying.Leaf(position));
            Assert.Contains(from, leaf, StringComparison.Ordinal);
            lying.Replace(position, leaf.Replace(from, to, StringComparison.Ordinal));
            Assert.Contains(why, Verification.Check(lying.Bundle().Write(), LogKey.Parse(lying.PublicKey.ToString()), null, open: false).Refusal, StringComparison.Ordinal);
        }

        var (id, first, next) = (SmallLog.Id("order-main-1", 3), SmallLog.Id("order-main-1", 1), SmallLog.Id("order-main-1", 4));
        Lie(9, $"\"id\":\"{id}\"", $"\"id\":\"{first}\"", "id of another event");
        Lie(9, $"\"id\":\"{id}\"", $"\"id\":\"{id.ToUpperInvariant()}\"", "lower case");
        Lie(7, first, next, "not in the bundle before it"); // an effect before its cause
        Lie(6, SmallLog.Id("round-r1", 3), "nonsense", "neither an event nor an input");
        Lie(9, "\"version\":\"3\"", "\"version\":\"2\"", "hole");
        Lie(9, "\"version\":\"3\"", "\"version\":\"03\"", "plain decimal");
        Lie(9, "\"version\":\"3\"", "\"version\":3", "must be a text");
        Lie(9, "\"headers\":null", "\"headers\":[]", "must be an object");
        Lie(9, "\"headers\":null,", "", "exactly the members");
        Lie(9, "\"headers\":null", "\"headers\":null,\"headers\":null", "not valid JSON");
        Lie(9, "\"headers\":null", "\"headers\": null", "not canonical");
        Lie(9, "0.75", "0.750", "not canonical");
        Lie(9, "0.75", "9007199254740993", "not canonical");
        Lie(9, "0.75", "1e999", "too large");
        Lie(9, "größer", "gr\\u00f6ßer", "not canonical");
        Lie(9, "größer", "gr\\ud800ßer", "not valid JSON");
        Lie(9, ".009872Z", ".009872+00:00", "six digits");
        Lie(9, ".009872Z", ".00987Z", "six digits");
        Lie(9, "order_acknowledged", "Order acknowledged", "snake_case");
    }

    [Fact]
    public void The_checkpoint_cannot_be_changed()
    {
        var bundle = log.Bundle();
        var note = bundle.Checkpoint;
        var lines = note.Split('\n');
        Refused(bundle with { Checkpoint = note.Replace("\n12\n", "\n13\n", StringComparison.Ordinal) }, "does not hold");
        Refused(bundle with { Checkpoint = note.Replace("\n12\n", "\n012\n", StringComparison.Ordinal) }, "does not hold");
        Refused(bundle with { Checkpoint = note.Replace(lines[2], Convert.ToBase64String(new byte[32]), StringComparison.Ordinal) }, "does not hold");
        Refused(bundle with { Checkpoint = note.Replace("trading\n", "trading2\n", StringComparison.Ordinal) }, "of the log");
        Refused(bundle with { Checkpoint = note.Replace("trading", "trading2", StringComparison.Ordinal) }, "of the log");
        Refused(bundle with { Checkpoint = note.Replace("\n\n", "\nmore\n\n", StringComparison.Ordinal) }, "does not hold");
        Refused(bundle with { Checkpoint = note[..(note.IndexOf("\n\n", StringComparison.Ordinal) + 2)] });
        Refused(bundle with { Checkpoint = note.TrimEnd('\n') });
        Refused(bundle with { Checkpoint = note.Replace("\n", "\r\n", StringComparison.Ordinal) }, "control characters");
        Refused(bundle with { Checkpoint = note + lines[^2] }, "not a text");
        Refused(bundle with { Checkpoint = "" }, "not a text");
        Refused(bundle with { Checkpoint = note + string.Concat(Enumerable.Repeat(lines[^2] + "\n", 100)) }, "more than 100");
        // A second line by the log's key that does not hold spoils the first; another's does not.
        var bytes = Convert.FromBase64String(lines[^2].Split(' ')[2]);
        Refused(bundle with { Checkpoint = $"{note}— {SmallLog.Origin} {Convert.ToBase64String([.. bytes[..4], .. new byte[70]])}\n" }, "does not hold");
        Assert.Null(Check(bundle with { Checkpoint = $"{note}— witness.example {Convert.ToBase64String(new byte[76])}\n" }).Refusal);
        Assert.Null(Check(bundle with { Checkpoint = note + lines[^2] + "\n" }).Refusal);
        // Every bit of the signature.
        for (var bit = 32; bit < bytes.Length * 8; bit++)
        {
            bytes[bit / 8] ^= (byte)(1 << (bit % 8));
            Refused(bundle with { Checkpoint = string.Join('\n', [.. lines[..^2], $"— {SmallLog.Origin} {Convert.ToBase64String(bytes)}", ""]) }, "does not hold");
            bytes[bit / 8] ^= (byte)(1 << (bit % 8));
        }
    }

    [Fact]
    public void A_checkpoint_that_the_log_did_sign_but_that_is_none_is_refused()
    {
        foreach (var text in new[] { $"{SmallLog.Origin}\n12\n", $"{SmallLog.Origin}\n12\nAAAA\n", $"{SmallLog.Origin}\n-12\nAAAA\n", $"{SmallLog.Origin}\n\n12\nAAAA\n", "\n\n\n" })
            Refused(log.Bundle() with { Checkpoint = SignedNote.Of(text).Sign(SmallLog.Origin, log.Key).ToString() });
    }

    [Fact]
    public void Another_key_is_not_the_given_one()
    {
        var (bundle, other) = (log.Bundle(), SmallLog.Create());
        Refused(bundle with { PublicKey = other.PublicKey.ToString() }, "names another key");
        Refused(bundle with { PublicKey = NoteKey.Of("other.example", log.Key).ToString() }, "the given key");
        Refused(bundle with { PublicKey = "" }, "the key");
        // All of it made anew by someone else, who is consistent with himself.
        Refused(other.Bundle(), "names another key");
        Refused(other.Bundle() with { PublicKey = log.PublicKey.ToString() }, "not signed with the given key");
        var withoutKey = Verification.Check(other.Bundle().Write(), null, null, open: false);
        Assert.Equal(Verification.Consistent, withoutKey.ExitCode);
        Assert.Equal(Verification.Refused, Verification.Check((bundle with { PublicKey = other.PublicKey.ToString() }).Write(), null, null, open: false).ExitCode);
        var pem = LogKey.Parse(log.Key.ExportSubjectPublicKeyInfoPem());
        Assert.Null(Verification.Check(bundle.Write(), pem, null, open: false).Refusal);
        Assert.NotNull(Verification.Check(other.Bundle().Write(), pem, null, open: false).Refusal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("log+00000000+AAAA")]
    [InlineData("-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----")]
    public void A_key_that_is_none_is_refused(string key) => Assert.Throws<RefusedException>(() => LogKey.Parse(key));

    [Fact]
    public void A_private_key_and_one_on_another_curve_are_refused()
    {
        using var p384 = ECDsa.Create(ECCurve.NamedCurves.nistP384);
        Assert.Throws<RefusedException>(() => LogKey.Parse(p384.ExportSubjectPublicKeyInfoPem()));
        Assert.Throws<RefusedException>(() => LogKey.Parse(log.Key.ExportPkcs8PrivateKeyPem()));
    }

    [Fact]
    public async Task The_time_stamp_is_checked_where_an_authority_is_given()
    {
        using var authority = new TimeStampAuthority();
        using var other = new TimeStampAuthority();
        var bundle = log.Bundle();
        var stamped = bundle with { Timestamp = Convert.ToBase64String(await TimeStampTests.RequestAsync(authority, message: Encoding.UTF8.GetBytes(bundle.Checkpoint))) };
        var key = LogKey.Parse(log.PublicKey.ToString());
        string? Refusal(ProofBundle b, X509Certificate2? root) => Verification.Check(b.Write(), key, root is null ? null : [root], open: false).Refusal;
        Assert.Null(Refusal(stamped, authority.Root));
        Assert.Null(Refusal(stamped, null));
        Assert.Contains("does not lead", Refusal(stamped, other.Root), StringComparison.Ordinal);
        Assert.Contains("has no time-stamp", Refusal(bundle, authority.Root), StringComparison.Ordinal);
        // A newer checkpoint with the time-stamp of an older one: ECDSA signs differently each time.
        Assert.Contains("not of this checkpoint", Refusal(stamped with { Checkpoint = log.Checkpoint().ToString() }, authority.Root), StringComparison.Ordinal);
        using var expired = new TimeStampAuthority(certificateEnds: DateTimeOffset.UtcNow.AddDays(-1));
        Assert.Contains("not an RFC 3161 token", Refusal(stamped with { Timestamp = "AAAA" }, authority.Root), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("0", "-0", "1.0", "1e21", "1e+21", "123456789012345680000", "1e-7", "0.000001", "1.5E300", "5e-324", "1.7976931348623157e308", "-1.25", "100", "0.1", "9007199254740991", "1e23", "4.35", "1e15", "1e16", "123e-20", "333333333.33333329")]
    public void Canonical_numbers_are_those_of_the_event_store(params string[] numbers)
    {
        foreach (var number in numbers)
        {
            var ours = Encoding.UTF8.GetString(EventSourcedTrading.EventStore.Audit.CanonicalJson.Write(Encoding.UTF8.GetBytes(number), EventSourcedTrading.EventStore.Audit.CanonicalNumbers.Rounded));
            Assert.Equal(ours, Canonical.Number(double.Parse(number, CultureInfo.InvariantCulture)));
        }

        var random = new Random(20261122);
        for (var i = 0; i < 20_000; i++)
        {
            var value = BitConverter.Int64BitsToDouble(random.NextInt64(long.MinValue, long.MaxValue));
            if (!double.IsFinite(value)) continue;
            var text = Encoding.UTF8.GetBytes(value.ToString("R", CultureInfo.InvariantCulture));
            Assert.Equal(Encoding.UTF8.GetString(EventSourcedTrading.EventStore.Audit.CanonicalJson.Write(text, EventSourcedTrading.EventStore.Audit.CanonicalNumbers.Rounded)), Canonical.Number(value));
        }
    }

    private Verification Check(ProofBundle bundle) => Verification.Check(JsonSerializer.SerializeToUtf8Bytes(bundle, JsonSerializerOptions.Web), LogKey.Parse(log.PublicKey.ToString()), null, open: false);

    private void Refused(ProofBundle bundle, string why = "")
    {
        var result = Check(bundle);
        Assert.NotNull(result.Refusal);
        Assert.Contains(why, result.Refusal, StringComparison.Ordinal);
        Assert.Equal(Verification.Refused, result.ExitCode);
        Assert.Empty(result.Events); // what is not proven is not told
    }

    private static ProofBundle With(ProofBundle bundle, int at, ProvenEvent e) => bundle with { Events = [.. bundle.Events.Take(at), e, .. bundle.Events.Skip(at + 1)] };

    private static bool Same(Verification a, Verification b) => a.Subject == b.Subject && a.Checks.SequenceEqual(b.Checks) && a.Events.SequenceEqual(b.Events) && a.ExitCode == b.ExitCode;
}
