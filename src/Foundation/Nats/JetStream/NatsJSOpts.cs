using System.Buffers;
using System.Globalization;
using NATS.Client.Core;

namespace NATS.Client.JetStream;

public sealed record NatsJSOpts
{
    public static NatsJSOpts Default { get; } = new();

    public string ApiPrefix { get; init; } = "$JS.API";

    /// <summary>Publishes that may await their acknowledgement at once; the next caller waits.</summary>
    public int MaxPublishConcurrency { get; init; } = 4096;

    /// <summary>Time for an acknowledgement or an API answer; null takes the connection's RequestTimeout.</summary>
    public TimeSpan? RequestTimeout { get; init; }
}

/// <summary>Conditions of one publish; the stream refuses the message when one does not hold.</summary>
public sealed record NatsJSPubOpts : IExtraHeaders
{
    public static NatsJSPubOpts Default { get; } = new();

    /// <summary>Makes a repeat recognisable within the stream's duplicate window.</summary>
    public string? MsgId { get; init; }

    public string? ExpectedStream { get; init; }

    public ulong? ExpectedLastSequence { get; init; }

    /// <summary>Last sequence on the message's own subject; 0 for "none yet".</summary>
    public ulong? ExpectedLastSubjectSequence { get; init; }

    public string? ExpectedLastMsgId { get; init; }

    /// <summary>How often to try again when no stream answers (503), as while a server starts.</summary>
    public int RetryAttempts { get; init; } = 2;

    public TimeSpan RetryWaitBetweenAttempts { get; init; } = TimeSpan.FromMilliseconds(250);

    bool IExtraHeaders.Any => MsgId is not null || ExpectedStream is not null || ExpectedLastMsgId is not null
        || ExpectedLastSequence is not null || ExpectedLastSubjectSequence is not null;

    internal void Check()
    {
        CheckValue("Nats-Msg-Id", MsgId);
        CheckValue("Nats-Expected-Stream", ExpectedStream);
        CheckValue("Nats-Expected-Last-Msg-Id", ExpectedLastMsgId);
    }

    void IExtraHeaders.WriteTo(ArrayBufferWriter<byte> headers)
    {
        Write(headers, "Nats-Msg-Id", MsgId);
        Write(headers, "Nats-Expected-Stream", ExpectedStream);
        Write(headers, "Nats-Expected-Last-Msg-Id", ExpectedLastMsgId);
        Write(headers, "Nats-Expected-Last-Sequence", ExpectedLastSequence?.ToString(CultureInfo.InvariantCulture));
        Write(headers, "Nats-Expected-Last-Subject-Sequence", ExpectedLastSubjectSequence?.ToString(CultureInfo.InvariantCulture));
    }

    private static void CheckValue(string name, string? value)
    {
        if (value is not null)
            HeaderCodec.Check(name, value);
    }

    private static void Write(ArrayBufferWriter<byte> headers, string name, string? value)
    {
        if (value is not null)
            HeaderCodec.Write(headers, name, value);
    }
}
