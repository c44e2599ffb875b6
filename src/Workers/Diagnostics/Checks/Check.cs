namespace EventSourcedTrading.Workers.Diagnostics.Checks;

public enum CheckState { Ok, Warning, Failed, Skipped }

/// <summary>One thing that was looked at.</summary>
/// <param name="Part">What it belongs to, such as postgres.</param>
/// <param name="What">Such as version.</param>
/// <param name="Found">The value that was found.</param>
/// <param name="Needed">What it must be.</param>
/// <param name="Mend">What to do; null where all is well.</param>
public sealed record Check(string Part, string What, CheckState State, string Found, string Needed, string? Mend = null)
{
    /// <summary>The name of the check that says whether a server answers.</summary>
    public const string Reachable = "reachable";

    public static Check Ok(string part, string what, string found, string needed) => new(part, what, CheckState.Ok, found, needed);

    public static Check Skipped(string part, string what, string why) => new(part, what, CheckState.Skipped, why, "");

    public static Check Of(bool fine, string part, string what, string found, string needed, string mend, CheckState otherwise = CheckState.Failed) =>
        new(part, what, fine ? CheckState.Ok : otherwise, found, needed, fine ? null : mend);
}

/// <summary>All that was looked at.</summary>
public sealed record CheckReport(IReadOnlyList<Check> Checks)
{
    public int Failed => Checks.Count(c => c.State == CheckState.Failed);

    public int Warnings => Checks.Count(c => c.State == CheckState.Warning);
}
