using System.Collections.Frozen;
using System.Data.Common;
using System.Linq.Expressions;
using System.Reflection;
using System.Text.Json;
using EventSourcedTrading.Domain.Time;
using Npgsql;

namespace EventSourcedTrading.Projections.Storage;

/// <summary>Marks a text member whose column is jsonb.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class JsonbAttribute : Attribute;

/// <summary>
/// How a record lies in a table: one column for each constructor parameter, in that order, named in snake_case. Worked out once
/// for a type; after that rows move through compiled delegates and typed arrays, without boxing.
/// </summary>
internal static class RowMap<TRow> where TRow : class
{
    public static readonly IReadOnlyList<Column<TRow>> Columns;

    /// <summary>Builds a row from the first columns of a reader, which must come in the order of <see cref="Columns"/>.</summary>
    public static readonly Func<DbDataReader, TRow> Read;

    /// <summary>The column names, for a select list.</summary>
    public static readonly string ColumnList;

    static RowMap()
    {
        var constructor = typeof(TRow).GetConstructors().MaxBy(c => c.GetParameters().Length)!;
        var parameters = constructor.GetParameters();
        var reader = Expression.Parameter(typeof(DbDataReader));
        var columns = new Column<TRow>[parameters.Length];
        var values = new Expression[parameters.Length];
        for (var i = 0; i < parameters.Length; i++)
        {
            var property = typeof(TRow).GetProperty(parameters[i].Name!)!;
            var type = property.PropertyType;
            var plain = Nullable.GetUnderlyingType(type) ?? type;
            var (stored, sqlType) = Storage(plain, property);
            var nullableStored = type != plain && stored.IsValueType ? typeof(Nullable<>).MakeGenericType(stored) : stored;

            var row = Expression.Parameter(typeof(TRow));
            var getter = Expression.Lambda(Converted(Expression.Property(row, property), plain, nullableStored), row);
            columns[i] = (Column<TRow>)Activator.CreateInstance(
                typeof(Column<,>).MakeGenericType(typeof(TRow), nullableStored),
                ColumnName(property.Name), sqlType, getter.Compile())!;

            var index = Expression.Constant(i);
            var read = Expression.Call(reader, nameof(DbDataReader.GetFieldValue), [stored], index);
            values[i] = Expression.Condition(
                Expression.Call(reader, nameof(DbDataReader.IsDBNull), null, index),
                Expression.Default(type), Expression.Convert(Restored(read, plain), type));
        }

        Columns = columns;
        Read = Expression.Lambda<Func<DbDataReader, TRow>>(Expression.New(constructor, values), reader).Compile();
        ColumnList = string.Join(", ", columns.Select(c => c.Name));
    }

    private static string ColumnName(string property) =>
        property == "Limit" ? "\"limit\"" : JsonNamingPolicy.SnakeCaseLower.ConvertName(property);

    private static (Type Stored, string SqlType) Storage(Type type, PropertyInfo property) => type switch
    {
        _ when type == typeof(string) => (type, property.IsDefined(typeof(JsonbAttribute)) ? "jsonb" : "text"),
        _ when type == typeof(decimal) => (type, "numeric"),
        _ when type == typeof(long) => (type, "bigint"),
        _ when type == typeof(int) => (type, "integer"),
        _ when type == typeof(bool) => (type, "boolean"),
        _ when type == typeof(DateOnly) => (type, "date"),
        _ when type == typeof(Timestamp) => (typeof(DateTime), "timestamptz"),
        _ when type.IsEnum => (typeof(string), "text"),
        _ => throw new NotSupportedException($"{typeof(TRow).Name}.{property.Name}: no column type is known for {type.Name}"),
    };

    private static Expression Converted(Expression value, Type plain, Type stored)
    {
        if (plain == typeof(Timestamp)) return Expression.Call(typeof(Stored), nameof(Stored.Time), null, value);
        if (plain.IsEnum) return Expression.Call(typeof(Stored), nameof(Stored.Word), [plain], value);
        return value.Type == stored ? value : Expression.Convert(value, stored);
    }

    private static Expression Restored(Expression value, Type plain)
    {
        if (plain == typeof(Timestamp)) return Expression.Call(typeof(Stored), nameof(Stored.Moment), null, value);
        return plain.IsEnum ? Expression.Call(typeof(Stored), nameof(Stored.Value), [plain], value) : value;
    }
}

/// <summary>One column: its name, its type in PostgreSQL and how to gather it from many rows into one array parameter.</summary>
internal abstract class Column<TRow>(string name, string sqlType)
{
    public string Name { get; } = name;
    public string SqlType { get; } = sqlType;

    /// <summary>What a value has to become in the table; null if it is that already. An array cannot hold arrays of several lengths.</summary>
    public string? CastTo { get; init; }

    public abstract NpgsqlParameter Collect(IReadOnlyList<TRow> rows);
}

internal sealed class Column<TRow, TStored>(string name, string sqlType, Func<TRow, TStored> get) : Column<TRow>(name, sqlType)
{
    public override NpgsqlParameter Collect(IReadOnlyList<TRow> rows)
    {
        var values = new TStored[rows.Count];
        for (var i = 0; i < values.Length; i++) values[i] = get(rows[i]);
        return new NpgsqlParameter<TStored[]> { TypedValue = values, DataTypeName = SqlType + "[]" };
    }
}

/// <summary>The domain's types as PostgreSQL keeps them.</summary>
internal static class Stored
{
    public static DateTime Time(Timestamp value) => value.ToDateTime();
    public static DateTime? Time(Timestamp? value) => value?.ToDateTime();
    public static Timestamp Moment(DateTime value) => Timestamp.FromDateTime(value);
    public static string Word<T>(T value) where T : struct, Enum => Words<T>.ByValue[value];
    public static string? Word<T>(T? value) where T : struct, Enum => value is { } known ? Words<T>.ByValue[known] : null;
    public static T Value<T>(string word) where T : struct, Enum => Words<T>.ByWord[word];

    private static class Words<T> where T : struct, Enum
    {
        public static readonly FrozenDictionary<T, string> ByValue =
            Enum.GetValues<T>().ToFrozenDictionary(v => v, v => JsonNamingPolicy.CamelCase.ConvertName(v.ToString()));

        public static readonly FrozenDictionary<string, T> ByWord = ByValue.ToFrozenDictionary(p => p.Value, p => p.Key);
    }
}
