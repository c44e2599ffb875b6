using System.Text;

namespace EventSourcedTrading.Parquet.Writing;

/// <summary>The distinct texts of a column chunk in order of their first use, and which one each value is.</summary>
internal sealed record TextDictionary(string[] Texts, int[] Indices)
{
    /// <returns>Null where it would not pay: more than half of the values are distinct, or the dictionary is larger than <paramref name="maxBytes"/>.</returns>
    public static TextDictionary? Of(ReadOnlySpan<string> values, int maxBytes)
    {
        var (known, indices, bytes) = (new Dictionary<string, int>(StringComparer.Ordinal), new int[values.Length], 0L);
        for (var i = 0; i < values.Length; i++)
        {
            if (!known.TryGetValue(values[i], out indices[i]))
            {
                indices[i] = known.Count;
                known.Add(values[i], known.Count);
                bytes += sizeof(int) + Encoding.UTF8.GetByteCount(values[i]);
                if (bytes > maxBytes || known.Count > values.Length / 2) return null;
            }
        }

        return values.Length == 0 ? null : new TextDictionary([.. known.Keys], indices);
    }
}
