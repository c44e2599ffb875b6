using System.Text;
using System.Text.Json;
using EventSourcedTrading.Backtesting.WhatIf;
using EventSourcedTrading.Domain.Json;

namespace EventSourcedTrading.Workers.Cli;

/// <summary>The whole answer: <c>what-if.json</c> with the summary and every differing decision, and these as <c>decisions.csv</c> (RFC 4180).</summary>
internal sealed class WhatIfFiles : IDisposable
{
    private readonly StreamWriter csv;
    private readonly FileStream json;
    private readonly Utf8JsonWriter writer;

    /// <param name="folder">Made if it is not there; files of an earlier answer are replaced.</param>
    public WhatIfFiles(string folder)
    {
        Directory.CreateDirectory(folder);
        csv = new StreamWriter(Path.Combine(folder, "decisions.csv"), append: false, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false)) { NewLine = "\r\n" };
        csv.WriteLine("decisionId,instrument,asOf,what,impact,recordedAction,recordedQuantity,recordedOutcome,recordedOrder,recordedState,recordedFilled,recordedAveragePrice,recordedCash,recordedFees,"
            + "otherAction,otherQuantity,otherOutcome,otherRules,otherOrder,otherState,otherFilled,otherAveragePrice,otherCash,otherFees");
        json = File.Create(Path.Combine(folder, "what-if.json"));
        writer = new Utf8JsonWriter(json, new JsonWriterOptions { Indented = true });
        writer.WriteStartObject();
        writer.WriteStartArray("decisions"u8);
    }

    public void Add(DecisionDifference difference)
    {
        JsonSerializer.Serialize(writer, difference, ReplayJson.Default.DecisionDifference);
        if (writer.BytesPending > 64 * 1024) writer.Flush();
        csv.WriteLine(string.Join(',', (string[])[
            Quote(difference.DecisionId), Quote(difference.Instrument), $"{difference.AsOf}", Quote(difference.What), DecimalText.Format(difference.Impact),
            .. Cells(difference.Recorded, rules: false), .. Cells(difference.Other, rules: true),
        ]));
    }

    public void Complete(WhatIfResult result)
    {
        writer.WriteEndArray();
        writer.WritePropertyName("result"u8);
        JsonSerializer.Serialize(writer, result, ReplayJson.Default.WhatIfResult);
        writer.WriteEndObject();
        writer.Flush();
    }

    public void Dispose()
    {
        writer.Dispose();
        json.Dispose();
        csv.Dispose();
    }

    private static string[] Cells(DecisionOutcome? o, bool rules)
    {
        string[] cells = o is null ? ["", "", "", "", "", "", "", "", "", ""] :
        [
            o.Action.ToString().ToLowerInvariant(), DecimalText.Format(o.Quantity), o.Outcome, string.Join(' ', o.Rules), o.OrderId ?? "", o.State == Domain.Orders.OrderState.None ? "" : $"{o.State}",
            DecimalText.Format(o.Filled), o.AveragePrice is { } price ? DecimalText.Format(price) : "", DecimalText.Format(o.Cash), DecimalText.Format(o.Fees),
        ];
        return rules ? cells : [.. cells[..3], .. cells[4..]];
    }

    private static string Quote(string text) => text.AsSpan().IndexOfAny(",\"\r\n") < 0 ? text : $"\"{text.Replace("\"", "\"\"")}\"";
}
