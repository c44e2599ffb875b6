using Microsoft.AspNetCore.Http;

namespace EventSourcedTrading.BrokerFakes.Serving;

/// <summary>What is particular to one broker.</summary>
public interface IBrokerApi
{
    string Name { get; }

    IReadOnlyList<Operation> Operations { get; }

    /// <summary>Path of its WebSocket.</summary>
    string StreamPath { get; }

    /// <summary>Looks at a request before its handler: who may not call is answered here. Sets headers that every answer carries.</summary>
    Answer? Admit(Operation operation, Call call, IHeaderDictionary headers);

    /// <summary>The body of an answer to a failure, in the broker's own form.</summary>
    Answer Failed(int status, string message);

    /// <summary>A client has opened the stream; null refuses it.</summary>
    ClientStream? Join(Call call, System.Net.WebSockets.WebSocket socket);
}
