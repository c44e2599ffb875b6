using System.CommandLine;
using System.Text.Json;
using EventSourcedTrading.EventStore;
using EventSourcedTrading.Workers.Explaining;
using Spectre.Console;

namespace EventSourcedTrading.Workers.Cli;

/// <summary><c>est explain</c></summary>
public static class ExplainCommand
{
    public static Command Create() => new("explain", "why did we do that? The whole chain, from the market data to the profit")
    {
        Chain("order", "order id, such as main-42", (query, id, ct) => query.ForOrderAsync(id, ct)),
        Chain("decision", "decision id, such as main-SPY.ARCX-20131007T133100Z", (query, id, ct) => query.ForDecisionAsync(id, ct)),
        Chain("fill", "execution id, such as main-42-1", (query, id, ct) => query.ForFillAsync(id, ct)),
    };

    private static Command Chain(string name, string idForm, Func<ExplainQuery, string, CancellationToken, Task<Explanation>> find)
    {
        var (json, database) = (CommonOptions.Json(), CommonOptions.Database());
        var id = new Argument<string>("id") { Description = idForm };
        var command = new Command(name, $"explain one {name}") { id, json, database };
        command.SetAction(async (parsed, ct) =>
        {
            var options = CommonOptions.Platform(null, parsed.GetValue(database));
            await using var source = StoreConnection.Open(options.Postgres, StoreRole.Reader);
            try
            {
                var explanation = await find(new ExplainQuery(source), parsed.GetValue(id)!, ct);
                var names = await People.NamesAsync(People.Of(source), NamedExplanation.TextOf(explanation), ct);
                Show(NamedExplanation.Of(explanation, names), parsed.GetValue(json));
                return 0;
            }
            catch (UnknownIdException e)
            {
                Terminal.Error(e.Message);
                return Root.NotFound;
            }
        });
        return command;
    }

    public static void Show(Explanation explanation, bool json)
    {
        if (!json)
        {
            ExplanationText.Write(AnsiConsole.Console, explanation);
            return;
        }

        using var output = Console.OpenStandardOutput();
        using (var writer = new Utf8JsonWriter(output, new JsonWriterOptions { Indented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
            ExplanationJson.Write(writer, explanation);
        output.Write("\n"u8);
    }
}
