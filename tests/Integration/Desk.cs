using System.Text.Json;
using EventSourcedTrading.Domain.Engine;

namespace EventSourcedTrading.Integration;

/// <summary>A running engine with a hand-made market and one agent from outside; for test classes that need nothing else.</summary>
public sealed class Desk : IAsyncLifetime
{
    public Market Market { get; } = new();
    public World World { get; private set; } = null!;
    public Running Engine { get; private set; } = null!;
    public OutsideAgent Ada { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        World = await World.CreateAsync(Market.Portfolio("ada@1.0.0"));
        Engine = await World.StartAsync("engine");
        await Engine.UntilAsync("engine main", "running");
        Ada = new OutsideAgent(World, "ada@1.0.0");
    }

    public async Task RestartEngineAsync()
    {
        await Engine.DisposeAsync();
        Engine = await World.StartAsync("engine");
        await Engine.UntilAsync("engine main", "running");
    }

    /// <summary>Puts a command into the log, as the control plane does once it knows who asks, and waits for the engine's answer.</summary>
    public async Task<Told> CommandAsync(string id, JsonElement command, string actor = "olga", string? approver = null)
    {
        var platform = Engine.Platform;
        await using var answers = await Ada.Nats.SubscribeCoreAsync(platform.Subjects.CommandOutcome("main"));
        await Ada.Nats.PingAsync();
        await platform.AuthoriseAsync(command, id, actor, approver);
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (true)
        {
            using var answer = await answers.Msgs.ReadAsync(patience.Token);
            if (Told.Read(answer.Memory.Span) is { } told && told.Id == id) return told;
        }
    }

    public Task<Told> CommandAsync(string id, Command command, string? approver = null) => CommandAsync(id, InputJson.ToElement(command), approver: approver);

    /// <summary>The queue is alive: a good intent is decided, and no role has fallen over meanwhile.</summary>
    public async Task GoesOnAsync()
    {
        Assert.Equal("approved", (await Ada.TradeAsync(Market)).Outcome);
        Assert.Empty(World.Complaints.Restarts);
    }

    public async ValueTask DisposeAsync()
    {
        await Ada.DisposeAsync();
        await World.DisposeAsync();
    }
}
