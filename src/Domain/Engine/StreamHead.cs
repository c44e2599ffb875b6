namespace EventSourcedTrading.Domain.Engine;

/// <summary>A stream that this engine alone writes, and the version of its last event.</summary>
/// <remarks>Its name is put together when somebody asks: most orders and rounds are done before anybody does.</remarks>
public class StreamHead(string kind, string id, long version = 0)
{
    private string? name;

    public string Name => name ??= $"{kind}-{id}";
    public long Version { get; set; } = version;
}
