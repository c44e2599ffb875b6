using System.Formats.Asn1;
using System.Numerics;

namespace EventSourcedTrading.Brokers.InteractiveBrokers.OAuth;

/// <summary>The prime of a Diffie–Hellman group, as openssl writes it.</summary>
public static class DhParameters
{
    /// <param name="text">Hexadecimal, or the base64 of <c>DH PARAMETERS</c> (PKCS#3: a sequence of prime and generator), with its PEM lines or without.</param>
    /// <returns>False if it is neither, or the generator is not 2.</returns>
    public static bool TryRead(string text, out BigInteger prime)
    {
        prime = default;
        var body = string.Concat(text.Split('\n').Select(l => l.Trim()).Where(l => !l.StartsWith("-----", StringComparison.Ordinal)));
        if (DiffieHellman.TryHex(body, out prime)) return true;
        try
        {
            var sequence = new AsnReader(Convert.FromBase64String(body), AsnEncodingRules.DER).ReadSequence();
            prime = sequence.ReadInteger();
            return sequence.ReadInteger() == 2;
        }
        catch (Exception e) when (e is FormatException or AsnContentException)
        {
            return false;
        }
    }
}
