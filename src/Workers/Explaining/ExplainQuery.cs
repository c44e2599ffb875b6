using EventSourcedTrading.Domain.Json;
using EventSourcedTrading.Domain.MetaAgent;
using EventSourcedTrading.Domain.Orders;
using EventSourcedTrading.EventStore;
using Npgsql;

namespace EventSourcedTrading.Workers.Explaining;

/// <summary>Collects from the log all that belongs to an order, a decision or a fill.</summary>
/// <param name="source">Connects as est_reader.</param>
public sealed class ExplainQuery(NpgsqlDataSource source, Upcasters? upcasters = null)
{
    /// <summary>How far back from the head a search without an index goes, in events.</summary>
    private const long Window = 1_000_000;

    private readonly EventReader reader = new(source, upcasters);

    /// <exception cref="UnknownIdException">No order has this id.</exception>
    public async Task<Explanation> ForOrderAsync(string orderId, CancellationToken ct = default) =>
        await OrderAsync(new Asked("order", orderId), orderId, ct)
        ?? throw new UnknownIdException("order", orderId, $"stream order-{orderId}", await LatestAsync("order-", ["order_approved", "order_blocked"], ct));

    /// <exception cref="UnknownIdException">No decision has this id.</exception>
    public async Task<Explanation> ForDecisionAsync(string decisionId, CancellationToken ct = default)
    {
        var round = await StreamAsync($"round-{decisionId}", ct);
        if (round.Count == 0)
            throw new UnknownIdException("decision", decisionId, $"stream round-{decisionId}", await LatestAsync("round-", ["decision_made"], ct));
        var orderId = round.Select(s => s.Event).OfType<DecisionMade>().LastOrDefault()?.OrderId;
        return await BuildAsync(new Asked("decision", decisionId), decisionId, round, orderId is null ? [] : await StreamAsync($"order-{orderId}", ct), ct);
    }

    /// <exception cref="UnknownIdException">No execution has this id.</exception>
    public async Task<Explanation> ForFillAsync(string executionId, CancellationToken ct = default)
    {
        var asked = new Asked("fill", executionId);
        // A simulated venue names its executions after the order; a real one has names of its own.
        for (var end = executionId.LastIndexOf('-'); end > 0; end = executionId.LastIndexOf('-', end - 1))
            if (await OrderAsync(asked, executionId[..end], ct) is { } found && found.Fills.Any(f => f.Execution.ExecutionId == executionId)) return found;

        await using var command = source.CreateCommand(
            """
            select substr(stream_id, 7) from events.mt_events
             where seq_id > (select size from audit.log_head) - $2 and type in ('order_filled', 'order_partially_filled')
               and data -> 'execution' ->> 'executionId' = $1
             order by seq_id desc limit 1
            """);
        command.Parameters.Add(new NpgsqlParameter { Value = executionId });
        command.Parameters.Add(new NpgsqlParameter { Value = Window });
        if (await command.ExecuteScalarAsync(ct) is string orderId && await OrderAsync(asked, orderId, ct) is { } explanation) return explanation;

        await using var latest = source.CreateCommand(
            """
            select data -> 'execution' ->> 'executionId' from events.mt_events
             where seq_id > (select size from audit.log_head) - $1 and type in ('order_filled', 'order_partially_filled')
             order by seq_id desc limit 5
            """);
        latest.Parameters.Add(new NpgsqlParameter { Value = Window });
        throw new UnknownIdException("fill", executionId, $"the last {Window:N0} events", await TextsAsync(latest, ct));
    }

    private async Task<Explanation?> OrderAsync(Asked asked, string orderId, CancellationToken ct)
    {
        var order = await StreamAsync($"order-{orderId}", ct);
        if (order.Count == 0) return null;
        var terms = (order[0].Event as OrderApproved)?.Terms ?? (order[0].Event as OrderBlocked)?.Terms;
        var round = terms is null ? [] : await StreamAsync($"round-{terms.DecisionId}", ct);
        return await BuildAsync(asked, terms?.DecisionId ?? "", round, order, ct);
    }

    private async Task<Explanation> BuildAsync(Asked asked, string decisionId, List<Step> round, List<Step> order, CancellationToken ct)
    {
        var portfolio = round.Concat(order).Select(s => PortfolioOf(s)).FirstOrDefault(p => p is not null);
        var risk = portfolio is null ? [] : await RiskAsync($"risk-{portfolio}", decisionId, round, order, ct);
        var tape = new TapeSearch(source, reader, $"tape-{portfolio}");
        var (paired, pairedOrder, pairedRisk) = (await tape.PairAsync(round, ct), await tape.PairAsync(order, ct), await tape.PairAsync(risk, ct));
        var decision = paired.LastOrDefault(s => s.Event is DecisionMade);
        var intents = paired.Where(s => s.Event is IntentReceived).ToList();
        var upTo = decision?.Seq ?? paired.Concat(pairedOrder).Select(s => s.Seq).DefaultIfEmpty(0).Max();
        var signals = await tape.FindAsync([.. intents.Select(s => ((IntentReceived)s.Event).Intent.SignalId).Distinct()], upTo, ct);
        return new Explanation(
            asked, decisionId, signals, intents, decision, [.. paired.Where(s => s.Event is DecisionOverridden)], pairedOrder, pairedRisk);
    }

    private static string? PortfolioOf(Step step) => step.Event switch
    {
        IntentReceived e => e.Intent.Portfolio,
        DecisionMade e => e.Portfolio,
        OrderApproved e => e.Terms.Portfolio,
        OrderBlocked e => e.Terms.Portfolio,
        _ => null,
    };

    /// <summary>Between the decision and the end of the order, and a batch's length beyond.</summary>
    private async Task<List<Step>> RiskAsync(string stream, string decisionId, List<Step> round, List<Step> order, CancellationToken ct)
    {
        await using var command = source.CreateCommand(
            "select version from events.mt_events where stream_id = $1 and correlation_id = $2 and seq_id between $3 and $4 order by version limit 100");
        command.Parameters.Add(new NpgsqlParameter { Value = stream });
        command.Parameters.Add(new NpgsqlParameter { Value = decisionId });
        command.Parameters.Add(new NpgsqlParameter { Value = round.Concat(order).Min(s => s.Seq) });
        command.Parameters.Add(new NpgsqlParameter { Value = round.Concat(order).Max(s => s.Seq) + 10_000 });
        var versions = new List<long>();
        await using (var rows = await command.ExecuteReaderAsync(ct))
            while (await rows.ReadAsync(ct)) versions.Add(rows.GetInt64(0));
        var steps = new List<Step>();
        foreach (var version in versions)
            await foreach (var e in reader.ReadStreamAsync(stream, version, maxCount: 1, ct: ct)) steps.Add(StepOf(e));
        return steps;
    }

    private async Task<List<Step>> StreamAsync(string stream, CancellationToken ct)
    {
        var steps = new List<Step>();
        if (stream.Length > 200) return steps;
        await foreach (var e in reader.ReadStreamAsync(stream, ct: ct)) steps.Add(StepOf(e));
        return steps;
    }

    private static Step StepOf(RecordedEvent e) =>
        new(e.SeqId, e.Id, e.StreamId, e.Version, e.Type, e.Timestamp, e.CausationId, EventJson.Deserialize(e.Type, e.Data.Span), null);

    private async Task<IReadOnlyList<string>> LatestAsync(string prefix, string[] types, CancellationToken ct)
    {
        await using var command = source.CreateCommand(
            """
            select substr(stream_id, $1) from events.mt_events
             where seq_id > (select size from audit.log_head) - $3 and type = any($2) order by seq_id desc limit 5
            """);
        command.Parameters.Add(new NpgsqlParameter { Value = prefix.Length + 1 });
        command.Parameters.Add(new NpgsqlParameter { Value = types });
        command.Parameters.Add(new NpgsqlParameter { Value = Window });
        return await TextsAsync(command, ct);
    }

    private static async Task<List<string>> TextsAsync(NpgsqlCommand command, CancellationToken ct)
    {
        var texts = new List<string>();
        await using var rows = await command.ExecuteReaderAsync(ct);
        while (await rows.ReadAsync(ct)) texts.Add(rows.GetString(0));
        return texts;
    }
}
