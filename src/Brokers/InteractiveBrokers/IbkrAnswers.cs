using System.Text;
using System.Text.Json;
using EventSourcedTrading.Brokers.Http;

namespace EventSourcedTrading.Brokers.InteractiveBrokers;

/// <summary>What an answer to a question is worth: the broker says no with 4xx, or with 200 and an <c>error</c>.</summary>
internal static class IbkrAnswers
{
    public const string Name = "ibkr";

    private static readonly string[] Lost = ["no bridge", "not authenticated", "Please query /accounts first", "Please query /portfolio/accounts first"];

    /// <summary>The session has ended, or is another one than the broker's: the call had no effect, and may be made again in a new one.</summary>
    public static bool IsSessionLost(BrokerAnswer answer) =>
        answer.Status == 401 || (answer.Status is >= 400 and < 500 && answer.Body.Length < 4_096 && Encoding.UTF8.GetString(answer.Body) is var text && Array.Exists(Lost, l => text.Contains(l, StringComparison.OrdinalIgnoreCase)));

    /// <exception cref="BrokerException">It is a refusal, or cannot be read.</exception>
    public static JsonElement Whole(BrokerAnswer answer, string what, BrokerHttp http)
    {
        if (answer.Status is 401 or 403) throw new BrokerException(Name, $"{what}: answered {answer.Status}: {http.Words(answer.Body)}", "Check the keys, and that nobody else has logged in as the same user");
        if (!answer.IsSuccess) throw new BrokerException(Name, $"{what}: answered {answer.Status}: {http.Words(answer.Body)}", "Asking again will not mend it");
        try
        {
            var json = IbkrJson.Parse(answer.Body);
            return Error(json) is null ? json : throw new BrokerException(Name, $"{what}: {http.Words(answer.Body)}", "Asking again may not mend it");
        }
        catch (JsonException)
        {
            throw new BrokerException(Name, $"{what}: is no JSON: {http.Words(answer.Body)}", "It is safe to ask again");
        }
    }

    /// <summary>The broker's reason; null if it gives none.</summary>
    public static string? Error(JsonElement json) => json.Text("error");

    public static string Words(this BrokerHttp http, string text) => http.Words(Encoding.UTF8.GetBytes(text));
}
