namespace EventSourcedTrading.Workers.Hosting;

/// <summary>What this process's notary has signed, verified and refused; nothing is told where there is none.</summary>
public sealed class AuditMetrics
{
    private readonly Lock gate = new();
    private long leaves, checkpoints, faults, witnessFailures, timeStampFailures;
    private DateTimeOffset? signedAt, upToDateAt, verifiedAt;
    private bool alarm;

    /// <summary>The notary has looked: all that there is, is signed.</summary>
    public void UpToDate(DateTimeOffset at)
    {
        lock (gate) (upToDateAt, alarm) = (at, false);
    }

    public void Signed(long size, DateTimeOffset at)
    {
        lock (gate) (leaves, signedAt, checkpoints) = (size, at, checkpoints + 1);
    }

    public void Verified(DateTimeOffset at, int found)
    {
        lock (gate) (verifiedAt, faults) = (at, faults + found);
    }

    public void Alarm()
    {
        lock (gate) alarm = true;
    }

    public void WitnessFailed() => Interlocked.Increment(ref witnessFailures);

    public void TimeStampFailed() => Interlocked.Increment(ref timeStampFailures);

    public void Write(PrometheusText text, DateTimeOffset now)
    {
        lock (gate)
        {
            if (upToDateAt is null && signedAt is null && !alarm) return;
            Gauge("audit_leaves", "Events that the newest checkpoint covers.", leaves);
            text.Counter("audit_checkpoints_total", "Checkpoints that were signed.", checkpoints);
            Gauge("audit_checkpoint_age_seconds", "Since the notary last saw that all of the log is signed.", (now - (upToDateAt ?? signedAt ?? now)).TotalSeconds);
            Gauge("audit_alarm", "1 while the notary refuses to sign, because the log is not what it was.", alarm ? 1 : 0);
            text.Counter("audit_verification_faults_total", "Faults that verifications have found.", faults);
            text.Counter("audit_witness_failures_total", "Checkpoints that a witness did not cosign.", Interlocked.Read(ref witnessFailures));
            text.Counter("audit_time_stamp_failures_total", "Time-stamps that could not be had.", Interlocked.Read(ref timeStampFailures));
            if (verifiedAt is { } at) Gauge("audit_last_verification_age_seconds", "Since the rows were last verified against the leaves.", (now - at).TotalSeconds);
        }

        void Gauge(string name, string help, double value)
        {
            text.Family(name, "gauge", help);
            text.Sample(name, value);
        }
    }
}
