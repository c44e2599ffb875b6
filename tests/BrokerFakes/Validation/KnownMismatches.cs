using System.Text.RegularExpressions;

namespace EventSourcedTrading.BrokerFakes.Validation;

/// <param name="Pattern">Of the whole line, a regular expression.</param>
public sealed record KnownMismatch(string Broker, string Pattern, string Why);

/// <summary>Where the brokers' own files do not tell what the brokers do. All else that does not agree is an error of the fake or of its client.</summary>
public static class KnownMismatches
{
    public static IReadOnlyList<KnownMismatch> All { get; } =
    [
        new("alpaca", @"^(GET|DELETE) /v2/assets.*: is not in the file$", "The file has the schema of an asset and no path for it; the API has both."),
        new("alpaca", @"^GET /v2/orders:by_client_order_id: is not in the file$", "The file leaves the path out; Alpaca's guide and clients have it."),
        new("alpaca", @"^\S+ \S+ (400|401|403|404|422|429|500|503): is not in the file$", "The file names no errors but a few; every path has these."),
        new("alpaca", @"^POST /v2/orders request #/(notional|qty): PropertyRequired$", "One schema serves as request and response, and requires both; the API takes exactly one of them."),
        new("alpaca", @" \S*(trail_percent|trail_price|hwm): StringExpected$", "Null for an order that does not trail, as the file's own examples have it, but not nullable in its schema."),
        new("alpaca", @"\bstatus: NotInEnumeration 'held'$", "A leg that waits is 'held'; the enumeration forgets it."),
        new("alpaca", @"^DELETE /v2/positions 207 \S*status: StringExpected$", "The file says text, its example and the API say number."),
        new("ibkr", @"^\S+ \S+ (400|401|429|500|503): is not in the file$", "Few paths name all of their errors; the file's own example of a 400, 'Please query /accounts first', is on none of the paths that need it."),
        new("ibkr", @"^GET /portfolio/\{accountId\}/summary 200 #/[\w+-]+\.currency: (NumberExpected|NotAnyOf|NoTypeValidates)$", "A currency is described as one, typed as a number, and in the example a text or null."),
        new("ibkr", @"^GET /portfolio/\{accountId\}/summary 200 #/[\w+-]+\.value: StringExpected$", "Null in the example where there is an amount, but not nullable in its schema."),
    ];

    public static bool Covers(string broker, string line) => All.Any(known => known.Broker == broker && Fits(known, line));

    public static bool Fits(KnownMismatch known, string line) => Regex.IsMatch(line, known.Pattern, RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(1));
}
