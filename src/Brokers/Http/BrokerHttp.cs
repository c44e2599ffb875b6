using System.Text;
using Polly;
using Polly.CircuitBreaker;
using Polly.RateLimiting;
using Polly.Timeout;

namespace EventSourcedTrading.Brokers.Http;

/// <param name="Body">At most <see cref="BrokerHttp.MaxBody"/> bytes.</param>
/// <param name="ServerTime">The answer's <c>Date</c>, to the second; null without one.</param>
public sealed record BrokerAnswer(int Status, byte[] Body, DateTimeOffset? ServerTime)
{
    public bool IsSuccess => Status is >= 200 and < 300;
}

/// <summary>What came of an order's request.</summary>
/// <param name="Answer">Null if there was none.</param>
/// <param name="MayHaveArrived">False only where it is certain that the broker never got it.</param>
/// <param name="Text">Why there was no answer; empty if there was one.</param>
/// <param name="Request">In a dry run, the request that was not sent.</param>
public sealed record OrderOutcome(BrokerAnswer? Answer, bool MayHaveArrived, string Text, string? Request = null);

/// <summary>The way to one broker's HTTP API. Redirects are not followed: they could carry secrets elsewhere, or an order twice.</summary>
/// <param name="address">Ends with a slash; paths of requests are relative to it.</param>
/// <param name="dryRun">Orders are rendered instead of sent; questions are asked.</param>
/// <param name="handler">Null for the usual one; it is disposed of along with this.</param>
public sealed class BrokerHttp(string broker, Uri address, BrokerLimits limits, BrokerRateLimit rate, Redaction redaction, TimeProvider time, bool dryRun = false, HttpMessageHandler? handler = null) : IDisposable
{
    public const int MaxBody = 8 * 1_048_576;

    /// <summary>Of a broker's words in a text of ours, in characters.</summary>
    private const int MaxWords = 500;

    // Polly measures the time of a request; HttpClient's own limit would cut off without saying which call.
    private readonly HttpClient http = new(handler ?? Usual(limits)) { BaseAddress = address, Timeout = Timeout.InfiniteTimeSpan, MaxResponseContentBufferSize = MaxBody };

    private readonly ResiliencePipeline<HttpResponseMessage> questions = Pipelines.Question(limits, rate, time), orders = Pipelines.Order(limits, rate, time);

    /// <summary>Asks, and asks again where that may help.</summary>
    /// <param name="request">Makes a new one for each try.</param>
    /// <param name="what">For a message, such as <c>GET v2/account</c>.</param>
    /// <returns>Any answer but 429 and those of 500 and above.</returns>
    /// <exception cref="BrokerException">No answer.</exception>
    public async Task<BrokerAnswer> AskAsync(Func<HttpRequestMessage> request, string what, CancellationToken ct)
    {
        try
        {
            using var response = await questions.ExecuteAsync(async token => await SendAsync(request(), token), ct);
            var answer = await ReadAsync(response, ct);
            return Pipelines.Passing(response.StatusCode) ? throw Failed(what, $"answered {answer.Status}: {Words(answer.Body)}") : answer;
        }
        catch (Exception e) when (IsFailure(e))
        {
            throw Failed(what, Why(e));
        }
    }

    /// <summary>Sends an order's request at most once. Never throws for what a broker or a network does.</summary>
    public async Task<OrderOutcome> OrderAsync(HttpRequestMessage request, CancellationToken ct)
    {
        // A request without a body is sent again by HttpClient itself when a kept connection breaks; one with a body, be it empty, is not.
        request.Content ??= new ByteArrayContent([]);
        if (dryRun) return new(null, MayHaveArrived: false, "dry run: nothing was sent", await DryRun.RenderAsync(request, address, redaction));
        var sent = false;
        try
        {
            using var response = await orders.ExecuteAsync(
                async token =>
                {
                    sent = true;
                    return await SendAsync(request, token);
                }, ct);
            return new(await ReadAsync(response, CancellationToken.None), MayHaveArrived: true, "");
        }
        catch (Exception e) when (IsFailure(e) || e is OperationCanceledException)
        {
            return new(null, sent && !NeverLeft(e), Why(e));
        }
    }

    /// <summary>What a broker says in a body that is not understood, short and without secrets.</summary>
    public string Words(byte[] body)
    {
        var text = redaction.Blot(Encoding.UTF8.GetString(body, 0, Math.Min(body.Length, MaxWords * 4)).ReplaceLineEndings(" ").Trim());
        return text.Length == 0 ? "without a word" : text.Length <= MaxWords ? text : text[..MaxWords] + "…";
    }

    public void Dispose() => http.Dispose();

    private async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken ct)
    {
        var response = await http.SendAsync(request, ct);
        rate.Observe(response);
        return response;
    }

    private static async Task<BrokerAnswer> ReadAsync(HttpResponseMessage response, CancellationToken ct) =>
        new((int)response.StatusCode, await response.Content.ReadAsByteArrayAsync(ct), response.Headers.Date);

    private static bool IsFailure(Exception e) => e is HttpRequestException or TimeoutRejectedException or BrokenCircuitException or RateLimiterRejectedException;

    /// <summary>The connection was never made, so nothing can have gone over it.</summary>
    private static bool NeverLeft(Exception e) => e is HttpRequestException
    {
        HttpRequestError: HttpRequestError.NameResolutionError or HttpRequestError.ConnectionError or HttpRequestError.SecureConnectionError or HttpRequestError.ProxyTunnelError,
    };

    private BrokerException Failed(string what, string why) => new(broker, $"{what}: {redaction.Blot(why)}", "It is safe to ask again");

    private string Why(Exception e) => redaction.Blot(e switch
    {
        TimeoutRejectedException => $"no answer within {limits.Timeout.TotalSeconds:0.###} s",
        BrokenCircuitException => $"not asked: too many calls have failed, the next one is let through within {limits.BreakFor.TotalSeconds:0.###} s",
        RateLimiterRejectedException => "not asked: no call is left until the rate limit allows more, or too many wait for their turn",
        OperationCanceledException => "given up by the caller",
        HttpRequestException { InnerException: { } inner } => $"{e.Message} ({inner.Message})",
        _ => e.Message,
    });

    private static SocketsHttpHandler Usual(BrokerLimits limits) => new()
    {
        AllowAutoRedirect = false, UseCookies = false, ActivityHeadersPropagator = null, MaxResponseHeadersLength = 64,
        ConnectTimeout = limits.Timeout, PooledConnectionLifetime = TimeSpan.FromMinutes(5),
    };
}
