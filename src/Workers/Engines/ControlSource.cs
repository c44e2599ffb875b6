using System.Runtime.InteropServices;
using System.Text.Json;
using EventSourcedTrading.Domain.Control;
using EventSourcedTrading.Domain.Engine;

namespace EventSourcedTrading.Workers.Engines;

/// <summary>Commands that the control plane has put into stream control-{portfolio}, as the engine takes them.</summary>
public sealed class ControlSource(string portfolio)
{
    public string Stream => $"control-{portfolio}";

    /// <summary>What cannot be read is answered and kept, like any other message; it must not stop the queue.</summary>
    public Input? Read(DomainEvent e)
    {
        if (e is not CommandAuthorised command) return null;
        try
        {
            var input = InputJson.ToInput(command);
            return CommandRules.Form(input) is { } wrong ? Malformed(command, wrong.Code, wrong.Reason) : input;
        }
        catch (Exception failure) when (failure is JsonException or NotSupportedException)
        {
            return Malformed(command, "MALFORMED", $"command: {failure.Message}");
        }
    }

    private MalformedInput Malformed(CommandAuthorised command, string code, string reason) =>
        InboxDecoder.Malformed(new Addressee(portfolio, ""), command.CommandId, code, reason, JsonMarshal.GetRawUtf8Value(command.Command));
}
