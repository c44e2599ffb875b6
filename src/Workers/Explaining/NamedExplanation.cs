using System.Text;
using System.Text.Json;
using EventSourcedTrading.Domain.Json;
using EventSourcedTrading.Privacy;

namespace EventSourcedTrading.Workers.Explaining;

/// <summary>An explanation for people: with names in the place of references, so no longer word for word what is in the log.</summary>
public static class NamedExplanation
{
    /// <summary>All that may have references in it.</summary>
    public static string TextOf(Explanation e) => string.Join('\n', e.Steps.Select(s => $"{s.CausationId} {JsonOf(s)} {s.Input?.Data.GetRawText()}"));

    /// <param name="names">By reference.</param>
    public static Explanation Of(Explanation e, IReadOnlyDictionary<string, string> names)
    {
        return names.Count == 0 ? e : e with
        {
            Round = All(e.Round),
            Decision = e.Decision is { } decision ? One(decision) : null,
            Overrides = All(e.Overrides),
            Order = All(e.Order),
            Risk = All(e.Risk),
        };

        Step[] All(IReadOnlyList<Step> steps) => [.. steps.Select(One)];

        Step One(Step s) => s with
        {
            CausationId = s.CausationId is { } cause ? PersonReference.Replace(cause, names) : null,
            Event = EventJson.Deserialize(s.Type, Encoding.UTF8.GetBytes(PersonReference.Replace(JsonOf(s), names))),
            Input = s.Input is { } input ? input with { Data = JsonElement.Parse(PersonReference.Replace(input.Data.GetRawText(), names)) } : null,
        };
    }

    private static string JsonOf(Step s) => Encoding.UTF8.GetString(EventJson.Serialize(s.Event));
}
