using System.Globalization;

namespace EventSourcedTrading.EventStore.Audit;

/// <summary>What to do with a number that a double cannot hold.</summary>
public enum CanonicalNumbers
{
    /// <summary>
    /// Refuse it. A number is accepted if the shortest decimal that names its double has exactly the same
    /// value: 0.1 and 1e23 are, 9007199254740993, 0.10000000000000000001 and 1e400 are not. So no two numbers of
    /// different value share a leaf. Write such values as strings.
    /// </summary>
    Exact,

    /// <summary>Round it to the nearest double, as RFC 8785 itself does; out of range is refused all the same.</summary>
    Rounded,
}

/// <summary>Numbers by ECMA-262 Number::toString, which RFC 8785 §3.2.2.3 prescribes.</summary>
internal static class CanonicalNumber
{
    private const int MostDigits = 17; // no double needs more

    /// <summary>Writes the number that starts at <paramref name="at"/> and returns how many bytes it took.</summary>
    public static int Write(ReadOnlySpan<byte> json, int at, ByteWriter output, CanonicalNumbers rule)
    {
        var length = Measure(json[at..], at, out var isPlain);
        var text = json.Slice(at, length);
        if (isPlain)
        {
            WritePlain(text, output);
            return length;
        }

        if (!double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value)
            || !double.IsFinite(value))
            throw new CanonicalJsonException(at, "the number is out of a double's range; write it as a string");

        Span<byte> shortest = stackalloc byte[32];
        Span<byte> digits = stackalloc byte[MostDigits];
        value.TryFormat(shortest, out var written, default, CultureInfo.InvariantCulture);
        Decompose(shortest[..written], digits, out var count, out var point);

        if (rule == CanonicalNumbers.Exact)
        {
            Span<byte> given = stackalloc byte[MostDigits];
            if (!Decompose(text, given, out var givenCount, out var givenPoint)
                || givenPoint != point || !given[..givenCount].SequenceEqual(digits[..count]))
                throw new CanonicalJsonException(
                    at, "the number has more precision than a double; write it as a string");
        }

        Print(value < 0, digits[..count], point, output);
        return length;
    }

    /// <summary>
    /// A double tells any two decimals of up to 15 digits apart, so the shortest text for such a number is the number
    /// itself without idle zeros, as long as it is not so small that ECMAScript would print an exponent.
    /// </summary>
    private static void WritePlain(ReadOnlySpan<byte> text, ByteWriter output)
    {
        if (text.Contains((byte)'.')) text = text.TrimEnd((byte)'0').TrimEnd((byte)'.');
        output.Write(text is [(byte)'-', (byte)'0'] ? "0"u8 : text);
    }

    /// <summary>The length of the number by the JSON grammar, RFC 8259 §6; plain if <see cref="WritePlain"/> will do.</summary>
    private static int Measure(ReadOnlySpan<byte> text, int at, out bool isPlain)
    {
        var i = text[0] == '-' ? 1 : 0;
        var integerStart = i;
        i += Digits(text[i..]);
        var integerDigits = i - integerStart;
        if (integerDigits == 0 || (integerDigits > 1 && text[integerStart] == '0'))
            throw new CanonicalJsonException(at, "a number needs digits and no leading zero");
        isPlain = integerDigits <= 15;
        if (i < text.Length && text[i] == '.')
        {
            var fraction = text.Slice(i + 1, Required(text[(i + 1)..], at));
            isPlain = integerDigits + fraction.Length <= 15
                && (text[integerStart] != '0' || fraction.IndexOfAnyExcept((byte)'0') is >= -1 and <= 5);
            i += 1 + fraction.Length;
        }
        if (i < text.Length && text[i] is (byte)'e' or (byte)'E')
        {
            isPlain = false;
            i++;
            if (i < text.Length && text[i] is (byte)'+' or (byte)'-') i++;
            i += Required(text[i..], at);
        }
        return i;
    }

    private static int Required(ReadOnlySpan<byte> text, int at) =>
        Digits(text) is var count and > 0
            ? count
            : throw new CanonicalJsonException(at, "a number's point and exponent need digits");

    private static int Digits(ReadOnlySpan<byte> text) =>
        text.IndexOfAnyExceptInRange((byte)'0', (byte)'9') is var end and >= 0 ? end : text.Length;

    /// <summary>
    /// Takes a decimal apart: value = 0.d₁d₂…dₙ × 10^point, without leading or trailing zeros; zero has no digits.
    /// False if it has more significant digits than a double can need.
    /// </summary>
    private static bool Decompose(ReadOnlySpan<byte> text, Span<byte> digits, out int count, out int point)
    {
        (count, point) = (0, 0);
        var zeros = 0; // seen since the last digit that counted
        var afterPoint = false;
        var i = text[0] == '-' ? 1 : 0;
        for (; i < text.Length; i++)
        {
            var c = text[i];
            if (c == '.')
            {
                afterPoint = true;
                continue;
            }
            if (c is (byte)'e' or (byte)'E') break;
            if (c == '0')
            {
                if (count > 0) zeros++;
                if (count == 0 && afterPoint) point--;
                if (count > 0 && !afterPoint) point++;
                continue;
            }
            if (count + zeros >= MostDigits) return false;
            digits.Slice(count, zeros).Fill((byte)'0');
            count += zeros;
            zeros = 0;
            digits[count++] = c;
            if (!afterPoint) point++;
        }
        if (count == 0) point = 0;
        else if (i < text.Length) point += Exponent(text[(i + 1)..]);
        return true;
    }

    private static int Exponent(ReadOnlySpan<byte> text)
    {
        var negative = text[0] == '-';
        var value = 0;
        foreach (var c in text)
            if (c is >= (byte)'0' and <= (byte)'9') value = Math.Min(value * 10 + (c - '0'), 1_000_000);
        return negative ? -value : value;
    }

    private static void Print(bool negative, ReadOnlySpan<byte> digits, int point, ByteWriter output)
    {
        if (digits.IsEmpty)
        {
            output.Write((byte)'0');
            return;
        }
        if (negative) output.Write((byte)'-');
        if (point is > 0 and <= 21)
        {
            output.Write(digits[..Math.Min(point, digits.Length)]);
            if (digits.Length < point) output.Append(point - digits.Length).Fill((byte)'0');
            if (digits.Length <= point) return;
            output.Write((byte)'.');
            output.Write(digits[point..]);
        }
        else if (point is > -6 and <= 0)
        {
            output.Write("0."u8);
            output.Append(-point).Fill((byte)'0');
            output.Write(digits);
        }
        else
        {
            output.Write(digits[0]);
            if (digits.Length > 1)
            {
                output.Write((byte)'.');
                output.Write(digits[1..]);
            }
            output.Write((byte)'e');
            output.Write((byte)(point > 0 ? '+' : '-'));
            Span<byte> exponent = stackalloc byte[4];
            Math.Abs(point - 1).TryFormat(exponent, out var length, default, CultureInfo.InvariantCulture);
            output.Write(exponent[..length]);
        }
    }
}
