using EventSourcedTrading.Domain.Engine;

namespace EventSourcedTrading.Domain.Tests.Engine;

public sealed class AnswerMemoryTests
{
    [Fact]
    public void It_knows_the_latest_messages_and_what_is_undecided_and_nothing_else() => Draw.Property(100, random =>
    {
        var capacity = random.Next(1, 200);
        var memory = new AnswerMemory(capacity);
        List<(string Sender, string Id, bool Answered)> oracle = [], copied = [];
        IReadOnlyList<Remembered> copy = memory.Copy();
        for (var step = 0; step < 800; step++)
        {
            var number = random.Next(300);
            // Each of a length of its own, so that the ring of ids has to turn the corner at every place.
            var (sender, id) = (random.Of("a", "b", "c"), number + new string('-', number % 64));
            var known = oracle.FindIndex(m => m.Sender == sender && m.Id == id);
            if (random.Chance(0.4))
            {
                memory.Answered(new Answer(id, sender, new Result("hold", null, "")));
                if (known >= 0) oracle[known] = (sender, id, true);
                continue;
            }

            Assert.Equal(known < 0, memory.TryRemember(new Remembered(sender, id, (ulong)step), out var earlier));
            if (known >= 0) Assert.Equal((sender, id, oracle[known].Answered), (earlier.Sender, earlier.Id, earlier.Result is not null));
            else oracle.Add((sender, id, false));
            while (known < 0 && oracle.Count > capacity && oracle[0].Answered) oracle.RemoveAt(0);
            if (copied.Count == 0 && step >= 400) (copy, copied) = (memory.Copy(), [.. oracle]);
        }

        // A copy stays as it was.
        Assert.Equal(copied.Select(m => (m.Sender, m.Id, m.Answered)), copy.Select(m => (m.Sender, m.Id, m.Result is not null)));
        Assert.Equal(oracle.Select(m => (m.Sender, m.Id, m.Answered)), memory.Copy().Select(m => (m.Sender, m.Id, m.Result is not null)));
        Assert.All(oracle, m => Assert.Equal(m.Id, memory.Find(m.Sender, m.Id)?.Id));
        Assert.Null(memory.Find("d", "1"));
    });
}
