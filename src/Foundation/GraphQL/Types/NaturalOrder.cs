namespace HotChocolate.Types;

/// <summary>Names in the order that graphql-js sorts them: by character, numbers in them by value.</summary>
internal sealed class NaturalOrder : IComparer<string>
{
    public static NaturalOrder Instance { get; } = new();

    public int Compare(string? x, string? y)
    {
        var (a, b) = (x ?? "", y ?? "");
        var (i, j) = (0, 0);
        while (i < a.Length && j < b.Length)
        {
            var order = char.IsAsciiDigit(a[i]) && char.IsAsciiDigit(b[j]) ? NumberAt(a, ref i).CompareTo(NumberAt(b, ref j)) : a[i++].CompareTo(b[j++]);
            if (order != 0) return order;
        }

        return a.Length - b.Length;
    }

    /// <summary>Leading zeros are numbers of their own.</summary>
    private static double NumberAt(string text, ref int at)
    {
        var number = 0.0;
        do number = (number * 10) + text[at++] - '0';
        while (at < text.Length && char.IsAsciiDigit(text[at]) && number > 0);
        return number;
    }
}
