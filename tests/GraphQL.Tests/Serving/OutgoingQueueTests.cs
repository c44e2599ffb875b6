using HotChocolate.AspNetCore;

namespace EventSourcedTrading.GraphQL.Tests.Serving;

public sealed class OutgoingQueueTests
{
    [Fact]
    public async Task Messages_wait_for_room_by_count_and_by_bytes_and_keep_their_order()
    {
        var queue = new OutgoingQueue(maxCount: 3, maxBytes: 10);
        var added = new[] { 4, 4, 4, 1, 20, 1 }.Select(length => queue.AddAsync(new byte[length])).ToList();
        Assert.Equal([true, true, false, false, false, false], added.Select(a => a.IsCompleted));
        var taken = new List<int>();
        for (var i = 0; i < 6; i++) taken.Add((await queue.TakeAsync())!.Value.Length);
        Assert.Equal([4, 4, 4, 1, 20, 1], taken);
        await Task.WhenAll(added).WaitAsync(TimeSpan.FromSeconds(10));
    }

    [Fact]
    public async Task A_closed_queue_lets_everybody_go()
    {
        var queue = new OutgoingQueue(maxCount: 1, maxBytes: 10);
        await queue.AddAsync(new byte[1]);
        var waiting = queue.AddAsync(new byte[1]);
        queue.Close();
        await waiting.WaitAsync(TimeSpan.FromSeconds(10));
        await queue.AddAsync(new byte[1]).WaitAsync(TimeSpan.FromSeconds(10));
        Assert.Null(await queue.TakeAsync());
    }

    [Fact]
    public async Task Who_takes_waits_for_a_message_or_the_end()
    {
        var queue = new OutgoingQueue(maxCount: 1, maxBytes: 10);
        var taking = queue.TakeAsync().AsTask();
        Assert.False(taking.IsCompleted);
        await queue.AddAsync(new byte[3]);
        Assert.Equal(3, (await taking.WaitAsync(TimeSpan.FromSeconds(10)))!.Value.Length);
        taking = queue.TakeAsync().AsTask();
        queue.Close();
        Assert.Null(await taking.WaitAsync(TimeSpan.FromSeconds(10)));
    }
}
