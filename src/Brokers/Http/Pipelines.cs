using System.Net;
using Polly;
using Polly.CircuitBreaker;
using Polly.RateLimiting;
using Polly.Retry;
using Polly.Timeout;

namespace EventSourcedTrading.Brokers.Http;

/// <summary>
/// What stands between a caller and a broker, from the outside in. A question: retries with jitter, concurrency limit, rate limit, breaker,
/// timeout. An order: the same without the retries, since a request whose answer did not come may have been taken.
/// </summary>
public static class Pipelines
{
    public static ResiliencePipeline<HttpResponseMessage> Question(BrokerLimits limits, BrokerRateLimit rate, TimeProvider time) =>
        Inner(Start(time).AddRetry(Again(limits)), limits, rate, limits.KeptForOrders).Build();

    public static ResiliencePipeline<HttpResponseMessage> Order(BrokerLimits limits, BrokerRateLimit rate, TimeProvider time) =>
        Inner(Start(time), limits, rate, kept: 0).Build();

    /// <summary>True for the answers that a later try may better.</summary>
    public static bool Passing(HttpStatusCode status) => status is HttpStatusCode.TooManyRequests or HttpStatusCode.RequestTimeout or >= HttpStatusCode.InternalServerError;

    private static ResiliencePipelineBuilder<HttpResponseMessage> Start(TimeProvider time) => new() { TimeProvider = time };

    private static ResiliencePipelineBuilder<HttpResponseMessage> Inner(ResiliencePipelineBuilder<HttpResponseMessage> builder, BrokerLimits limits, BrokerRateLimit rate, int kept) => builder
        .AddConcurrencyLimiter(limits.AtOnce, limits.Waiting)
        .AddRateLimiter(new RateLimiterStrategyOptions { RateLimiter = args => rate.AcquireAsync(kept, args.Context.CancellationToken) })
        .AddCircuitBreaker(new CircuitBreakerStrategyOptions<HttpResponseMessage>
        {
            ShouldHandle = new PredicateBuilder<HttpResponseMessage>().Handle<HttpRequestException>().Handle<TimeoutRejectedException>().HandleResult(r => r.StatusCode >= HttpStatusCode.InternalServerError),
            FailureRatio = 0.5, MinimumThroughput = limits.BreakAfter, SamplingDuration = limits.BreakWindow, BreakDuration = limits.BreakFor,
        })
        .AddTimeout(limits.Timeout);

    private static RetryStrategyOptions<HttpResponseMessage> Again(BrokerLimits limits) => new()
    {
        ShouldHandle = new PredicateBuilder<HttpResponseMessage>().Handle<HttpRequestException>().Handle<TimeoutRejectedException>().HandleResult(r => Passing(r.StatusCode)),
        MaxRetryAttempts = limits.Retries, Delay = limits.RetryPause, BackoffType = DelayBackoffType.Exponential, UseJitter = true, MaxDelay = TimeSpan.FromSeconds(5),
        OnRetry = static retry =>
        {
            retry.Outcome.Result?.Dispose();
            return default;
        },
    };
}
