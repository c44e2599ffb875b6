using System.Net.WebSockets;
using System.Text.Json.Nodes;
using EventSourcedTrading.BrokerFakes.Faults;
using EventSourcedTrading.BrokerFakes.Serving;
using EventSourcedTrading.BrokerFakes.Venues;
using Microsoft.AspNetCore.Http;

namespace EventSourcedTrading.BrokerFakes.InteractiveBrokers;

/// <summary>Interactive Brokers' Web API: who may call, and which paths there are.</summary>
public sealed class IbkrApi : IBrokerApi
{
    private const int UsualCalls = 600;

    private readonly FakeSettings settings;
    private readonly IbkrSettings ibkr;
    private readonly Venue venue;
    private readonly IbkrSession session;
    private readonly OAuthServer? oauth;
    private readonly RateLimit limit;
    private readonly Inexactness inexact;

    public IbkrApi(FakeSettings settings, IbkrSettings ibkr, Venue venue, FaultPlan faults, TimeProvider time)
    {
        (this.settings, this.ibkr, this.venue) = (settings, ibkr, venue);
        session = new IbkrSession(settings, ibkr, time);
        limit = new RateLimit(settings.CallsPerMinute ?? UsualCalls, time);
        inexact = new Inexactness(settings.Seed, ibkr.Inexact);
        oauth = ibkr.OAuth is { } consumer ? new OAuthServer(consumer, settings.Seed, time) : null;
        Operations =
        [
            .. session.Operations,
            .. new IbkrContracts(settings).Operations,
            .. new IbkrOrders(settings, ibkr, venue, session, faults).Operations,
            .. new IbkrLiveOrders(settings, ibkr, venue, session).Operations,
            .. new IbkrPortfolio(settings, ibkr, venue, session, time).Operations,
            .. oauth is null ? [] : oauth.Operations,
        ];
    }

    public string Name => "ibkr";

    public string Prefix => "/v1/api";

    public string StreamPath => "/ws";

    public IReadOnlyList<Operation> Operations { get; }

    public Answer? Admit(Operation operation, Call call, IHeaderDictionary headers)
    {
        if (limit.Take().Left < 0) return Failed(429, "Too many requests");
        if (operation.Name == "token") return null;
        if (oauth?.Refuses(call) is { } reason) return new Answer(401, null, reason);
        session.Touch();
        return operation.Pattern.StartsWith("/iserver/auth", StringComparison.Ordinal) || !operation.Pattern.StartsWith("/iserver/", StringComparison.Ordinal) || session.IsAuthenticated
            ? null : new Answer(401, null, "not authenticated");
    }

    /// <summary>What it refuses for its content it answers with 200 and an error.</summary>
    public Answer Failed(int status, string message) => status == 422 ? new Answer(200, new JsonObject { ["error"] = message }) : new Answer(status, new JsonObject { ["error"] = message, ["statusCode"] = $"{status}" });

    public JsonNode Sent(JsonNode exact) => inexact.Twisted(exact);

    public ClientStream? Join(Call call, WebSocket socket)
    {
        if (oauth?.RefusesStream(call.Text("oauth_token")) == true) return null;
        var stream = new IbkrStream(settings, ibkr, venue, session, inexact);
        var client = new ClientStream(socket, stream.Received, stream.Messages, binary: false);
        stream.Greet(client);
        return client;
    }
}
