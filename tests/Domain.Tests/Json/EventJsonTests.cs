using System.Buffers;
using System.Collections;
using System.Reflection;
using System.Text;
using System.Text.Json;
using EventSourcedTrading.Domain.Engine;
using EventSourcedTrading.Domain.Json;
using EventSourcedTrading.Domain.MetaAgent;
using EventSourcedTrading.Domain.Orders;
using EventSourcedTrading.Domain.Time;

namespace EventSourcedTrading.Domain.Tests.Json;

/// <summary>Every event type that there is, filled with something in every member: a new type is covered the day it is written.</summary>
public sealed class EventJsonTests
{
    public static TheoryData<string> Aliases => [.. EventJson.Aliases];

    [Fact]
    public void Every_event_of_the_domain_has_an_alias()
    {
        var types = typeof(DomainEvent).Assembly.GetTypes().Count(t => t.IsSubclassOf(typeof(DomainEvent)));
        Assert.Equal(types, EventJson.Aliases.Count());
        Assert.Contains("order_partially_filled", EventJson.Aliases);
    }

    [Theory]
    [MemberData(nameof(Aliases))]
    public void Every_event_comes_back_as_it_was_written(string alias) => Draw.Property(20, random =>
    {
        var written = Any(alias, random);
        var json = EventJson.Serialize(written);
        var read = EventJson.Deserialize(alias, json);
        Assert.Equal(written.GetType(), read.GetType());
        Assert.Equal(Encoding.UTF8.GetString(json), Encoding.UTF8.GetString(EventJson.Serialize(read)));
        Same(written, read, alias);
    });

    [Theory]
    [MemberData(nameof(Aliases))]
    public void Every_event_is_written_with_sorted_members_and_no_blanks(string alias) => Draw.Property(20, random =>
    {
        var json = EventJson.Serialize(Any(alias, random));
        using var document = JsonDocument.Parse(json);
        var sorted = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(sorted, new JsonWriterOptions { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping })) Sort(document.RootElement, writer);
        Assert.Equal(Encoding.UTF8.GetString(sorted.WrittenSpan), Encoding.UTF8.GetString(json));
        Numbers(document.RootElement);
    });

    [Fact]
    public void An_order_reads_as_people_would_write_it()
    {
        var e = new OrderAcknowledged("alpha-1", "paper-alpha-1", Some.Time(0));
        Assert.Equal("""{"asOf":"2026-11-20T14:30:00.000000Z","brokerOrderId":"paper-alpha-1","orderId":"alpha-1"}""", Encoding.UTF8.GetString(EventJson.Serialize(e)));
    }

    [Theory]
    [InlineData("1.10", "1.1")]
    [InlineData("100", "100")]
    [InlineData("0.00", "0")]
    [InlineData("-0.0", "0")]
    [InlineData("-12.3400", "-12.34")]
    [InlineData("18446744073709551610.0", "18446744073709551610")]
    [InlineData("1844674407370955161.0", "1844674407370955161")]
    [InlineData("0.0000000000", "0")]
    [InlineData("79228162514264337593543950335", "79228162514264337593543950335")]
    [InlineData("0.0000000000000000000000000001", "0.0000000000000000000000000001")]
    public void Equal_amounts_are_equal_text(string value, string text) => Assert.Equal(text, DecimalText.Format(decimal.Parse(value)));

    [Fact]
    public void An_event_of_a_newer_version_is_named() =>
        Assert.Contains("order_teleported", Assert.Throws<UnknownEventTypeException>(() => EventJson.Deserialize("order_teleported", "{}"u8)).Message, StringComparison.Ordinal);

    private static DomainEvent Any(string alias, Random random) =>
        (DomainEvent)Any(typeof(DomainEvent).Assembly.GetTypes().Single(t => t.IsSubclassOf(typeof(DomainEvent)) && JsonNamingPolicy.SnakeCaseLower.ConvertName(t.Name) == alias), random);

    private static object Any(Type type, Random random)
    {
        if (type == typeof(string)) return $"{random.Of("a\"b\\c", "tab\tline\n", "Zürich → ∑", "x", "")}{random.Next(1_000)}";
        if (type == typeof(Wording)) return new Wording((string)Any(typeof(string), random));
        if (type == typeof(decimal)) return new decimal(random.Next(), random.Next(1_000), 0, random.Chance(0.3), (byte)random.Next(11));
        if (type == typeof(int)) return random.Next();
        if (type == typeof(long)) return random.NextInt64();
        if (type == typeof(bool)) return random.Chance(0.5);
        if (type == typeof(TimeOnly)) return new TimeOnly(random.Next(24), random.Next(60));
        if (type == typeof(DateOnly)) return DateOnly.FromDayNumber(random.Next(800_000));
        if (type == typeof(Timestamp)) return new Timestamp(random.NextInt64(4_000_000_000_000_000L));
        if (type == typeof(TimeOnly)) return new TimeOnly(random.NextInt64(TimeOnly.MaxValue.Ticks));
        if (type == typeof(DateOnly)) return DateOnly.FromDayNumber(random.Next(DateOnly.MaxValue.DayNumber));
        if (type == typeof(JsonElement)) return JsonSerializer.SerializeToElement(new SortedDictionary<string, string> { ["a"] = "1", ["b"] = "2" });
        if (Nullable.GetUnderlyingType(type) is { } inner) return Any(inner, random);
        if (type.IsEnum) return Enum.GetValues(type).GetValue(random.Next(Enum.GetValues(type).Length))!;
        if (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IReadOnlyList<>))
        {
            var list = (IList)Activator.CreateInstance(typeof(List<>).MakeGenericType(type.GenericTypeArguments))!;
            for (var i = random.Next(3); i > 0; i--) list.Add(Any(type.GenericTypeArguments[0], random));
            return list;
        }

        if (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IReadOnlyDictionary<,>))
        {
            var map = (IDictionary)Activator.CreateInstance(typeof(Dictionary<,>).MakeGenericType(type.GenericTypeArguments))!;
            for (var i = random.Next(5); i > 0; i--) map[random.Of("zeta", "alpha", "Beta", "b", "a\"q")] = Any(type.GenericTypeArguments[1], random);
            return map;
        }

        var constructor = type.GetConstructors().MaxBy(c => c.GetParameters().Length)!;
        var nullability = new NullabilityInfoContext();
        var made = constructor.Invoke([.. constructor.GetParameters().Select(p =>
            nullability.Create(p).WriteState == NullabilityState.Nullable && random.Chance(0.4) ? null : Any(p.ParameterType, random))]);
        foreach (var option in type.GetProperties().Where(p => p.CanWrite && !constructor.GetParameters().Any(c => c.Name == p.Name)))
            if (random.Chance(0.6)) option.SetValue(made, Any(option.PropertyType, random));
        return made;
    }

    private static void Same(object? a, object? b, string path)
    {
        if (a is null || b is null) Assert.True(a is null && b is null, $"{path}: {a} and {b}");
        else if (a is JsonElement json) Assert.True(JsonElement.DeepEquals(json, (JsonElement)b), path);
        else if (a is IDictionary map) foreach (DictionaryEntry entry in map) Same(entry.Value, ((IDictionary)b)[entry.Key], $"{path}[{entry.Key}]");
        else if (a is IList list)
        {
            Assert.Equal(list.Count, ((IList)b).Count);
            for (var i = 0; i < list.Count; i++) Same(list[i], ((IList)b)[i], $"{path}[{i}]");
        }
        else if (a is string or Wording || a.GetType().IsValueType) Assert.True(a.Equals(b), $"{path}: {a} and {b}");
        else foreach (var property in a.GetType().GetProperties().Where(p => p.CanWrite)) Same(property.GetValue(a), property.GetValue(b), $"{path}.{property.Name}");
    }

    private static void Sort(JsonElement element, Utf8JsonWriter writer)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                writer.WriteStartObject();
                foreach (var member in element.EnumerateObject().OrderBy(m => m.Name, StringComparer.Ordinal))
                {
                    writer.WritePropertyName(member.Name);
                    Sort(member.Value, writer);
                }

                writer.WriteEndObject();
                break;
            case JsonValueKind.Array:
                writer.WriteStartArray();
                foreach (var item in element.EnumerateArray()) Sort(item, writer);
                writer.WriteEndArray();
                break;
            default: element.WriteTo(writer); break;
        }
    }

    /// <summary>Only whole numbers that a double holds exactly may be written as numbers.</summary>
    private static void Numbers(JsonElement element)
    {
        if (element.ValueKind == JsonValueKind.Object) foreach (var member in element.EnumerateObject()) Numbers(member.Value);
        else if (element.ValueKind == JsonValueKind.Array) foreach (var item in element.EnumerateArray()) Numbers(item);
        else if (element.ValueKind == JsonValueKind.Number) Assert.True(element.TryGetInt32(out _));
    }
}
