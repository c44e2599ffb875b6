namespace EventSourcedTrading.Domain.Engine;

/// <summary>A stream that this engine alone writes, and the version of its last event.</summary>
public sealed class StreamHead(string name, long version = 0)
{
    public string Name { get; } = name;
    public long Version { get; set; } = version;
}
