using System.Globalization;
using System.Runtime.CompilerServices;
using EventSourcedTrading.Workers.Messaging;
using NATS.Client.Core;
using NATS.Client.JetStream;
using NATS.Client.JetStream.Models;

namespace EventSourcedTrading.Workers.Diagnostics.Checks;

/// <summary>NATS: is it there, is JetStream on, are the streams what they should be?</summary>
internal static class NatsChecks
{
    private const string Part = "nats";
    private const double Full = 0.9;
    private const long LeastPayload = 64 << 10;
    private static readonly Version MinVersion = new(2, 9);

    public static async IAsyncEnumerable<Check> RunAsync(PlatformView view, [EnumeratorCancellation] CancellationToken ct)
    {
        if (view.Options.Nats.Length == 0)
        {
            yield return new Check(Part, Check.Reachable, CheckState.Failed, "EST_NATS is not set", "nats://host:port", "set EST_NATS, or run `make up`");
            yield break;
        }

        var (nats, away) = await ConnectAsync(view, ct);
        if (away is not null)
        {
            yield return away;
            yield break;
        }

        var server = nats!.ServerInfo!;
        yield return Check.Ok(Part, Check.Reachable, view.Options.Nats.Split('@')[^1], "an answer");
        yield return Check.Of(Version.TryParse(server.Version.Split('-')[0], out var version) && version >= MinVersion, Part, "version", server.Version, $"{MinVersion} or later", $"install nats-server {MinVersion} or later");
        yield return Check.Of(server.MaxPayload >= LeastPayload, Part, "largest message", $"{server.MaxPayload >> 10} KiB", $"{LeastPayload >> 10} KiB", "raise max_payload in the server's configuration");
        var js = await view.JetStreamAsync(ct);
        var account = await AccountAsync(js, ct);
        yield return Check.Of(account is not null, Part, "JetStream", account is null ? "off" : $"{account.Streams} streams, {account.Storage >> 20} MiB", "on", "start nats-server with -js, or `jetstream {}` in its configuration");
        if (account is null) yield break;
        var wanted = StreamSetup.All(view.Subjects, view.Portfolios);
        var need = wanted.Sum(w => w.MaxBytes);
        yield return Check.Of(
            account.Limits.MaxStorage < 0 || account.Limits.MaxStorage >= need, Part, "storage for the streams", account.Limits.MaxStorage < 0 ? "no limit" : $"{account.Limits.MaxStorage >> 20} MiB", $"{need >> 20} MiB", "raise max_file_store in the server's configuration");
        foreach (var config in wanted)
        {
            var stream = await StreamAsync(js, config.Name!, ct);
            yield return Stream(config, stream);
            if (stream is not null && config.Name == view.Subjects.SignalStream) yield return await ClockAsync(js, config.Name!, ct);
        }
    }

    private static async Task<(NatsConnection?, Check?)> ConnectAsync(PlatformView view, CancellationToken ct)
    {
        try
        {
            return (await view.NatsAsync(ct), null);
        }
        catch (Exception e) when (e is NatsException or ArgumentException or UriFormatException)
        {
            return (null, new Check(Part, Check.Reachable, CheckState.Failed, e.Message, "an answer", "start nats-server, and see that EST_NATS names it"));
        }
    }

    private static async Task<AccountInfo?> AccountAsync(NatsJSContext js, CancellationToken ct)
    {
        try
        {
            return await js.GetAccountInfoAsync(ct);
        }
        catch (NatsException)
        {
            return null;
        }
    }

    public static async Task<StreamInfo?> StreamAsync(NatsJSContext js, string name, CancellationToken ct)
    {
        try
        {
            return (await js.GetStreamAsync(name, ct)).Info;
        }
        catch (NatsJSApiException e) when (e.Error.Code == 404)
        {
            return null;
        }
    }

    private static Check Stream(StreamConfig wanted, StreamInfo? stream)
    {
        var what = $"stream {wanted.Name}";
        var needed = $"{wanted.MaxBytes >> 20} MiB of {string.Join(", ", wanted.Subjects!)}";
        if (stream is null) return new Check(Part, what, CheckState.Warning, "not there", needed, "run `est resources setup`; `est run` makes it too");
        if (Difference(wanted, stream.Config) is { } other) return new Check(Part, what, CheckState.Failed, other, needed, "run `est resources setup`");
        var share = stream.State.Bytes / (double)wanted.MaxBytes;
        return Check.Of(
            share < Full || wanted.Discard == StreamConfigDiscard.Old, Part, what,
            string.Create(CultureInfo.InvariantCulture, $"{stream.State.Messages:#,0} messages, {share:0 %} full"), needed, $"it refuses what is new when it is full: `est resources clear {wanted.Name}` once all is taken", CheckState.Warning);
    }

    /// <summary>The field in which a stream is other than it should be, with both values; null for none.</summary>
    public static string? Difference(StreamConfig wanted, StreamConfig found) =>
        !wanted.Subjects!.Order(StringComparer.Ordinal).SequenceEqual(found.Subjects?.Order(StringComparer.Ordinal) ?? Enumerable.Empty<string>()) ? $"subjects {string.Join(", ", found.Subjects ?? [])}"
        : wanted.MaxBytes != found.MaxBytes ? $"max_bytes {found.MaxBytes >> 20} MiB"
        : wanted.Discard != found.Discard ? $"discard {found.Discard}"
        : wanted.Storage != found.Storage ? $"storage {found.Storage}"
        : found.Retention != StreamConfigRetention.Limits ? $"retention {found.Retention}" : null;

    /// <summary>The server tells its time nowhere; but it dates what it makes, such as a consumer that is gone again at once.</summary>
    private static async Task<Check> ClockAsync(NatsJSContext js, string stream, CancellationToken ct)
    {
        var asked = DateTimeOffset.UtcNow;
        var consumer = await js.CreateOrUpdateConsumerAsync(stream, new ConsumerConfig
        {
            DeliverPolicy = ConsumerConfigDeliverPolicy.New, AckPolicy = ConsumerConfigAckPolicy.None, InactiveThreshold = TimeSpan.FromSeconds(1), MemStorage = true,
        }, ct);
        var trip = DateTimeOffset.UtcNow - asked;
        await js.DeleteConsumerAsync(stream, consumer.Info.Name, ct);
        return HostChecks.Offset(Part, "clock against ours", consumer.Info.Created - (asked + (trip / 2)), trip / 2, TimeSpan.FromMilliseconds(10));
    }
}
