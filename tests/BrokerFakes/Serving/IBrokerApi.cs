using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace EventSourcedTrading.BrokerFakes.Serving;

/// <summary>What is particular to one broker.</summary>
public interface IBrokerApi
{
    string Name { get; }

    IReadOnlyList<Operation> Operations { get; }

    /// <summary>What stands before the paths of the specification, such as <c>/v1/api</c>.</summary>
    string Prefix { get; }

    /// <summary>Path of its WebSocket, behind the prefix.</summary>
    string StreamPath { get; }

    /// <summary>Looks at a request before its handler: who may not call is answered here. Sets headers that every answer carries.</summary>
    Answer? Admit(Operation operation, Call call, IHeaderDictionary headers);

    /// <summary>The body of an answer to a failure, in the broker's own form.</summary>
    Answer Failed(int status, string message);

    /// <summary>What is sent instead of an answer or a message, for brokers whose files are more exact than they are.</summary>
    JsonNode Sent(JsonNode exact);

    /// <summary>A client has opened the stream; null refuses it.</summary>
    ClientStream? Join(Call call, System.Net.WebSockets.WebSocket socket);
}
