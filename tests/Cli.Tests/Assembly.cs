global using EventSourcedTrading.Integration;

// Commands run within this process, and the console, the environment and the folder are all of it: one at a time.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
