namespace EventSourcedTrading.Reports;

/// <summary>What a report says of itself, for the formats that are read by people.</summary>
internal static class ReportAbout
{
    public static IReadOnlyList<(string Field, string? Value)> Lines(Report r)
    {
        var checkpoint = r.Scope.Checkpoint;
        return
        [
            ("report", r.Name),
            ("title", r.Title),
            ("what is asked", r.Asks),
            ("portfolio", r.Scope.Portfolio ?? "all"),
            ("from (recorded)", Cell.Of(r.Scope.From) ?? "the beginning of the log"),
            ("to (recorded), exclusive", Cell.Of(r.Scope.To) ?? "the checkpoint"),
            ("checkpoint origin", checkpoint.Origin),
            ("checkpoint size", Cell.Of(checkpoint.Size)),
            ("checkpoint root", checkpoint.RootBase64),
            ("checkpoint signed", checkpoint.SignedNote ?? "no: it shows what the database says of itself"),
            ("events that it rests on", Cell.Of(r.Events)),
            ("first event", Of(r.First)),
            ("proof of the first", r.First?.Proof),
            ("last event", Of(r.Last)),
            ("proof of the last", r.Last?.Proof),
            ("rows", Cell.Of(r.Rows)),
            ("SHA-256 of the rows", r.RowsSha256),
        ];
    }

    private static string? Of(RestsOn? e) => e is null ? null : $"position {e.Seq}, {e.Type}, leaf {e.LeafHash}";
}
