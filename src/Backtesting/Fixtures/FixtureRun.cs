using System.Buffers;
using System.Globalization;
using System.Text.Json;
using EventSourcedTrading.Backtesting.Replaying;
using EventSourcedTrading.Brokers.Paper;
using EventSourcedTrading.Domain.Engine;
using EventSourcedTrading.Domain.Json;
using EventSourcedTrading.Domain.Time;
using EventSourcedTrading.EventStore;

namespace EventSourcedTrading.Backtesting.Fixtures;

/// <param name="Step">Number of the step, from 0.</param>
/// <param name="Event">Number of the event in its <c>then</c>, from 0; null where the events are not those that were expected.</param>
public sealed record FixtureDifference(int Step, string Kind, int? Event, string What, IReadOnlyList<FieldDifference> Fields);

/// <summary>Runs a fixture through the engine with the paper venue.</summary>
public static class FixtureRun
{
    private const int MaxDifferences = 100;

    /// <returns>Where the engine did something else than the fixture expects, at most 100 places; empty if nowhere.</returns>
    /// <exception cref="FixtureException">A step cannot be read, or the state is of another format.</exception>
    public static IReadOnlyList<FixtureDifference> Run(Fixture fixture)
    {
        var engine = new PortfolioEngine(StateOf(fixture), PaperVenue.Factory);
        var differences = new List<FixtureDifference>();
        Timestamp? clock = null;
        for (var i = 0; i < fixture.Steps.Count && differences.Count < MaxDifferences; i++)
        {
            var step = fixture.Steps[i];
            var input = Read(step, i);
            clock = step.At ?? clock;
            engine.Record.Clear();
            engine.Step(input, clock ?? MarketTime(input, engine.State.Frontier));
            if (step.Then is { } expected) Compare(i, step, expected, engine.Record.Events, differences);
        }

        return differences;
    }

    /// <summary>An event as fixtures name it: type, stream, version, correlation, cause and data.</summary>
    internal static JsonElement Describe(string type, string stream, long version, string? correlationId, string? causationId, ReadOnlySpan<byte> data)
    {
        var json = new ArrayBufferWriter<byte>(data.Length + 256);
        using (var writer = new Utf8JsonWriter(json, FixtureJson.Plain))
        {
            writer.WriteStartObject();
            writer.WriteString("type"u8, type);
            writer.WriteString("stream"u8, stream);
            writer.WriteString("version"u8, version.ToString(CultureInfo.InvariantCulture));
            if (correlationId is not null) writer.WriteString("correlationId"u8, correlationId);
            if (causationId is not null) writer.WriteString("causationId"u8, causationId);
            writer.WritePropertyName("data"u8);
            writer.WriteRawValue(data);
            writer.WriteEndObject();
        }

        using var document = JsonDocument.Parse(json.WrittenMemory);
        return document.RootElement.Clone();
    }

    private static PortfolioState StateOf(Fixture fixture)
    {
        if (fixture.State is not { } state) return new PortfolioState(fixture.Portfolio);
        if (state.Format != StateSnapshot.Format)
            throw new FixtureException($"state.format {state.Format} must be {StateSnapshot.Format}: the fixture was recorded by another version; record it again");
        try
        {
            return StateSnapshot.FromJson(System.Runtime.InteropServices.JsonMarshal.GetRawUtf8Value(state.Snapshot)).Restore();
        }
        catch (Exception e) when (e is JsonException or NullReferenceException or KeyNotFoundException)
        {
            throw new FixtureException($"state.snapshot is not one that an engine took: {e.Message}");
        }
    }

    private static Input Read(FixtureStep step, int index)
    {
        try
        {
            return InputJson.ReadFromOutside(step.Kind, step.Data);
        }
        catch (JsonException e)
        {
            throw new FixtureException($"steps[{index}].data: {e.Message}");
        }
    }

    private static Timestamp MarketTime(Input input, Timestamp frontier) => Timestamp.Max(frontier, input switch
    {
        SignalInput s => s.Signal.Time,
        IntentInput i => i.Intent.AsOf,
        ProgressInput p => p.AsOf,
        _ => frontier,
    });

    private static void Compare(int index, FixtureStep step, IReadOnlyList<JsonElement> expected, List<Recorded> events, List<FixtureDifference> differences)
    {
        string[] wanted = [.. expected.Select(e => e.GetProperty("type").GetString()!)], found = [.. events.Select(e => EventJson.AliasOf(e.Event))];
        if (!wanted.SequenceEqual(found))
        {
            differences.Add(new FixtureDifference(index, step.Kind, null, $"expected {List(wanted)}; found {List(found)}", []));
            return;
        }

        for (var i = 0; i < found.Length; i++)
        {
            var e = events[i];
            var cause = e.Cause.Input ?? (e.Cause.Stream is { } stream ? EventId.For(stream, e.Cause.Version).ToString() : null);
            var fields = JsonDifference.Between(expected[i], Describe(found[i], e.Stream, e.Version, e.CorrelationId, cause, EventJson.Serialize(e.Event)), namedOnly: true);
            if (fields.Count > 0) differences.Add(new FixtureDifference(index, step.Kind, i, $"{found[i]} is otherwise", fields));
        }
    }

    private static string List(string[] types) => types.Length == 0 ? "nothing" : string.Join(", ", types);
}
