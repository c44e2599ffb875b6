using System.Security.Cryptography;
using System.Text;

namespace EventSourcedTrading.BrokerFakes.Serving;

/// <summary>Ids that look random and follow from the seed.</summary>
public static class Ids
{
    /// <summary>A UUID of version 4 form from the first 122 free bits of SHA-256 of seed, kind and number.</summary>
    public static Guid Uuid(long seed, string kind, long number)
    {
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes($"{seed}|{kind}|{number}"))[..16];
        hash[6] = (byte)((hash[6] & 0x0F) | 0x40);
        hash[8] = (byte)((hash[8] & 0x3F) | 0x80);
        return new Guid(hash, bigEndian: true);
    }
}
