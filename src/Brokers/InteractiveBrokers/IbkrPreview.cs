using System.Globalization;
using System.Text.Json;

namespace EventSourcedTrading.Brokers.InteractiveBrokers;

/// <summary>What the broker expects of an order that is not sent (<c>whatif</c>), in its own words.</summary>
internal static class IbkrPreview
{
    public static async Task<string> TellAsync(IbkrClient client, IbkrOptions options, long conid, byte[] body, CancellationToken ct)
    {
        try
        {
            // The broker previews with prices that it has been asked for, and with none before; its answer does not matter here.
            await client.AskAsync(HttpMethod.Get, $"iserver/marketdata/snapshot?conids={conid.ToString(CultureInfo.InvariantCulture)}&fields=31", null, ct);
            var path = $"iserver/account/{options.AccountId}/orders/whatif";
            var answer = await client.AskAsync(HttpMethod.Post, path, body, ct);
            return $"dry run: nothing was sent; the broker's preview: {client.Http.Words(answer.IsSuccess ? Said(IbkrJson.Parse(answer.Body)) : $"{answer.Status} {client.Http.Words(answer.Body)}")}";
        }
        catch (Exception e) when (e is BrokerException or OperationCanceledException or JsonException)
        {
            return $"dry run: nothing was sent; no preview: {(e is BrokerException ? e.Message : e is JsonException ? "the answer is no JSON" : "given up by the caller")}";
        }
    }

    /// <summary>Amount, commission and total; initial and maintenance margin and position behind the order; warning and error.</summary>
    public static string Said(JsonElement preview)
    {
        var said = new List<string>();
        foreach (var name in new[] { "amount", "commission", "total" }) Add(name, preview.Field("amount").Text(name));
        foreach (var name in new[] { "initial", "maintenance", "position" }) Add($"{name} after", preview.Field(name).Text("after"));
        Add("warning", preview.Text("warn"));
        Add("error", preview.Text("error"));
        return said.Count == 0 ? preview.GetRawText() : string.Join(", ", said);

        void Add(string name, string? value)
        {
            if (value is not null) said.Add($"{name} {value}");
        }
    }
}
