namespace EventSourcedTrading.Api.Streaming;

/// <summary>What a client has asked for, by the name that the client gave it.</summary>
internal class Subscription(string id, string channel)
{
    public string Id => id;

    public string Channel => channel;

    /// <summary>The number of the last frame that was written: 1 for the first. The sender's alone.</summary>
    public long Sequence { get; set; }

    /// <summary>The position of the last frame that went out whole; null before there was one. The sender's alone.</summary>
    public long? SentUpTo { get; set; }

    /// <summary>Cancelled when the client no longer wants it, or is gone.</summary>
    public CancellationTokenSource Ending { get; } = new();

    /// <summary>What works for it; completes after <see cref="Ending"/> is cancelled.</summary>
    public Task Work { get; set; } = Task.CompletedTask;

    /// <summary>Called by the sender when it comes to this subscription's turn; null if there is nothing to say after all.</summary>
    public virtual ServerFrame? Take() => null;
}
