using System.Collections.Concurrent;
using GreenDonut;
using HotChocolate.Execution;
using HotChocolate.Types;

namespace EventSourcedTrading.GraphQL.Tests.Execution;

public sealed class DataLoaderTests
{
    [Fact]
    public async Task Siblings_of_a_list_meet_in_one_call()
    {
        var calls = new Calls();
        Assert.Equal(
            """{"data":{"orders":[{"id":1,"agent":{"name":"agent 1"}},{"id":2,"agent":{"name":"agent 2"}},{"id":3,"agent":{"name":"agent 0"}},{"id":4,"agent":{"name":"agent 1"}}]}}""",
            await RunAsync("{ orders(count: 4) { id agent { name } } }", calls));
        Assert.Equal(["agents: 1 2 0"], calls.All);
    }

    [Fact]
    public async Task Every_level_is_one_call_and_a_key_is_asked_for_once()
    {
        var calls = new Calls();
        await RunAsync("{ orders(count: 9) { agent { name boss { name boss { name } } } again: agent { name } fills { quantity } } }", calls);
        // The bosses of 0, 1, 2 are 100, 101, 102, and theirs 200 and on; fills are asked for with the first agents, since nothing waits for anything there.
        Assert.Equal(["agents: 1 2 0", "fills: 1 2 3 4 5 6 7 8 9", "agents: 101 102 100", "agents: 201 202 200"], calls.All);
    }

    [Fact]
    public async Task Resolvers_that_wait_for_something_else_first_meet_with_those_that_do_not()
    {
        var calls = new Calls();
        await RunAsync("{ orders(count: 3) { late { name } } }", calls);
        // All three wait for one load, go on at once, and ask in one call.
        Assert.Equal(["fills: 1 2 3", "agents: 1 2 0"], calls.All);
    }

    [Fact]
    public async Task Loads_may_come_from_any_thread()
    {
        var answer = await RunAsync("{ orders(count: 40) { elsewhere { name boss { name } } } }", new Calls());
        Assert.DoesNotContain("errors", answer);
        Assert.Equal(40, answer.Split("\"boss\":{\"name\":\"agent 10").Length - 1);
    }

    [Fact]
    public async Task A_loader_that_gives_nothing_is_an_error_of_its_fields() =>
        Assert.EndsWith("\"data\":{\"orders\":[{\"id\":1,\"nothing\":null}]}}", await RunAsync("{ orders(count: 1) { id nothing { name } } }", new Calls()));

    [Fact]
    public async Task A_call_has_no_more_keys_than_allowed()
    {
        var calls = new Calls();
        await RunAsync("{ orders(count: 25) { fills { quantity } } }", calls);
        Assert.Equal([10, 10, 5], calls.All.Select(c => c.Split(' ').Length - 1));
    }

    [Fact]
    public async Task A_call_that_fails_is_an_error_of_every_field_that_waits_for_it()
    {
        var answer = await RunAsync("{ orders(count: 2) { id broken { name } } }", new Calls());
        Assert.Contains("\"path\":[\"orders\",0,\"broken\"]", answer);
        Assert.Contains("\"path\":[\"orders\",1,\"broken\"]", answer);
        Assert.EndsWith("\"data\":{\"orders\":[{\"id\":1,\"broken\":null},{\"id\":2,\"broken\":null}]}}", answer);
    }

    [Fact]
    public async Task Requests_share_nothing()
    {
        var calls = new Calls();
        await RunAsync("{ orders(count: 1) { agent { name } } }", calls);
        await RunAsync("{ orders(count: 1) { agent { name } } }", calls);
        Assert.Equal(["agents: 1", "agents: 1"], calls.All);
    }

    [Fact]
    public async Task Loads_outside_of_a_request_are_answered_too()
    {
        var loader = new Agents(AutoBatchScheduler.Default, new Calls());
        Assert.Equal(["agent 1", "agent 5"], await loader.LoadAsync([1, 5]));
        loader.SetCacheEntry(7, "known");
        Assert.Equal("known", await loader.LoadAsync(7));
        loader.RemoveCacheEntry(7);
        Assert.Equal("agent 7", await loader.LoadAsync(7));
    }

    private static readonly RequestExecutor Executor = new(CreateSchema());

    private static async Task<string> RunAsync(string document, Calls calls)
    {
        await using var result = (OperationResult)await Executor.ExecuteAsync(new OperationRequest { Document = document, Services = calls });
        return result.ToJson();
    }

    private static Schema CreateSchema()
    {
        var agent = new ObjectType("Agent");
        agent.Fields.Add(new OutputField("name", Scalars.String) { PureResolver = name => name });
        agent.Fields.Add(new OutputField("boss", agent) { Resolver = async c => await c.DataLoader<Agents>().LoadAsync(int.Parse(c.Parent<string>()["agent ".Length..]) + 100) });
        var fill = new ObjectType("Fill");
        fill.Fields.Add(new OutputField("quantity", Scalars.Int) { PureResolver = quantity => quantity });
        var order = new ObjectType("Order");
        order.Fields.Add(new OutputField("id", Scalars.Int) { PureResolver = id => id });
        order.Fields.Add(new OutputField("agent", agent) { Resolver = async c => await c.DataLoader<Agents>().LoadAsync(c.Parent<int>() % 3) });
        order.Fields.Add(new OutputField("broken", agent) { Resolver = async c => await c.DataLoader<Broken>().LoadAsync(c.Parent<int>()) });
        order.Fields.Add(new OutputField("nothing", agent) { Resolver = async c => await c.DataLoader<Nothing>().LoadAsync(c.Parent<int>()) });
        order.Fields.Add(new OutputField("elsewhere", agent) { Resolver = async c => await Task.Run(() => c.DataLoader<Agents>().LoadAsync(c.Parent<int>() % 3)) });
        order.Fields.Add(new OutputField("fills", new ListType(fill)) { Resolver = async c => await c.DataLoader<Fills>().LoadAsync(c.Parent<int>()) });
        order.Fields.Add(new OutputField("late", agent)
        {
            Resolver = async c =>
            {
                await c.DataLoader<Fills>().LoadAsync(c.Parent<int>());
                return await c.DataLoader<Agents>().LoadAsync(c.Parent<int>() % 3);
            },
        });
        var query = new ObjectType("Query");
        var orders = new OutputField("orders", new ListType(order)) { Resolver = c => new(Enumerable.Range(1, c.ArgumentValue<int>("count"))) };
        orders.Arguments.Add(new InputField("count", new NonNullType(Scalars.Int)));
        query.Fields.Add(orders);
        return Schema.Create(query);
    }

    /// <summary>What the loaders were asked, also as the only service that they want.</summary>
    private sealed class Calls : IServiceProvider
    {
        private readonly ConcurrentQueue<string> _all = new();
        public IEnumerable<string> All => _all;
        public void Add(string what, IEnumerable<int> keys) => _all.Enqueue($"{what}: {string.Join(' ', keys)}");
        public object? GetService(Type serviceType) => serviceType == typeof(Calls) ? this : null;
    }

    private sealed class Agents(IBatchScheduler scheduler, Calls calls) : BatchDataLoader<int, string>(scheduler)
    {
        protected override async Task<IReadOnlyDictionary<int, string>> LoadBatchAsync(IReadOnlyList<int> keys, CancellationToken cancellationToken)
        {
            calls.Add("agents", keys);
            await Task.Delay(1, cancellationToken);
            return keys.ToDictionary(k => k, k => $"agent {k}");
        }
    }

    private sealed class Broken(IBatchScheduler scheduler, Calls calls) : BatchDataLoader<int, string>(scheduler)
    {
        protected override Task<IReadOnlyDictionary<int, string>> LoadBatchAsync(IReadOnlyList<int> keys, CancellationToken cancellationToken)
        {
            calls.Add("broken", keys);
            throw new InvalidOperationException("no connection");
        }
    }

    private sealed class Nothing(IBatchScheduler scheduler) : BatchDataLoader<int, string>(scheduler)
    {
        protected override Task<IReadOnlyDictionary<int, string>> LoadBatchAsync(IReadOnlyList<int> keys, CancellationToken cancellationToken) =>
            Task.FromResult<IReadOnlyDictionary<int, string>>(null!);
    }

    private sealed class Fills(IBatchScheduler scheduler, Calls calls) : GroupedDataLoader<int, int>(scheduler, new DataLoaderOptions(MaxBatchSize: 10))
    {
        protected override Task<ILookup<int, int>> LoadGroupedBatchAsync(IReadOnlyList<int> keys, CancellationToken cancellationToken)
        {
            calls.Add("fills", keys);
            return Task.FromResult(keys.SelectMany(k => Enumerable.Range(0, k % 3).Select(q => (k, q))).ToLookup(x => x.k, x => x.q));
        }
    }
}
