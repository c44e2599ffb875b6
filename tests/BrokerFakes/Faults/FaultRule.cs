using System.Globalization;

namespace EventSourcedTrading.BrokerFakes.Faults;

public enum FaultKind
{
    /// <summary>The call takes effect; the connection breaks before the answer.</summary>
    DropResponse,

    /// <summary>429 without effect.</summary>
    TooManyRequests,

    /// <summary>503 without effect.</summary>
    ServerError,

    /// <summary>The call takes effect and answers 500 all the same.</summary>
    ServerErrorAfter,

    /// <summary>The connection stays open and says nothing: a call has no effect and no answer, a stream is deaf and dumb from this report on.</summary>
    HalfOpen,

    /// <summary>The server's clock is off by the amount, in seconds, from this call on.</summary>
    ClockSkew,

    /// <summary>
    /// Refused at that stage: <c>submit</c>, <c>reply</c>, <c>replace</c> and <c>cancel</c> by the answer; <c>venue</c>, <c>venueReplace</c> and
    /// <c>venueCancel</c> by a report behind the acceptance.
    /// </summary>
    Reject,

    /// <summary>Interactive Brokers alone: the order is rejected with a prompt that offers choices.</summary>
    Prompt,

    /// <summary>A cancel is confirmed, then what was left fills.</summary>
    FillAfterCancel,

    /// <summary>A cancel is accepted, but what was left fills first.</summary>
    FillBeatsCancel,

    /// <summary>A cancel is accepted and stays pending until the next price of the symbol, which may still fill the order, or until it is released.</summary>
    SlowCancel,

    /// <summary>The report is sent twice.</summary>
    DuplicateReport,

    /// <summary>The report is sent behind the next one.</summary>
    ReorderReport,

    /// <summary>The report is not sent.</summary>
    LoseReport,

    /// <summary>Every stream breaks instead of carrying the report.</summary>
    BreakStream,

    /// <summary>Behind this report comes one for an order that nobody has placed.</summary>
    UnknownOrderReport,
}

/// <summary>When a fault strikes: at the <paramref name="Nth"/> time that its point is passed, or each time with a probability.</summary>
/// <param name="Point">A call or a report of <see cref="FaultPoints"/>, or <c>*</c> for all that the kind knows.</param>
/// <param name="Nth">From 1.</param>
/// <param name="Probability">0–1.</param>
/// <param name="Amount">Seconds, for <see cref="FaultKind.ClockSkew"/>; below 0 is late.</param>
public sealed record FaultRule(FaultKind Kind, string Point, int? Nth = null, double Probability = 0, double Amount = 90)
{
    /// <summary>
    /// Reads rules such as <c>dropResponse submit 1, duplicateReport fill 5%, clockSkew account 2 -30</c>: the kind, the point, when, and an amount.
    /// </summary>
    /// <exception cref="FormatException">A rule cannot be read; the message says which and how to mend it.</exception>
    public static IReadOnlyList<FaultRule> Parse(string text) => [.. text.Split([',', ';', '\n'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(One)];

    public override string ToString() => $"{FaultPoints.Word(Kind)} {Point} {(Nth is { } n ? n.ToString(CultureInfo.InvariantCulture) : $"{Probability * 100:0.####}%")}{(Kind == FaultKind.ClockSkew ? $" {Amount:0.###}" : "")}";

    private static FaultRule One(string text)
    {
        var words = text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (words.Length is < 3 or > 4) throw Bad(text, "has the form KIND POINT WHEN [SECONDS], such as 'dropResponse submit 1'");
        if (!FaultPoints.TryKind(words[0], out var kind)) throw Bad(text, $"begins with one of {FaultPoints.Kinds}");
        var points = FaultPoints.Of(kind);
        if (words[1] != "*" && !points.Contains(words[1])) throw Bad(text, $"strikes at * or one of {string.Join(", ", points)}");
        var amount = 90d;
        if (words.Length == 4 && (kind != FaultKind.ClockSkew || !double.TryParse(words[3], NumberStyles.Float, CultureInfo.InvariantCulture, out amount) || Math.Abs(amount) > 86_400))
            throw Bad(text, "ends with seconds from -86400 to 86400, and for clockSkew alone");
        if (words[2].EndsWith('%') && double.TryParse(words[2][..^1], NumberStyles.Float, CultureInfo.InvariantCulture, out var percent) && percent is >= 0 and <= 100)
            return new FaultRule(kind, words[1], null, percent / 100, amount);
        return int.TryParse(words[2], NumberStyles.None, CultureInfo.InvariantCulture, out var nth) && nth > 0
            ? new FaultRule(kind, words[1], nth, 0, amount) : throw Bad(text, "says when: a number from 1 for the n-th time, or a probability such as 5%");
    }

    private static FormatException Bad(string text, string rule) => new($"faults: '{text}' cannot be read; a rule {rule}");
}
