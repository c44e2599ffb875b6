using System.Collections;
using EventSourcedTrading.Domain.Time;
using EventSourcedTrading.Projections.Storage;

namespace EventSourcedTrading.Projections.Reading;

/// <summary>Builds the statements of slices and counts. Values only ever go in as parameters; names come from <see cref="ReadFields{T}"/>.</summary>
internal sealed class SliceQuery<T> where T : class
{
    /// <summary>No name or id in the log is longer.</summary>
    private const int MaxText = 200;

    private readonly List<string> conditions = [];
    private readonly string view = ReadFields<T>.View;

    public List<object> Values { get; } = [];

    /// <exception cref="SliceException">A filter is not possible.</exception>
    public SliceQuery(IReadOnlyList<FieldFilter> filters)
    {
        if (filters.Count > SliceRequest.MaxFilters) throw new SliceException("filters", $"{filters.Count} filters are too many; {SliceRequest.MaxFilters} are possible");
        foreach (var filter in filters)
        {
            var field = ReadFields<T>.Filter(filter.Field);
            if (field.Name == ReadFields<T>.Agent && ReadFields<T>.ByAgent is { } byAgent)
            {
                // A row would come once for each of several agents.
                if (filter.Operator != FilterOperator.Eq || view == byAgent) throw new SliceException(field.Name, $"{field.Name} is one agent, such as 'ada@1.0.0', compared with Eq; ask once for each agent");
                view = byAgent;
            }

            if (filter.Operator is not (FilterOperator.Eq or FilterOperator.In) && (field.Type == typeof(string) || field.Type == typeof(bool) || field.Type.IsEnum))
                throw new SliceException(field.Name, $"{field.Name} has no order to compare by with {filter.Operator}; use Eq or In");
            Where(field.Column, Sign(filter.Operator), filter.Operator == FilterOperator.In ? List(field, filter.Value) : Stored(field, filter.Value));
        }
    }

    /// <summary>What comes behind a cursor, or ahead of it.</summary>
    public void Beside(Cursor cursor, string name, ReadField order, bool greater)
    {
        var key = ReadFields<T>.Key;
        if (order == key)
        {
            Where(key.Column, greater ? ">" : "<", cursor.Seq);
            return;
        }

        Values.Add(cursor.ValueOf(order, name));
        Values.Add(cursor.Seq);
        conditions.Add($"({order.Column}, {key.Column}) {(greater ? '>' : '<')} (${Values.Count - 1}, ${Values.Count})");
    }

    public string Rows(ReadField order, bool descending, int limit)
    {
        var (key, direction) = (ReadFields<T>.Key, descending ? "desc" : "asc");
        var by = order == key ? $"{key.Column} {direction}" : $"{order.Column} {direction}, {key.Column} {direction}";
        return FormattableString.Invariant($"{From} order by {by} limit {limit}");
    }

    public string Count(int limit) => FormattableString.Invariant($"select count(*) from (select {From} limit {limit}) counted");

    private string From => $"from read.{view}{(conditions.Count == 0 ? "" : " where " + string.Join(" and ", conditions))}";

    private void Where(string column, string sign, object value)
    {
        Values.Add(value);
        conditions.Add(sign == "any" ? $"{column} = any (${Values.Count})" : $"{column} {sign} ${Values.Count}");
    }

    private static string Sign(FilterOperator filter) => filter switch
    {
        FilterOperator.Eq => "=",
        FilterOperator.In => "any",
        FilterOperator.Gt => ">",
        FilterOperator.Gte => ">=",
        FilterOperator.Lt => "<",
        FilterOperator.Lte => "<=",
        _ => throw new ArgumentOutOfRangeException(nameof(filter), filter, "is no operator"),
    };

    private static object Stored(ReadField field, object value)
    {
        if (value is null || value.GetType() != field.Type)
            throw new SliceException(field.Name, $"{field.Name} '{value}' is {(value is null ? "nothing" : $"of type {value.GetType().Name}")}; it must be of type {field.Type.Name}");
        switch (value)
        {
            case Timestamp time: return time.ToDateTime();
            case Enum word when Enum.IsDefined(field.Type, word): return System.Text.Json.JsonNamingPolicy.CamelCase.ConvertName(word.ToString());
            case Enum: throw new SliceException(field.Name, $"{field.Name} '{value}' is none of {string.Join(", ", Enum.GetNames(field.Type))}");
            case string text when text.Length > MaxText || text.Any(c => char.IsControl(c) || char.IsSurrogate(c)):
                throw new SliceException(field.Name, $"{field.Name} has {text.Length} characters; a name has at most {MaxText}, and none of control");
            default: return value;
        }
    }

    private static Array List(ReadField field, object value)
    {
        if (value is string || value is not IEnumerable many) throw new SliceException(field.Name, $"{field.Name} must be a list to be compared with In");
        var values = new List<object>();
        foreach (var one in many)
        {
            if (values.Count == SliceRequest.MaxValues) throw new SliceException(field.Name, $"{field.Name} has more than {SliceRequest.MaxValues} values; ask several times");
            values.Add(Stored(field, one));
        }

        var type = field.Type == typeof(Timestamp) ? typeof(DateTime) : field.Type.IsEnum ? typeof(string) : field.Type;
        var array = Array.CreateInstance(type, values.Count);
        for (var i = 0; i < values.Count; i++) array.SetValue(values[i], i);
        return array;
    }
}
