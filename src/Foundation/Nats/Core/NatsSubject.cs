using System.Buffers;
using System.Text;

namespace NATS.Client.Core;

/// <summary>
/// Checks subjects before they meet the wire: a space or line break in one would let its author write protocol lines.
/// Rules from the NATS documentation, "Subject-Based Messaging"; the length keeps control lines under the server's 4 KiB.
/// </summary>
internal static class NatsSubject
{
    public const int MaxBytes = 1024;

    private static readonly SearchValues<char> Plain =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_$:/=+,;@#!%&()[]{}^~|'`\"?<\\");

    /// <summary>A subject to send to: tokens without wildcards.</summary>
    public static void CheckPublish(string? subject, string field)
    {
        CheckTokens(subject, field);
        if (subject.AsSpan().ContainsAny('*', '>'))
            throw Refused(field, subject, "must not contain the wildcards * and >", "send to one exact subject");
    }

    /// <summary>A subject to listen on: <c>*</c> stands for a whole token, <c>&gt;</c> for the whole rest.</summary>
    public static void CheckSubscribe(string? subject, string field)
    {
        CheckTokens(subject, field);
        if (!subject.AsSpan().ContainsAny('*', '>'))
            return;
        var tokens = subject!.Split('.');
        for (var i = 0; i < tokens.Length; i++)
        {
            if (tokens[i].Contains('*', StringComparison.Ordinal) && tokens[i].Length > 1)
                throw Refused(field, subject, "must use * as a whole token", "put dots around it");
            if (tokens[i].Contains('>', StringComparison.Ordinal) && (tokens[i].Length > 1 || i < tokens.Length - 1))
                throw Refused(field, subject, "must use > as the whole last token", "move it to the end");
        }
    }

    /// <summary>A name that becomes one token of a subject: streams, consumers.</summary>
    public static void CheckName(string? name, string field)
    {
        CheckTokens(name, field);
        if (name.AsSpan().ContainsAny(".*>/\\"))
            throw Refused(field, name, "must not contain . * > / or \\", "use letters, digits, - and _");
    }

    /// <summary>A queue group: one word.</summary>
    public static void CheckQueue(string? queue, string field)
    {
        if (queue is not null)
            CheckTokens(queue, field);
    }

    private static void CheckTokens(string? subject, string field)
    {
        if (string.IsNullOrEmpty(subject))
            throw Refused(field, subject, "must not be empty", "give at least one token");
        var ascii = true;
        var afterDot = true;
        foreach (var c in subject)
        {
            if (c == '.')
            {
                if (afterDot)
                    throw Refused(field, subject, "must not have empty tokens", "remove the leading, trailing or doubled dot");
                afterDot = true;
                continue;
            }
            afterDot = false;
            if (Plain.Contains(c) || c is '*' or '>')
                continue;
            if (c <= ' ' || c == '\x7f')
                throw Refused(field, subject, "must not contain spaces or control characters", "replace them, for example by -");
            ascii &= c <= '\x7f';
        }
        if (afterDot)
            throw Refused(field, subject, "must not have empty tokens", "remove the trailing dot");
        if (!ascii && HasLoneSurrogate(subject))
            throw Refused(field, subject, "must be well-formed UTF-16", "remove the lone surrogate");
        if ((ascii ? subject.Length : Encoding.UTF8.GetByteCount(subject)) > MaxBytes)
            throw Refused(field, subject, $"must not exceed {MaxBytes} bytes of UTF-8", "shorten it");
    }

    // It would be sent as U+FFFD, and two different subjects would become one.
    private static bool HasLoneSurrogate(string subject)
    {
        for (var i = 0; i < subject.Length; i++)
        {
            if (i + 1 < subject.Length && char.IsSurrogatePair(subject, i))
                i++;
            else if (char.IsSurrogate(subject[i]))
                return true;
        }
        return false;
    }

    private static ArgumentException Refused(string field, string? value, string rule, string mend)
    {
        var shown = value is { Length: > 80 } ? value[..80] + "…" : value;
        return new ArgumentException($"{field} '{shown?.ReplaceLineEndings("\\n")}' {rule}; {mend}.");
    }
}
