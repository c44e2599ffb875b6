namespace EventSourcedTrading.Workers.Diagnostics.Checks;

/// <summary>Everything that the platform rests on, looked at once.</summary>
public static class EnvironmentChecks
{
    public static async Task<CheckReport> RunAsync(PlatformView view, CancellationToken ct)
    {
        var checks = new List<Check>();
        await foreach (var check in HostChecks.RunAsync(view, ct)) checks.Add(check);
        await foreach (var check in PostgresChecks.RunAsync(view, ct)) checks.Add(check);
        await foreach (var check in NatsChecks.RunAsync(view, ct)) checks.Add(check);
        await foreach (var check in RedisChecks.RunAsync(Environment.GetEnvironmentVariable("EST_REDIS"), ct)) checks.Add(check);
        await foreach (var check in KeyChecks.RunAsync(view, ct)) checks.Add(check);
        await foreach (var check in BrokerChecks.RunAsync(view, ct)) checks.Add(check);
        return new CheckReport(checks);
    }
}
