// Kills are timed; trials beside each other would only wait for each other.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
