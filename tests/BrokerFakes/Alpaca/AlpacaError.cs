using System.Text.Json.Nodes;
using EventSourcedTrading.BrokerFakes.Serving;

namespace EventSourcedTrading.BrokerFakes.Alpaca;

/// <summary>Alpaca's error bodies, <c>{"code":…,"message":…}</c>. A code is the HTTP status and five digits more.</summary>
public static class AlpacaError
{
    public const int Unauthorized = 40110000, Forbidden = 40310000, NotFound = 40410000, BadBody = 40010000, BadParameter = 40010001, Unprocessable = 42210000, TooMany = 42910000;

    public static Answer Answer(int status, int code, string message, params (string Name, string Value)[] more)
    {
        var body = new JsonObject { ["code"] = code, ["message"] = message };
        foreach (var (name, value) in more) body[name] = value;
        return new Answer(status, body);
    }

    public static AnswerException Refuse(int status, int code, string message, params (string Name, string Value)[] more) => new(Answer(status, code, message, more));
}
