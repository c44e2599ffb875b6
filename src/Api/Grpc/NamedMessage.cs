using System.Collections;
using EventSourcedTrading.Privacy;
using Google.Protobuf;
using Google.Protobuf.Reflection;

namespace EventSourcedTrading.Api.Grpc;

/// <summary>Names in the place of references, in every text of a message.</summary>
internal static class NamedMessage
{
    public static async ValueTask<T> OfAsync<T>(T message, PersonDirectory persons, CancellationToken ct)
    {
        if (message is IMessage m && await persons.NamesAsync(m.ToString() ?? "", ct) is { Count: > 0 } names) Replace(m, names);
        return message;
    }

    private static void Replace(IMessage message, IReadOnlyDictionary<string, string> names)
    {
        foreach (var field in message.Descriptor.Fields.InDeclarationOrder())
        {
            // What commands and limits say is no text of persons.
            if (field.IsMap) continue;
            switch (field.Accessor.GetValue(message))
            {
                case string text when !field.HasPresence || field.Accessor.HasValue(message): field.Accessor.SetValue(message, PersonReference.Replace(text, names)); break;
                case IMessage inner: Replace(inner, names); break;
                case IList list when field.FieldType == FieldType.Message:
                    foreach (var inner in list) Replace((IMessage)inner!, names);
                    break;
            }
        }
    }
}
