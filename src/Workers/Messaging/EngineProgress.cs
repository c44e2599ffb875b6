using System.Globalization;
using System.Text;
using System.Text.Json;
using EventSourcedTrading.Domain.Time;

namespace EventSourcedTrading.Workers.Messaging;

/// <summary>How far an engine has come, as it says after each commit.</summary>
/// <param name="AsOf">Market time up to which everything is decided.</param>
/// <param name="Position">Last event of the log that it has committed.</param>
/// <param name="Signals">Sequence of the last signal that it took.</param>
/// <param name="Waiting">Market times that wait for agents.</param>
public readonly record struct EngineProgress(Timestamp AsOf, long Position, long Signals, int Waiting)
{
    public byte[] ToJson(string portfolio) => Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture,
        $$"""{"asOf":"{{AsOf}}","portfolio":"{{portfolio}}","position":"{{Position}}","signals":"{{Signals}}","waiting":{{Waiting}}}"""));

    public static EngineProgress Read(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json);
        using var body = JsonDocument.ParseValue(ref reader);
        var root = body.RootElement;
        return new EngineProgress(
            Timestamp.Parse(root.GetProperty("asOf").GetString()!), Whole("position"), Whole("signals"), root.GetProperty("waiting").GetInt32());

        long Whole(string name) => long.Parse(root.GetProperty(name).GetString()!, CultureInfo.InvariantCulture);
    }
}
