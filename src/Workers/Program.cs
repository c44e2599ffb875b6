using EventSourcedTrading.Workers.Cli;

return await Root.RunAsync(args);
