using EventSourcedTrading.BrokerFakes;

return await FakeCommand.RunAsync(args);
