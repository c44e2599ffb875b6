namespace EventSourcedTrading.TransparencyLog;

/// <summary>A proof, a note or a part of one is malformed or does not prove what it should; the message names the part, the value and the rule.</summary>
public sealed class InvalidProofException(string message, Exception? inner = null) : Exception(message, inner);
