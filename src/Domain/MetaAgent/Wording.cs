using System.Text.Json;
using System.Text.Json.Serialization;
using EventSourcedTrading.Domain.Json;

namespace EventSourcedTrading.Domain.MetaAgent;

/// <summary>
/// A sentence with its numbers, written out when somebody reads it: a decision is made far more often than it is looked at. In
/// JSON it is its text.
/// </summary>
[JsonConverter(typeof(WordingConverter))]
public sealed class Wording : IEquatable<Wording>
{
    private readonly Func<decimal[], string>? format;
    private readonly decimal[] numbers = [];
    private readonly Wording? before;
    private string? text;

    public Wording(string text) => this.text = text;

    /// <param name="format">Static, so that deciding makes no closure.</param>
    public Wording(Func<decimal[], string> format, params decimal[] numbers) => (this.format, this.numbers) = (format, numbers);

    private Wording(Wording before, Func<decimal[], string> format, decimal[] numbers) : this(format, numbers) => this.before = before;

    public static implicit operator Wording(string text) => new(text);

    /// <summary>This, a semicolon, and more.</summary>
    public Wording And(Func<decimal[], string> more, params decimal[] moreNumbers) => new(this, more, moreNumbers);

    public override string ToString() => text ??= before is null ? format!(numbers) : $"{before}; {format!(numbers)}";

    public bool Equals(Wording? other) => other is not null && ToString() == other.ToString();

    public override bool Equals(object? obj) => Equals(obj as Wording);

    public override int GetHashCode() => (int)Fingerprint.Of(ToString());

    internal static string Text(decimal number) => DecimalText.Format(number);
}

public sealed class WordingConverter : JsonConverter<Wording>
{
    public override Wording Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.TokenType == JsonTokenType.String
        ? new Wording(reader.GetString()!) : throw new JsonException("expected a string");

    public override void Write(Utf8JsonWriter writer, Wording value, JsonSerializerOptions options) => writer.WriteStringValue(value.ToString());
}
