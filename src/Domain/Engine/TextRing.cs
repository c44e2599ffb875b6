namespace EventSourcedTrading.Domain.Engine;

/// <summary>
/// Texts one behind the other, forgotten in the order in which they came. None is an object of its own: a hundred thousand strings
/// that live for a while cost the garbage collector more than the engine's work with them.
/// </summary>
internal sealed class TextRing
{
    // Its length is a power of two, so that a place in it is a mask away.
    private char[] ring = new char[1_024];

    /// <summary>Place of the text to come; counted on for ever, by its low 32 bits.</summary>
    public uint Next { get; private set; }

    public ReadOnlySpan<char> At(uint place, int length) => ring.AsSpan((int)(place & (uint)(ring.Length - 1)), length);

    /// <param name="oldest">Place of the oldest text that is still needed; <see cref="Next"/> if none is.</param>
    /// <returns>The text's place.</returns>
    public uint Add(ReadOnlySpan<char> text, uint oldest)
    {
        uint place;
        while ((place = PlaceFor(text.Length)) + (uint)text.Length - oldest > (uint)ring.Length) Grow(oldest);
        Next = place + (uint)text.Length;
        text.CopyTo(ring.AsSpan((int)(place & (uint)(ring.Length - 1))));
        return place;
    }

    /// <summary>The part that is needed, at the same places.</summary>
    public TextRing Copy(uint oldest)
    {
        var copy = new TextRing { ring = new char[ring.Length], Next = Next };
        CopyTo(copy.ring, oldest);
        return copy;
    }

    // A text lies in one piece: what does not fit behind the last one begins at the front.
    private uint PlaceFor(int length)
    {
        var left = (uint)ring.Length - (Next & (uint)(ring.Length - 1));
        return length <= left ? Next : Next + left;
    }

    private void Grow(uint oldest)
    {
        var wider = new char[ring.Length * 2];
        CopyTo(wider, oldest);
        ring = wider;
    }

    // Piece by piece, up to where either ring begins anew; so places stay what they are, and texts stay in one piece.
    private void CopyTo(char[] other, uint oldest)
    {
        for (var at = oldest; at != Next;)
        {
            var from = (int)(at & (uint)(ring.Length - 1));
            var length = (int)Math.Min(Next - at, (uint)(ring.Length - from));
            Array.Copy(ring, from, other, (int)(at & (uint)(other.Length - 1)), length);
            at += (uint)length;
        }
    }
}
