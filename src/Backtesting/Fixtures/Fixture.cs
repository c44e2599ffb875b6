using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using EventSourcedTrading.Domain.Json;
using EventSourcedTrading.Domain.Portfolios;
using EventSourcedTrading.Domain.Time;

namespace EventSourcedTrading.Backtesting.Fixtures;

/// <summary>
/// A test of the engine as data: inputs as the tape keeps them, and the events that each must cause. <c>docs/fixture.schema.json</c>
/// describes the file.
/// </summary>
/// <param name="Description">What it shows, in a sentence.</param>
/// <param name="Portfolio">Its id; part of order and decision ids.</param>
/// <param name="Steps">In the order in which the engine takes them; at most 100,000.</param>
/// <param name="State">What the engine knows before the first step; null for nothing.</param>
public sealed record Fixture(string Description, string Portfolio, IReadOnlyList<FixtureStep> Steps, FixtureState? State = null)
{
    public const long MaxBytes = 64L << 20;
    public const int MaxSteps = 100_000;

    /// <summary>For editors that know JSON Schema.</summary>
    [JsonPropertyName("$schema")]
    public string? Schema { get; init; }

    /// <exception cref="FixtureException">The file is too large, no JSON, or not of this shape.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static Fixture Load(string file)
    {
        var length = new FileInfo(file).Length;
        if (length > MaxBytes) throw new FixtureException($"{file} has {length} bytes; at most {MaxBytes} are read: record a shorter part");
        try
        {
            var fixture = JsonSerializer.Deserialize(File.ReadAllBytes(file), FixtureJson.Default.Fixture) ?? throw new FixtureException($"{file} must hold a JSON object");
            return fixture.Validate() is { } wrong ? throw new FixtureException($"{file}: {wrong}") : fixture;
        }
        catch (JsonException e)
        {
            throw new FixtureException($"{file}: {e.Path}: {e.Message}");
        }
    }

    /// <summary>Null if well-formed, else the field, its value and the rule.</summary>
    private string? Validate() =>
        !PortfolioId.IsWellFormed(Portfolio) ? $"portfolio '{Portfolio}' must be 1 to {PortfolioId.MaxLength} lower-case letters, digits and '-'"
        : Steps.Count is 0 or > MaxSteps ? $"steps has {Steps.Count} members; there must be 1 to {MaxSteps}"
        : Enumerable.Range(0, Steps.Count).FirstOrDefault(i => Steps[i]?.Then?.Any(e => !IsNamed(e)) ?? Steps[i] is null, -1) is >= 0 and var at
            ? $"steps[{at}].then must be a list of objects that name a type, such as {{\"type\":\"order_filled\"}}"
        : null;

    private static bool IsNamed(JsonElement e) => e.ValueKind == JsonValueKind.Object && e.TryGetProperty("type", out var type) && type.ValueKind == JsonValueKind.String;
}

/// <param name="Kind">As on the tape: signal, intent, malformed, progress, deadline, command, report, venue, firm, agentFailed, continue.</param>
/// <param name="Data">The input, as the tape has it.</param>
/// <param name="At">The wall clock, for this step and those behind it; market time stands for it where none is given.</param>
/// <param name="Then">
/// The events that it must cause, these and no others; of each, the members that are named must be so. Null: whatever it causes is fine.
/// </param>
public sealed record FixtureStep(string Kind, JsonElement Data, Timestamp? At = null, IReadOnlyList<JsonElement>? Then = null);

/// <param name="Format">Of the snapshot; another version of the engine may know another one.</param>
public sealed record FixtureState(int Format, JsonElement Snapshot);

/// <summary>A fixture that cannot be run.</summary>
public sealed class FixtureException(string message) : Exception(message);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow, Converters = [typeof(TimestampConverter)])]
[JsonSerializable(typeof(Fixture))]
internal sealed partial class FixtureJson : JsonSerializerContext
{
    /// <summary>Names of agents have an @ and rationales what people write; a file is no web page.</summary>
    public static readonly JsonWriterOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
}
