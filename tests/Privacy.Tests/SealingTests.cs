using System.Security.Cryptography;
using System.Text;

namespace EventSourcedTrading.Privacy.Tests;

/// <summary>What is sealed opens with its key in its place, and no other way.</summary>
public sealed class SealingTests
{
    private readonly byte[] key = RandomNumberGenerator.GetBytes(Sealing.KeyLength);

    [Theory]
    [InlineData("")]
    [InlineData("10.1.2.3")]
    [InlineData("2001:db8:85a3:8d3:1319:8a2e:370:7348")]
    [InlineData("a text of more than forty-eight bytes, so that it takes two blocks instead of one")]
    public void What_was_sealed_opens_again(string text)
    {
        var closed = Sealing.SealText(key, text, "here");
        Assert.Matches("^sealed:[A-Za-z0-9_-]+$", closed);
        Assert.Equal(text, Sealing.OpenText(key, closed, "here"));
        Assert.NotEqual(closed, Sealing.SealText(key, text, "here"));
    }

    [Fact]
    public void Its_length_does_not_tell_one_address_from_another() =>
        Assert.Equal(Sealing.SealText(key, "::1", "a").Length, Sealing.SealText(key, "2001:db8:85a3:8d3:1319:8a2e:370:7348", "a").Length);

    [Fact]
    public void Another_key_another_place_or_any_flipped_bit_does_not_open()
    {
        var closed = Sealing.Seal(key, "alice"u8, "person-a\nname");
        Assert.Equal("alice", Encoding.UTF8.GetString(Sealing.Open(key, closed, "person-a\nname")));
        Assert.ThrowsAny<CryptographicException>(() => Sealing.Open(RandomNumberGenerator.GetBytes(32), closed, "person-a\nname"));
        Assert.ThrowsAny<CryptographicException>(() => Sealing.Open(key, closed, "person-a\naddress"));
        Assert.ThrowsAny<CryptographicException>(() => Sealing.Open(key, closed, "person-b\nname"));
        for (var bit = 0; bit < closed.Length * 8; bit++)
        {
            var flipped = (byte[])closed.Clone();
            flipped[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.ThrowsAny<CryptographicException>(() => Sealing.Open(key, flipped, "person-a\nname"));
        }

        for (var length = 0; length < closed.Length; length++) Assert.ThrowsAny<CryptographicException>(() => Sealing.Open(key, closed.AsSpan(0, length), "person-a\nname"));
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("sealed:")]
    [InlineData("sealed:AAAA")]
    [InlineData("sealed:not base64!")]
    public void What_is_not_sealed_is_not_opened(string text) => Assert.ThrowsAny<CryptographicException>(() => Sealing.OpenText(key, text, "here"));

    [Fact]
    public void A_persons_key_opens_under_its_master_key_for_its_reference_alone()
    {
        var (master, other) = (new MasterKey(RandomNumberGenerator.GetBytes(32)), new MasterKey(RandomNumberGenerator.GetBytes(32)));
        var wrapped = master.Wrap(key, "person-a");
        Assert.Equal(key, master.Unwrap(wrapped, "person-a"));
        Assert.ThrowsAny<CryptographicException>(() => master.Unwrap(wrapped, "person-b"));
        Assert.ThrowsAny<CryptographicException>(() => other.Unwrap(wrapped, "person-a"));
        Assert.NotEqual(master.Id, other.Id);
        Assert.NotEqual(master.Lookup("alice"), other.Lookup("alice"));
        Assert.NotEqual(master.Lookup("alice"), master.Lookup("alicf"));
    }

    [Fact]
    public void A_strangers_address_is_the_same_for_one_day_and_one_master_key()
    {
        var (secret, day) = (RandomNumberGenerator.GetBytes(32), new DateOnly(2026, 11, 20));
        var master = new MasterKey(secret);
        Assert.Equal(master.Pseudonym("10.1.2.3", day), new MasterKey(secret).Pseudonym("10.1.2.3", day));
        Assert.Equal(4, new HashSet<string>
        {
            master.Pseudonym("10.1.2.3", day), master.Pseudonym("10.1.2.4", day), master.Pseudonym("10.1.2.3", day.AddDays(1)),
            new MasterKey(RandomNumberGenerator.GetBytes(32)).Pseudonym("10.1.2.3", day),
        }.Count);
    }
}
