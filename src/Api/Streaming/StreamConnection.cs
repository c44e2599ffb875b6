using System.Net.WebSockets;
using System.Text;
using EventSourcedTrading.Api.Access;
using EventSourcedTrading.Domain.Control;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace EventSourcedTrading.Api.Streaming;

/// <summary>One client: what it says is answered in its order, what it has asked for comes as it happens.</summary>
internal sealed class StreamConnection(WebSocket socket, HttpContext http, StreamHub hub) : IDisposable
{
    /// <summary>Bytes that RFC 6455 leaves for the reason of a close frame.</summary>
    private const int MaxReason = 123;

    /// <summary>How long we wait for the client to say goodbye as well.</summary>
    private static readonly TimeSpan Goodbye = TimeSpan.FromSeconds(2);

    private readonly Outbox outbox = new(socket, hub.Limits, hub.Time);
    private readonly StreamInbox inbox = new(socket, hub.Limits, hub.Time);
    private readonly Dictionary<string, Subscription> subscriptions = [];
    private readonly CancellationTokenSource ending = new();
    private readonly TaskCompletionSource ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock gate = new();
    private (WebSocketCloseStatus Status, string Reason)? close;
    private StreamFault? last;
    private int faults;

    /// <summary>Null before it is known.</summary>
    public Caller? Caller { get; private set; }

    /// <summary>Tells whether what it came in with still stands; null before it was let in.</summary>
    public Func<CancellationToken, ValueTask<bool>>? MayStay { get; private set; }

    /// <summary>Serves the client until one of the two has had enough.</summary>
    /// <param name="known">Who it is, where the request's headers said so.</param>
    public async Task RunAsync(Caller? known)
    {
        var receiving = ReceiveAsync(known);
        var sending = SendAsync();
        await ended.Task;
        await sending;
        foreach (var subscription in Subscriptions()) await StopAsync(subscription);
        await CloseAsync(receiving);
    }

    /// <summary>Ends it; the first reason counts.</summary>
    /// <param name="fault">Said in a frame before it is closed, where there is one.</param>
    public void End(WebSocketCloseStatus status, string reason, StreamFault? fault = null)
    {
        lock (gate)
        {
            if (close is not null) return;
            (close, last) = ((status, reason), fault);
        }

        ended.TrySetResult();
        ending.Cancel();
    }

    public void Beat()
    {
        foreach (var subscription in Subscriptions()) (subscription as TableSubscription)?.Beat(hub.Limits.HeartbeatEvery);
    }

    public void Dispose()
    {
        outbox.Dispose();
        ending.Dispose();
    }

    private async Task ReceiveAsync(Caller? known)
    {
        try
        {
            if (known is not null) await AdmitAsync(known);
            else Impatiently();
            while (!ending.IsCancellationRequested && await inbox.NextAsync() is { } message)
            {
                try
                {
                    await AnswerAsync(ClientFrame.Read(message.Span));
                }
                catch (StreamFault fault) when (fault.Code is not "TOO_SLOW")
                {
                    await RefuseAsync(null, fault);
                }
            }

            End(StreamClose.Normal, "");
        }
        catch (StreamClosedException e)
        {
            End(e.Status, e.Message);
        }
        catch (RefusedException refused)
        {
            End(StreamClose.Of(refused), refused.Code, new StreamFault(refused.Code, refused.Field ?? "key", null, refused.Message));
        }
        catch (Exception e) when (e is OperationCanceledException or WebSocketException)
        {
            End(StreamClose.Normal, "");
        }
        catch (Exception e)
        {
            Fail(e);
        }

        // What it still sends has to be read, or it would never come to our goodbye.
        await inbox.DrainAsync();
    }

    private async Task SendAsync()
    {
        try
        {
            await outbox.SendAsync(ending.Token);
        }
        catch (StreamFault slow)
        {
            TooSlow(slow);
        }
        catch (Exception e) when (e is OperationCanceledException or WebSocketException)
        {
            End(StreamClose.Normal, "");
        }
        catch (Exception e)
        {
            Fail(e);
        }
    }

    private async Task AnswerAsync(ClientFrame frame)
    {
        if (Caller is null && frame.Type != "hello") throw new StreamClosedException(StreamClose.Unauthenticated, "UNAUTHENTICATED: say hello with a key first");
        switch (frame.Type)
        {
            case "hello" when Caller is null: await AdmitAsync(await hub.IdentifyAsync(http, frame.Key)); break;
            case "hello": throw new StreamFault("ALREADY_ADMITTED", "type", "hello", "say hello once, and not where the Authorization header has said it");
            case "subscribe": await SubscribeAsync(frame); break;
            case "unsubscribe": await UnsubscribeAsync(frame.CheckedId); break;
            case "ping":
                await outbox.AddAsync(ServerFrame.Alone(w =>
                {
                    w.WriteString("type", "pong");
                    if (frame.Nonce is { Length: <= StreamFault.MaxValue } nonce) w.WriteString("nonce", nonce);
                }), ending.Token);
                break;
            case "pong": break;
            default: throw new StreamFault("BAD_TYPE", "type", frame.Type, "type must be hello, subscribe, unsubscribe, ping or pong");
        }
    }

    private async Task AdmitAsync(Caller caller)
    {
        (MayStay, Caller) = (hub.Admit(caller), caller);
        await outbox.AddAsync(ServerFrame.Alone(w =>
        {
            w.WriteString("type", "welcome");
            w.WriteString("protocol", StreamEndpoint.Protocol);
            w.WriteNumber("heartbeatSeconds", hub.Limits.HeartbeatEvery.TotalSeconds);
            w.WriteNumber("maxSubscriptions", hub.Limits.Subscriptions);
            w.WriteNumber("maxFrameBytes", hub.Limits.FrameBytes);
            w.WriteNumber("maxFramesPerSecond", hub.Limits.FramesPerSecond);
        }), ending.Token);
    }

    private async Task SubscribeAsync(ClientFrame frame)
    {
        var id = frame.CheckedId;
        try
        {
            var (portfolio, resumeAfter, instruments) = (frame.CheckedPortfolio, frame.CheckedResumeAfter, frame.CheckedInstruments(hub.Limits.Instruments));
            lock (gate)
            {
                if (subscriptions.ContainsKey(id)) throw new StreamFault("ID_IN_USE", "id", id, "unsubscribe first, or take another id");
                if (subscriptions.Count >= hub.Limits.Subscriptions) throw new StreamFault("TOO_MANY_SUBSCRIPTIONS", "id", id, $"a client has at most {hub.Limits.Subscriptions}; unsubscribe from one first");
            }

            if (portfolio is not null) await hub.CheckPortfolioAsync(portfolio, ending.Token);
            var subscription = frame.Channel switch
            {
                "decisions" when instruments is not null => throw new StreamFault("BAD_INSTRUMENTS", "instruments", null, "decisions are told by portfolio; leave instruments out"),
                "decisions" => new Subscription(id, frame.Channel),
                "positions" => new TableSubscription(id, frame.Channel, "rows", portfolio, instruments, outbox, hub.Time),
                "market" when portfolio is not null => throw new StreamFault("BAD_PORTFOLIO", "portfolio", portfolio, "market data is of no portfolio; leave it out"),
                "market" => new TableSubscription(id, frame.Channel, "signals", null, instruments, outbox, hub.Time),
                _ => throw new StreamFault("BAD_CHANNEL", "channel", frame.Channel, "channel must be positions, decisions or market"),
            };
            lock (gate) subscriptions.Add(id, subscription);
            subscription.Work = WorkAsync(subscription, portfolio, instruments, resumeAfter);
        }
        catch (StreamFault fault)
        {
            await RefuseAsync(id, fault);
        }
    }

    /// <summary>Keeps a subscription until it is cancelled; what goes wrong with it is told, and ends it.</summary>
    private async Task WorkAsync(Subscription subscription, string? portfolio, IReadOnlySet<string>? instruments, long? resumeAfter)
    {
        await Task.Yield();
        try
        {
            if (subscription is TableSubscription table) await hub.WatchAsync(table, instruments, table.Ending.Token);
            else await hub.Decisions.RunAsync(subscription, portfolio, resumeAfter, outbox, subscription.Ending.Token);
        }
        catch (OperationCanceledException)
        {
            if (!subscription.Ending.IsCancellationRequested) hub.SayGoodbye(this);
        }
        catch (StreamFault fault) when (fault.Code is "TOO_SLOW")
        {
            TooSlow(fault);
        }
        catch (StreamFault fault)
        {
            lock (gate) subscriptions.Remove(subscription.Id);
            await outbox.AddAsync(ServerFrame.Error(subscription.Id, fault), ending.Token).AsTask().ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        catch (Exception e)
        {
            Fail(e);
        }
    }

    private async Task UnsubscribeAsync(string id)
    {
        Subscription? subscription;
        lock (gate)
        {
            if (!subscriptions.Remove(id, out subscription)) throw new StreamFault("UNKNOWN_ID", "id", id, "id must be that of a subscription that you have");
        }

        await StopAsync(subscription);
        await outbox.AddAsync(ServerFrame.Alone(w =>
        {
            w.WriteString("type", "unsubscribed");
            w.WriteString("id", id);
        }), ending.Token);
    }

    private async Task RefuseAsync(string? id, StreamFault fault)
    {
        if (++faults >= hub.Limits.Faults) throw new StreamClosedException(StreamClose.BadFrames, $"{fault.Code}: {hub.Limits.Faults} messages were wrong");
        await outbox.AddAsync(ServerFrame.Error(id, fault), ending.Token);
    }

    private static async Task StopAsync(Subscription subscription)
    {
        await subscription.Ending.CancelAsync();
        await subscription.Work;
    }

    private List<Subscription> Subscriptions()
    {
        lock (gate) return [.. subscriptions.Values];
    }

    private void Impatiently() => _ = Task.Delay(hub.Limits.HelloWithin, hub.Time, ending.Token).ContinueWith(
        waited =>
        {
            if (waited.IsCompletedSuccessfully && Caller is null) End(StreamClose.Unauthenticated, $"UNAUTHENTICATED: no hello within {hub.Limits.HelloWithin.TotalSeconds} s");
        },
        CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);

    /// <summary>Each subscription whose place in the log must be kept is in the reason, as far as there is room.</summary>
    private void TooSlow(StreamFault fault)
    {
        var reason = new StringBuilder("TOO_SLOW; resume after");
        foreach (var subscription in Subscriptions())
        {
            var part = $" {subscription.Id}={subscription.SentUpTo}";
            if (subscription is not TableSubscription && subscription.SentUpTo is not null && reason.Length + part.Length <= MaxReason) reason.Append(part);
        }

        End(StreamClose.TooSlow, reason.ToString(), fault);
    }

    private void Fail(Exception e)
    {
        hub.Log.LogError(e, "A live stream of {Caller} failed", Caller);
        End(StreamClose.Failed, "FAILED: connect again and resume; the server's log tells why");
    }

    private async Task CloseAsync(Task receiving)
    {
        using var hurry = new CancellationTokenSource(Goodbye);
        try
        {
            var (status, reason) = close!.Value;
            if (socket.State == WebSocketState.Open && last is not null)
                await socket.SendAsync(ServerFrame.Error(null, last).Payload, WebSocketMessageType.Text, WebSocketMessageFlags.EndOfMessage, hurry.Token);
            if (socket.State is WebSocketState.Open or WebSocketState.CloseReceived) await socket.CloseOutputAsync(status, reason.Length > MaxReason ? reason[..MaxReason] : reason, hurry.Token);
            await receiving.WaitAsync(hurry.Token);
        }
        catch (Exception e) when (e is OperationCanceledException or WebSocketException)
        {
            // It does not listen any more.
        }

        socket.Abort();
        await receiving;
    }
}
