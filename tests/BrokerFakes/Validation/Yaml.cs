using System.Text.Json.Nodes;
using YamlDotNet.Serialization;

namespace EventSourcedTrading.BrokerFakes.Validation;

/// <summary>YAML as JSON: plain scalars become numbers and booleans where they look so, quoted ones stay texts.</summary>
public static class Yaml
{
    public static JsonNode Read(string text)
    {
        var value = new DeserializerBuilder().WithAttemptingUnquotedStringTypeDeserialization().Build().Deserialize<object>(text);
        return JsonNode.Parse(new SerializerBuilder().JsonCompatible().Build().Serialize(value))!;
    }
}
