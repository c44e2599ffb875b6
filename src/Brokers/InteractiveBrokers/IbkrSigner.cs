using System.Net.Http.Headers;
using System.Numerics;
using System.Security.Cryptography;
using EventSourcedTrading.Brokers.Credentials;
using EventSourcedTrading.Brokers.InteractiveBrokers.OAuth;

namespace EventSourcedTrading.Brokers.InteractiveBrokers;

/// <param name="Expires">A day after it was agreed on.</param>
internal sealed record SessionToken(byte[] Bytes, DateTimeOffset Expires);

/// <summary>Makes requests, with a nonce and a signature of their own where the account needs one.</summary>
internal sealed class IbkrSigner(IbkrOptions options, TimeProvider time)
{
    /// <summary>A request without a name is turned away.</summary>
    public const string Agent = "EventSourcedTrading/1";

    public const string TokenPath = "oauth/live_session_token";

    /// <param name="token">Null behind a gateway.</param>
    public HttpRequestMessage Make(HttpMethod method, string path, byte[]? body, SessionToken? token)
    {
        var signed = options.Keys is { } keys && token is not null ? OAuthHeader.ForCall(method.Method, Address(path), keys, token.Bytes, Nonce(), time.GetUtcNow()) : null;
        return Bare(method, path, body, signed);
    }

    public HttpRequestMessage ForToken(OAuthKeys keys, BigInteger challenge) =>
        Bare(HttpMethod.Post, TokenPath, null, OAuthHeader.ForToken("POST", Address(TokenPath), keys, challenge, Nonce(), time.GetUtcNow()));

    /// <summary>For a reader: a signature that was never used would let him send it.</summary>
    public HttpRequestMessage Unsigned(HttpMethod method, string path, byte[]? body) => Bare(method, path, body, options.Keys is null ? null : $"OAuth {Secret.Blotted}");

    private Uri Address(string path) => new(options.Address, path);

    private static string Nonce() => RandomNumberGenerator.GetHexString(32, lowercase: true);

    private static HttpRequestMessage Bare(HttpMethod method, string path, byte[]? body, string? authorization)
    {
        var request = new HttpRequestMessage(method, new Uri(path, UriKind.Relative));
        if (authorization is not null) request.Headers.TryAddWithoutValidation("Authorization", authorization);
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
        request.Headers.UserAgent.ParseAdd(Agent);
        if (body is not null) request.Content = new ByteArrayContent(body) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };
        else if (method == HttpMethod.Post) request.Content = new ByteArrayContent([]);
        return request;
    }
}
