using System.Text.Json;

namespace EventSourcedTrading.Backtesting.Bookkeeping;

/// <summary>Enums as the camelCase words that they are in JSON, each made once.</summary>
internal static class Word
{
    public static string Of<T>(T value) where T : struct, Enum => Words<T>.Known[value];

    private static class Words<T> where T : struct, Enum
    {
        public static readonly Dictionary<T, string> Known = Enum.GetValues<T>().ToDictionary(v => v, v => JsonNamingPolicy.CamelCase.ConvertName(v.ToString()));
    }
}
