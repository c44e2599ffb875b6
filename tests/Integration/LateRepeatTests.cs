using System.Text;
using System.Text.Json.Nodes;
using System.Threading.Channels;
using EventSourcedTrading.Domain.Engine;
using EventSourcedTrading.Domain.MetaAgent;
using EventSourcedTrading.Workers.Engines;

namespace EventSourcedTrading.Integration;

/// <summary>What the engine has no longer in mind, the log answers.</summary>
public sealed class LateRepeatTests(Desk desk) : IClassFixture<Desk>
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Theory]
    [InlineData("approved")]
    [InlineData("hold")]
    [InlineData("refused")]
    public async Task The_first_answer_comes_from_the_log(string outcome)
    {
        JsonObject sent = [];
        var first = await desk.Ada.TradeAsync(desk.Market, intent =>
        {
            if (outcome == "hold") intent["quantity"] = "0";
            if (outcome == "refused") intent["instrument"] = "NONE.ARCX";
            sent = intent;
        });
        Assert.Equal(outcome, first.Outcome);

        await using var late = new Late(desk.World);
        await using var answers = await desk.World.Outside.Nats.SubscribeCoreAsync(desk.World.Outside.Subjects.Outcome("main", "ada@1.0.0"));
        await desk.World.Outside.Nats.PingAsync();
        late.LookUp(sent);
        using var patience = new CancellationTokenSource(Patience);
        using var answer = await answers.Msgs.ReadAsync(patience.Token);
        Assert.Equal(first, Told.Read(answer.Memory.Span));
        Assert.False(late.Back.TryPeek(out _));
    }

    [Fact]
    public async Task What_the_log_does_not_know_goes_back_to_the_engine_to_be_refused()
    {
        var told = await desk.Ada.TradeAsync(desk.Market);
        var stranger = desk.Ada.Intent(1, id: $"{told.Id}-never-sent");

        await using var late = new Late(desk.World);
        late.LookUp(stranger);
        using var patience = new CancellationTokenSource(Patience);
        var back = await late.Back.ReadAsync(patience.Token);
        Assert.True(back.IsLookedUp);
        Assert.Equal($"{told.Id}-never-sent", ((IntentInput)back.Input).Intent.IntentId);
    }

    private sealed class Late : IAsyncDisposable
    {
        private readonly Channel<Arrival> back = Channel.CreateUnbounded<Arrival>();
        private readonly CancellationTokenSource stopping = new();
        private readonly LateRepeats repeats;
        private readonly Task running;

        public Late(World world)
        {
            repeats = new LateRepeats(world.Outside, "main", new Answering(world.Outside, "main"), back.Writer);
            running = repeats.RunAsync(stopping.Token);
        }

        public ChannelReader<Arrival> Back => back.Reader;

        public void LookUp(JsonObject json)
        {
            Assert.Null(IntentJson.Read(Encoding.UTF8.GetBytes(json.ToJsonString()), out var intent, out _));
            repeats.LookUp(new Arrival(new IntentInput(intent!, new Addressee("main", intent!.Agent)), null, default));
        }

        public async ValueTask DisposeAsync()
        {
            await stopping.CancelAsync();
            await running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            stopping.Dispose();
        }
    }
}
