using System.Text.Json;
using EventSourcedTrading.Domain.Json;
using EventSourcedTrading.Domain.Orders;
using EventSourcedTrading.Domain.Risk;
using EventSourcedTrading.Domain.Signals;

namespace EventSourcedTrading.Workers.Explaining;

/// <summary>
/// An explanation as JSON, for programs. Decimals and 64-bit integers are strings, times UTC with microseconds, as in the log.
/// </summary>
/// <remarks>
/// <code>
/// { asked: {kind, id}, decisionId, orderId?,
///   signals:    [ {signalId, tapeSeq?, signal?, missing?} ],
///   intents:    [ {log, data: IntentReceived} ],
///   decision:   {log, data: DecisionMade}?, overrides: [ {log, data} ],
///   risk:       {log, verdict: "approved"|"blocked", data: OrderApproved|OrderBlocked}?,
///   violations: [ {log, data: RiskViolationDetected} ],  riskEvents: [ {log, data} ],
///   order:      [ {log, data} ]      every event of the order, in order
///   fills:      [ {log, asked, data: Execution} ],
///   outcome:    {state, filled, averagePrice?, fees, realised, currency?, anomalies}? }
/// log = {seq, id, stream, version, type, recordedAt, causationId?, input?: {tapeSeq, index, kind, data}}
/// </code>
/// Members are only ever added. <c>asked</c> in a fill is true for the fill that was asked for.
/// </remarks>
public static class ExplanationJson
{
    public static void Write(Utf8JsonWriter writer, Explanation e)
    {
        writer.WriteStartObject();
        writer.WriteStartObject("asked");
        writer.WriteString("kind", e.Asked.Kind);
        writer.WriteString("id", e.Asked.Id);
        writer.WriteEndObject();
        writer.WriteString("decisionId", e.DecisionId);
        if ((e.Terms?.OrderId ?? e.Made?.OrderId) is { } orderId) writer.WriteString("orderId", orderId);
        Array(writer, "signals", e.Signals, Signal);
        Array(writer, "intents", e.Round, Event);
        if (e.Decision is not null) Named(writer, "decision", e.Decision);
        Array(writer, "overrides", e.Overrides, Event);
        if (e.Order.FirstOrDefault(s => s.Event is OrderApproved or OrderBlocked) is { } verdict)
        {
            writer.WriteStartObject("risk");
            writer.WriteString("verdict", verdict.Event is OrderApproved ? "approved" : "blocked");
            Body(writer, verdict);
            writer.WriteEndObject();
        }

        Array(writer, "violations", e.Risk.Where(s => s.Event is RiskViolationDetected), Event);
        Array(writer, "riskEvents", e.Risk.Where(s => s.Event is not RiskViolationDetected), Event);
        Array(writer, "order", e.Order, Event);
        Array(writer, "fills", e.Fills, (w, fill) =>
        {
            w.WriteStartObject();
            Log(w, fill.Step);
            w.WriteBoolean("asked", fill.Execution.ExecutionId == e.Execution);
            w.WritePropertyName("data");
            JsonSerializer.Serialize(w, fill.Execution, EventJson.Options.GetTypeInfo(typeof(Execution)));
            w.WriteEndObject();
        });
        if (Outcome.Of(e) is { } outcome) Write(writer, outcome);
        writer.WriteEndObject();
        writer.Flush();
    }

    private static void Write(Utf8JsonWriter writer, Outcome outcome)
    {
        writer.WriteStartObject("outcome");
        writer.WriteString("state", JsonNamingPolicy.CamelCase.ConvertName(outcome.State.ToString()));
        writer.WriteString("filled", DecimalText.Format(outcome.Filled));
        if (outcome.AveragePrice is { } average) writer.WriteString("averagePrice", DecimalText.Format(average));
        writer.WriteString("fees", DecimalText.Format(outcome.Fees));
        writer.WriteString("realised", DecimalText.Format(outcome.Realised));
        if (outcome.Currency is { } currency) writer.WriteString("currency", currency);
        writer.WriteNumber("anomalies", outcome.Anomalies);
        writer.WriteEndObject();
    }

    private static void Signal(Utf8JsonWriter writer, SeenSignal seen)
    {
        writer.WriteStartObject();
        writer.WriteString("signalId", seen.SignalId);
        if (seen.TapeSeq is { } seq) writer.WriteString("tapeSeq", seq.ToString());
        if (seen.Signal is not null)
        {
            writer.WritePropertyName("signal");
            writer.WriteRawValue(SignalJson.Write(seen.Signal));
        }

        if (seen.Missing is not null) writer.WriteString("missing", seen.Missing);
        writer.WriteEndObject();
    }

    private static void Array<T>(Utf8JsonWriter writer, string name, IEnumerable<T> items, Action<Utf8JsonWriter, T> write)
    {
        writer.WriteStartArray(name);
        foreach (var item in items) write(writer, item);
        writer.WriteEndArray();
    }

    private static void Named(Utf8JsonWriter writer, string name, Step step)
    {
        writer.WritePropertyName(name);
        Event(writer, step);
    }

    private static void Event(Utf8JsonWriter writer, Step step)
    {
        writer.WriteStartObject();
        Body(writer, step);
        writer.WriteEndObject();
    }

    private static void Body(Utf8JsonWriter writer, Step step)
    {
        Log(writer, step);
        writer.WritePropertyName("data");
        writer.WriteRawValue(EventJson.Serialize(step.Event), skipInputValidation: true);
    }

    private static void Log(Utf8JsonWriter writer, Step step)
    {
        writer.WriteStartObject("log");
        writer.WriteString("seq", step.Seq.ToString());
        writer.WriteString("id", step.Id);
        writer.WriteString("stream", step.Stream);
        writer.WriteString("version", step.Version.ToString());
        writer.WriteString("type", step.Type);
        writer.WriteString("recordedAt", Domain.Time.Timestamp.From(step.RecordedAt).ToString());
        if (step.CausationId is not null) writer.WriteString("causationId", step.CausationId);
        if (step.Input is { } input)
        {
            writer.WriteStartObject("input");
            writer.WriteString("tapeSeq", input.TapeSeq.ToString());
            writer.WriteNumber("index", input.Index);
            writer.WriteString("kind", input.Kind);
            writer.WritePropertyName("data");
            input.Data.WriteTo(writer);
            writer.WriteEndObject();
        }

        writer.WriteEndObject();
    }
}
