using System.Text.Json;
using EventSourcedTrading.Domain.Engine;

namespace EventSourcedTrading.Projections.Audit;

/// <param name="Depth">0 for the event that was asked for.</param>
/// <param name="Parent">Position of the node that it hangs on; null at depth 0.</param>
public sealed record CausalNode(int Depth, long? Parent, AuditRow Event);

/// <summary>What caused an event, or what it caused.</summary>
/// <param name="Nodes">Each directly behind its parent or behind what hangs on its elder siblings: drawn line by line, it is the tree.</param>
/// <param name="Ends">Of a way upwards: why it ends where it does.</param>
/// <param name="Input">Of a way upwards: the input on the tape in whose course the uppermost event was recorded; null if none was.</param>
/// <param name="Truncated">True if there is more than the bounds allow.</param>
public sealed record CausalTree(IReadOnlyList<CausalNode> Nodes, string? Ends, TapeInput? Input, bool Truncated)
{
    /// <summary>How far a way may lead.</summary>
    public const int MaxDepth = 100;

    /// <summary>How many events a tree may have.</summary>
    public const int MaxNodes = 10_000;
}

/// <summary>An input as the tape has it.</summary>
/// <param name="TapeSeq">The place of its tape in the log.</param>
/// <param name="Index">Which of the tape's inputs it is, from 0.</param>
/// <param name="Kind">signal, intent, progress, deadline, command, report, …</param>
public sealed record TapeInput(long TapeSeq, int Index, string Kind, JsonElement Data)
{
    /// <summary>The input in whose course an event of the batch was recorded.</summary>
    /// <param name="tapeSeq">The place of the tape, before <paramref name="position"/>.</param>
    /// <returns>Null if the event does not belong to that batch.</returns>
    public static TapeInput? Of(long tapeSeq, InputsRecorded tape, long position)
    {
        var next = tapeSeq + 1;
        for (var i = 0; i < tape.Inputs.Count; i++)
        {
            var input = tape.Inputs[i];
            next += input.Events;
            if (position < next) return new TapeInput(tapeSeq, i, input.Kind, input.Data);
        }

        return null;
    }
}
