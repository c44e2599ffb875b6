using System.Text;
using System.Text.Json;

namespace EventSourcedTrading.Backtesting.Fixtures;

/// <summary>Writes a fixture so that people can read it: a line for each input, and one for each event.</summary>
public static class FixtureFile
{
    public static void Write(Fixture fixture, TextWriter to)
    {
        to.WriteLine("{");
        to.WriteLine($"  \"description\": {Text(fixture.Description)},");
        to.WriteLine($"  \"portfolio\": {Text(fixture.Portfolio)},");
        if (fixture.State is { } state) to.WriteLine($"  \"state\": {{\"format\":{state.Format},\"snapshot\":{Line(state.Snapshot)}}},");
        to.WriteLine("  \"steps\": [");
        for (var i = 0; i < fixture.Steps.Count; i++)
        {
            Write(fixture.Steps[i], to);
            to.WriteLine(i < fixture.Steps.Count - 1 ? "," : "");
        }

        to.WriteLine("  ]");
        to.WriteLine("}");
    }

    private static void Write(FixtureStep step, TextWriter to)
    {
        to.Write($"    {{\"kind\":{Text(step.Kind)},");
        if (step.At is { } at) to.Write($"\"at\":\"{at}\",");
        to.Write($"\"data\":{Line(step.Data)}");
        if (step.Then is { } then)
        {
            to.Write(",\"then\":[");
            for (var i = 0; i < then.Count; i++) to.Write($"{(i > 0 ? "," : "")}\n      {Line(then[i])}");
            to.Write("]");
        }

        to.Write("}");
    }

    private static string Text(string text) => $"\"{JsonEncodedText.Encode(text, FixtureJson.Plain.Encoder)}\"";

    private static string Line(JsonElement value)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream, FixtureJson.Plain)) value.WriteTo(writer);
        return Encoding.UTF8.GetString(stream.ToArray());
    }
}
