// Most of the time is spent waiting for servers; more than two at once would measure the machine instead.
[assembly: CollectionBehavior(MaxParallelThreads = 2)]
