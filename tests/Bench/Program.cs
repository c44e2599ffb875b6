using EventSourcedTrading.Bench;

return await BenchCommand.RunAsync(args);
