using System.Globalization;
using EventSourcedTrading.BrokerFakes;
using EventSourcedTrading.BrokerFakes.Faults;
using EventSourcedTrading.BrokerFakes.Serving;

Console.WriteLine("");
