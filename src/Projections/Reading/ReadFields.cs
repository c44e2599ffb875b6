using System.Linq.Expressions;
using System.Text.Json;
using EventSourcedTrading.Domain.Time;
using EventSourcedTrading.Projections.Storage;

namespace EventSourcedTrading.Projections.Reading;

/// <summary>By what each list may be filtered and ordered: by what an index serves (sql/0100, 0102, 0107 and 0110), and by nothing else.</summary>
public static class ReadFields
{
    /// <param name="Fields">Filters besides the orders, which may all be filtered by.</param>
    /// <param name="Orders">The first is the place in the log, which no two rows share.</param>
    /// <param name="ByAgent">The view with an agent's rows of it, for the filter <c>agent</c>; null where there is none.</param>
    private sealed record List(string View, string[] Orders, string[] Fields, string? ByAgent = null);

    private static readonly Dictionary<Type, List> Lists = new()
    {
        [typeof(OrderView)] = new("orders", ["firstSeq", "asOf"], ["orderId", "portfolio", "decisionId", "instrument", "state"]),
        [typeof(FillView)] = new("fills", ["seq", "asOf"], ["orderId", "portfolio", "instrument"], "fills_by_agent"),
        [typeof(DecisionView)] = new("decisions", ["seq", "asOf"], ["decisionId", "portfolio", "instrument", "action", "orderId", "outcome"], "decisions_by_agent"),
        [typeof(ViolationView)] = new("violations", ["seq", "asOf"], ["portfolio", "rule", "kind", "instrument", "orderId", "decisionId"]),
        [typeof(KillSwitchView)] = new("kill_switches", ["seq"], ["portfolio"]),
        [typeof(StrategyView)] = new("strategies", ["seq"], ["portfolio", "agent", "state"]),
        [typeof(BacktestView)] = new("backtests", ["firstSeq", "startedAt"], ["backtestId", "portfolio", "state", "dataHash"]),
        [typeof(ReconciliationView)] = new("reconciliations", ["seq", "asOf"], ["portfolio", "broker"]),
        [typeof(BreakView)] = new("breaks", ["seq", "foundAt"], ["breakId", "portfolio", "broker", "kind", "state"]),
    };

    /// <summary>The fields that a list may be filtered by.</summary>
    public static IReadOnlyList<string> Filters<T>() where T : class => ReadFields<T>.Filters;

    /// <summary>The fields that a list may be ordered by; the first is its place in the log.</summary>
    public static IReadOnlyList<string> Orders<T>() where T : class => ReadFields<T>.Orders;

    internal static (string View, string[] Orders, string[] Fields, string? ByAgent) Of(Type view) => Lists.TryGetValue(view, out var list)
        ? (list.View, list.Orders, list.Fields, list.ByAgent)
        : throw new NotSupportedException($"{view.Name} is no list that can be asked for in slices; there are {string.Join(", ", Lists.Keys.Select(t => t.Name))}");
}

/// <param name="Type">Of the member, without its nullability.</param>
internal sealed record ReadField(string Name, string Column, Type Type);

internal static class ReadFields<T> where T : class
{
    /// <summary>The filter by which an agent's rows are asked for, of lists whose rows may be of several agents.</summary>
    public const string Agent = "agent";

    public static readonly string View;
    public static readonly string? ByAgent;
    public static readonly string[] Filters;
    public static readonly string[] Orders;

    private static readonly Dictionary<string, ReadField> Fields;
    private static readonly Dictionary<string, Func<T, long>> Places;

    static ReadFields()
    {
        (View, Orders, var others, ByAgent) = ReadFields.Of(typeof(T));
        Filters = [.. Orders, .. others];
        Fields = typeof(T).GetProperties().Select(p => new ReadField(
            JsonNamingPolicy.CamelCase.ConvertName(p.Name), JsonNamingPolicy.SnakeCaseLower.ConvertName(p.Name),
            Nullable.GetUnderlyingType(p.PropertyType) ?? p.PropertyType)).Where(f => Filters.Contains(f.Name)).ToDictionary(f => f.Name);
        if (ByAgent is not null) (Filters, Fields[Agent]) = ([.. Filters, Agent], new ReadField(Agent, Agent, typeof(string)));
        Places = Orders.ToDictionary(name => name, name => PlaceOf(Fields[name]));
    }

    /// <summary>The place in the log.</summary>
    public static ReadField Key => Fields[Orders[0]];

    /// <exception cref="SliceException">It is none that may be filtered by.</exception>
    public static ReadField Filter(string name) => Fields.TryGetValue(name, out var field) ? field
        : throw new SliceException(name, $"{View} cannot be filtered by '{name}'; it can be by {string.Join(", ", Filters)}");

    /// <exception cref="SliceException">It is none that may be ordered by.</exception>
    public static ReadField Order(string name) => Places.ContainsKey(name) ? Fields[name]
        : throw new SliceException("orderBy", $"{View} cannot be ordered by '{name}'; it can be by {string.Join(", ", Orders)}");

    /// <summary>Where a row stands in an order: a number, or microseconds since 1970.</summary>
    public static long Place(T row, ReadField order) => Places[order.Name](row);

    private static Func<T, long> PlaceOf(ReadField field)
    {
        var row = Expression.Parameter(typeof(T));
        Expression value = Expression.Property(row, field.Name);
        if (field.Type == typeof(Timestamp)) value = Expression.Property(value, nameof(Timestamp.UnixMicros));
        return Expression.Lambda<Func<T, long>>(value, row).Compile();
    }
}
