using System.CommandLine;
using System.Text.Json;
using EventSourcedTrading.Api.Http;
using EventSourcedTrading.Projections.Audit;

namespace EventSourcedTrading.Workers.Cli;

/// <summary><c>est audit show</c></summary>
internal static class AuditShow
{
    private static readonly JsonWriterOptions Indented = new() { Indented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static Command Create()
    {
        var position = new Argument<string>("position") { Description = "its place in the log, from 1" };
        return AuditCommand.Ask("show", "one event with all that it says, from the log itself", [position], async (p, source, persons, json, ct) =>
        {
            var query = new AuditQuery(source);
            var at = AuditQuestion.Position("position", p.GetValue(position)!);
            if (await AuditPersons.EventAsync(query, at, text => People.NamesAsync(persons, text, ct), ct) is not { } e) return AuditCommand.Unknown(at, await query.IndexedToAsync(ct));
            if (json) AuditCommand.Print(e);
            else Show(e);
            return 0;
        });
    }

    private static void Show(AuditEvent e)
    {
        Console.WriteLine($"{e.Type} at position {e.Position}, {e.Stream} version {e.Version}");
        Console.WriteLine($"recorded at  {e.RecordedAt}");
        Console.WriteLine($"id           {e.Id}");
        if (e.CorrelationId is not null) Console.WriteLine($"belongs to   {e.CorrelationId}");
        if (e.CausationId is not null) Console.WriteLine($"caused by    {e.CausationId}");
        foreach (var (reference, name) in e.Persons ?? new Dictionary<string, string>()) Console.WriteLine($"{reference} is {name}");
        using var text = new MemoryStream();
        using (var writer = new Utf8JsonWriter(text, Indented)) e.Data.WriteTo(writer);
        Console.WriteLine(System.Text.Encoding.UTF8.GetString(text.ToArray()));
    }
}
