using System.Collections;
using System.Reflection;
using System.Text;
using System.Text.Json;
using EventSourcedTrading.Domain.Control;
using EventSourcedTrading.Domain.Engine;
using EventSourcedTrading.Domain.Json;
using EventSourcedTrading.Domain.MetaAgent;
using EventSourcedTrading.Domain.Risk;
using EventSourcedTrading.Domain.Time;
using EventSourcedTrading.EventStore;
using EventSourcedTrading.Projections.Audit;

namespace EventSourcedTrading.Projections.Tests.Audit;

/// <summary>What the audit index makes of every event type that there is: a new one is met here on the day it is written.</summary>
public sealed class FactsTests
{
    /// <summary>Members of events that hold text and by which nobody can search. Whoever adds a member decides: here, or in AuditFacts.</summary>
    private static readonly HashSet<string> NotIndexed =
    [
        "account", "address", "approvalId", "approver", "arithmetic", "backtestId", "baseCurrency", "breakId", "broker", "brokerOrderId", "bucket", "code", "codeVersion", "commandId", "configurationHash", "convertsFrom", "credential", "currency",
        "dataHash", "day", "decisionDigest", "executionId", "expiresAt", "host", "id", "instruments", "intentId", "key", "keyId", "method", "name", "oneCancels", "operation", "origin", "ours", "outcome", "owner", "parentId", "person", "previousKey", "raw", "rawSha256", "report", "request", "role", "rule", "signalId", "signature", "source", "strategies", "summary",
        "target", "text", "theirs", "tradeFrom", "unit", "venue", "zone",
    ];

    public static TheoryData<string> Aliases => [.. EventJson.Aliases.Where(a => a != "inputs_recorded")];

    [Theory]
    [MemberData(nameof(Aliases))]
    public void Every_event_type_gets_what_its_members_say(string alias)
    {
        var e = (DomainEvent)Filled(TypeOf(alias), "");
        var (facts, told) = (RowOf(alias, EventJson.Serialize(e)), Told(e).ToList());
        Assert.Equal(First("portfolio"), facts.Portfolio);
        Assert.Equal(First("instrument"), facts.Instrument);
        Assert.Equal(First("orderId"), facts.OrderId);
        Assert.Equal(First("decisionId"), facts.DecisionId);
        Assert.Equal(First("actor") ?? First("issuedBy") ?? First("revokedBy"), facts.Actor);
        Assert.Equal(All("agent", "abstained", "absent", "veto"), facts.Agents.Order());
        Assert.Equal(All("reason", "rationale", "detail", "why"), facts.Words?.Split('\n').Distinct().Order() ?? Enumerable.Empty<string>());
        Assert.Equal(told.Exists(t => t.Member is "asOf" or "at"), facts.AsOf is not null);
        // A clock's measurements are found by their stream, which has the host's name.
        Assert.True((facts.Portfolio ?? facts.OrderId ?? facts.DecisionId ?? facts.Actor) is not null || alias == "clock_offset_measured", $"{alias} names nothing by which it can be found but its type and stream");

        string? First(string member) => told.Where(t => t.Member == member).Select(t => t.Value).FirstOrDefault();
        IEnumerable<string> All(params string[] members) => told.Where(t => members.Contains(t.Member)).Select(t => t.Value).Distinct().Order();
    }

    [Fact]
    public void Every_member_that_holds_text_is_indexed_or_known_not_to_be()
    {
        string[] indexed = ["portfolio", "instrument", "orderId", "decisionId", "actor", "issuedBy", "revokedBy", "agent", "abstained", "absent", "veto", "reason", "rationale", "detail", "why", "asOf", "at"];
        var members = Aliases.SelectMany(a => Told(Filled(TypeOf((string)a.Data!), ""))).Select(t => t.Member).Distinct().Except(indexed).Except(NotIndexed).Order();
        Assert.Equal("", string.Join(", ", members));
    }

    [Fact]
    public void A_kill_switch_names_the_agent_or_instrument_that_it_stops()
    {
        Assert.Equal(["trend@1.0.0"], RowOf(new KillSwitchEngaged("main", KillSwitchScope.Agent, "trend@1.0.0", KillSwitchMode.Halt, "olga", "drill")).Agents);
        Assert.Equal("SPY.ARCX", RowOf(new KillSwitchReleased("main", KillSwitchScope.Instrument, "SPY.ARCX", "olga", "over")).Instrument);
        Assert.Equal((null, 0), RowOf(new KillSwitchReleased("main", KillSwitchScope.Portfolio, null, "olga", "over")) is var r ? (r.Instrument, r.Agents.Count) : default);
    }

    [Fact]
    public void A_command_is_found_by_what_it_commands()
    {
        var command = InputJson.ToElement(new PauseStrategy("trend@1.0.0"));
        var row = RowOf(new CommandAuthorised("olga:1", "main", "olga", null, "operator", "k", "::1", "a look", "pauseStrategy", command, Timestamp.Parse("2026-11-20T14:30:00Z")));
        Assert.Equal(("main", "olga", "a look", "2026-11-20T14:30:00.000000Z"), (row.Portfolio, row.Actor, row.Words, row.AsOf?.ToString()));
        Assert.Equal(["trend@1.0.0"], row.Agents);
    }

    [Fact]
    public void An_event_in_the_stream_of_an_order_or_round_belongs_to_it_and_a_tape_has_no_columns()
    {
        Assert.Equal("main-7", AuditIndex.RowOf(new Fact(Recorded("order_teleported", "order-main-7", "{}"u8.ToArray()), null)).OrderId);
        Assert.Equal("d-1", AuditIndex.RowOf(new Fact(Recorded("intent_praised", "round-d-1", "{}"u8.ToArray()), null)).DecisionId);
        var tape = AuditIndex.RowOf(new Fact(Recorded("inputs_recorded", "tape-main", """{"portfolio":"main","inputs":[{"data":{"agent":"a@1"}}]}"""u8.ToArray()), null));
        Assert.Equal((null, 0, null), (tape.Portfolio, tape.Agents.Count, tape.Words));
    }

    [Theory]
    [InlineData("""{"agent":7,"actor":["x"],"orderId":{"orderId":"inner"},"asOf":"yesterday","reason":null,"portfolio":true}""", "inner")]
    [InlineData("""{"absent":{"agent":"a@1"},"abstained":[1,{"agent":"b"},"c@1"]}""", null)]
    [InlineData("[]", null)]
    [InlineData("\"text\"", null)]
    public void What_has_not_the_kind_that_its_name_promises_is_passed_over(string json, string? order)
    {
        var facts = AuditFacts.Of(Encoding.UTF8.GetBytes(json));
        Assert.Equal((order, null, null, null), (facts.OrderId, facts.Actor, facts.Words, facts.Portfolio));
    }

    [Fact]
    public void What_is_too_long_to_be_a_name_is_none_and_words_end_somewhere()
    {
        var many = string.Join(',', Enumerable.Range(0, 1_000).Select(n => $$"""{"agent":"a{{n}}"}"""));
        var facts = AuditFacts.Of(Encoding.UTF8.GetBytes($$"""{"orderId":"{{new string('x', 201)}}","actor":"","reason":"{{new string('y', 20_000)}}","detail":"z","votes":[{{many}}]}"""));
        Assert.Equal((null, null, AuditFacts.MaxWords, AuditFacts.MaxAgents), (facts.OrderId, facts.Actor, facts.Words!.Length, facts.Agents.Count));
    }

    private static AuditRow RowOf(DomainEvent e) => RowOf(EventJson.AliasOf(e), EventJson.Serialize(e));

    private static AuditRow RowOf(string alias, byte[] json) => AuditIndex.RowOf(new Fact(Recorded(alias, "s", json), null));

    private static RecordedEvent Recorded(string alias, string stream, byte[] json) => new(1, Guid.Empty, stream, 1, alias, json, default, null, null, default);

    private static Type TypeOf(string alias) => typeof(DomainEvent).Assembly.GetTypes().Single(t => t.IsSubclassOf(typeof(DomainEvent)) && JsonNamingPolicy.SnakeCaseLower.ConvertName(t.Name) == alias);

    /// <summary>An object with something in every member; every text says where it stands.</summary>
    private static object Filled(Type type, string path)
    {
        if (type == typeof(string)) return $"at {path}";
        if (type == typeof(Wording)) return new Wording($"at {path}");
        if (type == typeof(JsonElement)) return JsonSerializer.SerializeToElement(new SortedDictionary<string, string>());
        if (type == typeof(Timestamp)) return Timestamp.Parse("2026-11-20T14:30:00Z");
        if (Nullable.GetUnderlyingType(type) is { } inner) return Filled(inner, path);
        if (type.IsEnum) return Enum.GetValues(type).GetValue(0)!;
        if (type.IsPrimitive || type == typeof(decimal) || type == typeof(TimeOnly) || type == typeof(DateOnly)) return Activator.CreateInstance(type)!;
        if (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IReadOnlyList<>))
        {
            var list = (IList)Activator.CreateInstance(typeof(List<>).MakeGenericType(type.GenericTypeArguments))!;
            for (var i = 0; i < 2; i++) list.Add(Filled(type.GenericTypeArguments[0], $"{path}/{i}"));
            return list;
        }

        if (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IReadOnlyDictionary<,>)) return Activator.CreateInstance(typeof(Dictionary<,>).MakeGenericType(type.GenericTypeArguments))!;
        var constructor = type.GetConstructors().MaxBy(c => c.GetParameters().Length)!;
        return constructor.Invoke([.. constructor.GetParameters().Select(p => Filled(p.ParameterType, $"{path}/{p.Name}"))]);
    }

    /// <summary>Every text and time of an object, in the order of its JSON.</summary>
    private static IEnumerable<(string Member, string Value)> Told(object value) => value.GetType().GetProperties(BindingFlags.Public | BindingFlags.Instance)
        .Where(p => p.GetIndexParameters().Length == 0 && p.CanWrite).OrderBy(p => JsonNamingPolicy.CamelCase.ConvertName(p.Name), StringComparer.Ordinal)
        .SelectMany(p => Told(JsonNamingPolicy.CamelCase.ConvertName(p.Name), p.GetValue(value)));

    private static IEnumerable<(string Member, string Value)> Told(string member, object? value) => value switch
    {
        string or Wording or Timestamp => [(member, value.ToString()!)],
        null or JsonElement or IDictionary => [],
        IEnumerable list => list.Cast<object?>().SelectMany(item => Told(member, item)),
        _ when value.GetType() is { IsPrimitive: false, IsEnum: false } type && type.Namespace!.StartsWith("EventSourcedTrading", StringComparison.Ordinal) => Told(value),
        _ => [],
    };
}
