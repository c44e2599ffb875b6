using System.Globalization;
using System.Net.WebSockets;
using System.Text.Json.Nodes;
using EventSourcedTrading.BrokerFakes.Serving;
using EventSourcedTrading.BrokerFakes.Venues;
using Microsoft.AspNetCore.Http;

namespace EventSourcedTrading.BrokerFakes.Alpaca;

/// <param name="KeyId">Of header <c>APCA-API-KEY-ID</c>.</param>
/// <param name="SecretKey">Of header <c>APCA-API-SECRET-KEY</c>.</param>
/// <param name="Multiplier">Of buying power: 1 is cash, 2 is Regulation T.</param>
/// <param name="BinaryFrames">As Alpaca's paper host sends them.</param>
public sealed record AlpacaSettings(string KeyId = "AKTEST", string SecretKey = "secret", int Multiplier = 2, bool BinaryFrames = false);

/// <summary>Alpaca's Trading API v2: who may call, how often, and which paths there are.</summary>
public sealed class AlpacaApi(FakeSettings settings, AlpacaSettings alpaca, Venue venue, TimeProvider time) : IBrokerApi
{
    private const int UsualCalls = 200;

    private readonly RateLimit limit = new(settings.CallsPerMinute ?? UsualCalls, time);
    private long calls;

    public string Name => "alpaca";

    public string Prefix => "";

    public string StreamPath => "/stream";

    public IReadOnlyList<Operation> Operations { get; } =
    [
        .. new AlpacaAccount(settings, alpaca, venue, time).Operations,
        .. new AlpacaOrders(settings, alpaca, venue).Operations,
        .. new AlpacaPositions(settings, venue).Operations,
        .. new AlpacaActivities(settings, venue).Operations,
        .. new AlpacaAssets(settings).Operations,
    ];

    public Answer? Admit(Operation operation, Call call, IHeaderDictionary headers)
    {
        headers["X-Request-ID"] = Ids.Uuid(settings.Seed, "call", ++calls).ToString("N");
        if (call.Headers["APCA-API-KEY-ID"] != alpaca.KeyId || call.Headers["APCA-API-SECRET-KEY"] != alpaca.SecretKey)
            return AlpacaError.Answer(401, AlpacaError.Unauthorized, "request is not authorized");
        var (left, resets) = limit.Take();
        headers["X-RateLimit-Limit"] = (settings.CallsPerMinute ?? UsualCalls).ToString(CultureInfo.InvariantCulture);
        headers["X-RateLimit-Remaining"] = Math.Max(left, 0).ToString(CultureInfo.InvariantCulture);
        headers["X-RateLimit-Reset"] = resets.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        return left < 0 ? Failed(429, "rate limit exceeded") : null;
    }

    public Answer Failed(int status, string message) => AlpacaError.Answer(status, status == 422 ? AlpacaError.BadParameter : status * 100_000 + 10_000, message);

    public JsonNode Sent(JsonNode exact) => exact;

    public ClientStream? Join(Call call, WebSocket socket)
    {
        var updates = new TradeUpdates(settings, alpaca);
        return new ClientStream(socket, updates.Received, updates.Messages, alpaca.BinaryFrames);
    }
}
