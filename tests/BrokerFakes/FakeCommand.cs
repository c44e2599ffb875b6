using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using EventSourcedTrading.BrokerFakes.Alpaca;
using EventSourcedTrading.BrokerFakes.Faults;
using EventSourcedTrading.BrokerFakes.InteractiveBrokers;
using EventSourcedTrading.BrokerFakes.Serving;
using EventSourcedTrading.BrokerFakes.Venues;

namespace EventSourcedTrading.BrokerFakes;

/// <summary><c>est broker fake</c>. Exit codes: 0 ended by Ctrl-C, 1 failed, 2 wrong usage.</summary>
public static class FakeCommand
{
    private const int Failed = 1, WrongUsage = 2, UsualPort = 8090;

    public static async Task<int> RunAsync(string[] args)
    {
        var broker = new Argument<string>("broker") { Description = "alpaca or ibkr" };
        broker.AcceptOnlyFromAmong("alpaca", "ibkr");
        var port = new Option<int>("--port") { Description = "loopback port; 0 takes a free one", DefaultValueFactory = _ => UsualPort };
        var seed = new Option<long>("--seed") { Description = "of ids and of every draw of a fault", DefaultValueFactory = _ => 1 };
        var faults = new Option<string>("--faults") { Description = "such as \"dropResponse submit 1, duplicateReport fill 5%\"", DefaultValueFactory = _ => "" };
        var cash = new Option<decimal>("--cash") { Description = "dollars in the account", DefaultValueFactory = _ => 1_000_000m };
        var prices = new Option<string>("--prices") { Description = "prices to begin with", DefaultValueFactory = _ => "SPY=500,AAPL=200,MSFT=400" };
        var calls = new Option<int?>("--calls-per-minute") { Description = "more are answered 429 (default: 200 of alpaca, 600 of ibkr)" };
        var specs = new Option<string?>("--specs") { Description = "folder of the brokers' OpenAPI files, to check every request and response (default: EST_SPECS, or a folder specs at or above the program)" };
        var binary = new Option<bool>("--binary") { Description = "alpaca: binary frames, as its paper host sends them" };
        var questions = new Option<bool>("--questions") { Description = "ibkr: every order raises questions o354 and o163" };
        var inexact = new Option<double>("--inexact") { Description = "ibkr: share of fields, 0 to 1, with another type than documented, missing or new" };
        var oauth = new Option<string?>("--oauth") { Description = "ibkr: calls must be signed; a new consumer's keys are written to this folder" };
        var json = new Option<bool>("--json") { Description = "print the address as JSON for programs instead of text for people" };
        var root = new RootCommand("A fake broker on loopback: its own API, a small market whose prices you set, and faults on demand.\n\n" + Usage) { broker, port, seed, faults, cash, prices, calls, specs, binary, questions, inexact, oauth, json };
        root.SetAction(async (parsed, stop) =>
        {
            var settings = new FakeSettings
            {
                Port = parsed.GetValue(port), Seed = parsed.GetValue(seed), FaultRules = parsed.GetValue(faults)!, Cash = parsed.GetValue(cash), CallsPerMinute = parsed.GetValue(calls), Specifications = parsed.GetValue(specs),
            };
            var start = Prices(parsed.GetValue(prices)!, settings);
            Within("--port", settings.Port, 0, 65_535);
            Within("--calls-per-minute", settings.CallsPerMinute ?? 1, 1, 1_000_000);
            Within("--inexact", parsed.GetValue(inexact), 0, 1);
            using var consumer = parsed.GetValue(oauth) is { } folder ? Written(OAuthConsumer.Create(), folder) : null;
            await using var server = parsed.GetValue(broker) == "alpaca"
                ? await FakeBroker.AlpacaAsync(settings, new AlpacaSettings(BinaryFrames: parsed.GetValue(binary)))
                : await FakeBroker.IbkrAsync(settings, new IbkrSettings(Questions: parsed.GetValue(questions) ? [Question.NoMarketData, Question.PriceCap] : null, OAuth: consumer, Inexact: parsed.GetValue(inexact)));
            foreach (var (symbol, price) in start) server.Venue.SetPrice(symbol, price);
            server.Traffic.Found = line => Console.Error.WriteLine($"not as in the OpenAPI file: {line}");
            Console.WriteLine(parsed.GetValue(json) ? Told(server).ToJsonString() : Text(server));
            await server.WaitForShutdownAsync(stop);
            return 0;
        });
        var invoked = root.Parse(args);
        try
        {
            if (invoked.Errors.Count == 0) return await invoked.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
            foreach (var error in invoked.Errors) await Console.Error.WriteLineAsync(error.Message);
            await Console.Error.WriteLineAsync("Try 'est broker fake --help'.");
            return WrongUsage;
        }
        catch (FormatException e)
        {
            await Console.Error.WriteLineAsync($"error: {e.Message}");
            return WrongUsage;
        }
        catch (IOException e)
        {
            await Console.Error.WriteLineAsync($"error: {e.Message.TrimEnd('.')}. If the port is taken: --port 0 takes a free one.");
            return Failed;
        }
    }

    private static string Usage => $"""
        Set and see by curl:
        {Control.Help}

        A fault is KIND POINT WHEN: when is the n-th time, or a probability such as 5%; * is every point that the kind knows.
          kinds:   {FaultPoints.Kinds}
          calls:   {string.Join(", ", FaultPoints.Calls)}
          reports: {string.Join(", ", FaultPoints.Reports)}
        """;

    private static string Text(FakeServer server) => $$"""
        Fake {{server.Broker}} at {{server.Api}}{{(server.Traffic.IsChecked ? "; every request and response is checked against the OpenAPI file" : "; its OpenAPI file is not at hand (--specs), so nothing is checked")}}
          curl {{(server.Broker == "alpaca" ? $"{server.Api}v2/account -H 'APCA-API-KEY-ID: AKTEST' -H 'APCA-API-SECRET-KEY: secret'" : $"{server.Api}iserver/auth/ssodh/init -d '{{\"publish\":true,\"compete\":true}}'")}}
          curl {{server.Address}}fake/price -d '{"symbol":"SPY","price":501}'
          curl {{server.Address}}fake/faults -d '{"rules":"dropResponse submit 1"}'
          curl {{server.Address}}fake/state
        'est broker fake --help' tells the rest. Ctrl-C ends it.
        """;

    private static JsonObject Told(FakeServer server) => new()
    {
        ["broker"] = server.Broker, ["address"] = server.Address.ToString(), ["api"] = server.Api.ToString(), ["checked"] = server.Traffic.IsChecked,
    };

    private static List<(string Symbol, decimal Price)> Prices(string text, FakeSettings settings)
    {
        var prices = new List<(string, decimal)>();
        foreach (var word in text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            var parts = word.Split('=');
            if (parts.Length != 2 || !decimal.TryParse(parts[1], NumberStyles.Number, CultureInfo.InvariantCulture, out var price) || price <= 0) throw new FormatException($"--prices: '{word}' must be SYMBOL=PRICE with a price above 0, such as SPY=500");
            if (!settings.Instruments.Any(i => i.Symbol == parts[0])) throw new FormatException($"--prices: '{parts[0]}' is not one of {string.Join(", ", settings.Instruments.Select(i => i.Symbol))}");
            prices.Add((parts[0], price));
        }

        return prices;
    }

    private static void Within(string name, double value, double least, double most)
    {
        if (value < least || value > most) throw new FormatException(string.Create(CultureInfo.InvariantCulture, $"{name} is {value}, and must be from {least} to {most}"));
    }

    private static OAuthConsumer Written(OAuthConsumer consumer, string folder)
    {
        consumer.WriteTo(folder);
        return consumer;
    }
}
