namespace EventSourcedTrading.Reports;

/// <summary>
/// Whether a person or a machine acted. The control plane puts the reference of an identified person into a command; what the platform does
/// of itself carries <c>rule:CODE</c>, what came from the configuration file <c>configuration</c>, what an engine does because the
/// firm's stream says so <c>firm</c>. Where no actor is named the engine, or the venue through it, reported.
/// </summary>
internal static class Origins
{
    public static string Of(string? actor) => actor switch
    {
        null or "" => "automated: platform or venue",
        "configuration" => "automated: configuration",
        "firm" => "automated: firm",
        _ when actor.StartsWith("rule:", StringComparison.Ordinal) => "automated: rule",
        _ => "human",
    };
}
