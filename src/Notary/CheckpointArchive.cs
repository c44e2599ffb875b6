using System.Globalization;
using EventSourcedTrading.EventStore.Audit;
using EventSourcedTrading.TransparencyLog;

namespace EventSourcedTrading.Notary;

/// <summary>
/// What the notary keeps outside of the database, best on another machine's disk: every checkpoint, a file a day, and the leaf hashes
/// in one file, 32 bytes an event, so that a change can be traced to its event even if all hashes in the database were made anew.
/// Files only grow; each write is on the disk before the next step.
/// </summary>
/// <remarks>A checkpoint is a C2SP signed note, with an empty line behind it. <c>checkpoint</c> is the newest, as tlog-tiles names it.</remarks>
public sealed class CheckpointArchive : IDisposable
{
    private const string LeavesFile = "leaves.sha256", NewestFile = "checkpoint", LockFile = "notary.lock", DayFiles = "checkpoints-*.txt";

    private readonly string directory;
    private readonly FileStream owned, leaves;

    private CheckpointArchive(string directory)
    {
        this.directory = directory;
        // Of files that others may read, Linux keeps no second writer out.
        owned = new FileStream(Path.Combine(directory, LockFile), FileMode.OpenOrCreate, FileAccess.Write, FileShare.None);
        leaves = new FileStream(Path.Combine(directory, LeavesFile), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read);
        if (Days(directory).LastOrDefault() is not { } newest) return;
        // What a crash left half written was never a checkpoint, and must not become part of the next one.
        using var day = new FileStream(newest, FileMode.Open, FileAccess.ReadWrite, FileShare.Read);
        day.SetLength(NotesOf(newest).Sum(n => System.Text.Encoding.UTF8.GetByteCount(n) + 1L));
    }

    /// <summary>For the notary, who is the only one to write.</summary>
    /// <exception cref="IOException">It cannot be written, or another notary has it open.</exception>
    public static CheckpointArchive Open(string directory)
    {
        Directory.CreateDirectory(directory);
        return new CheckpointArchive(directory);
    }

    /// <summary>The checkpoints of an archive, oldest first. What a crash has left half written at the end is passed over.</summary>
    /// <param name="after">
    /// Leaves out those that say of themselves that they have no more events than that; days before are not read. What is no checkpoint
    /// says nothing, and is not left out. -1 for all.
    /// </param>
    public static IEnumerable<string> Notes(string directory, long after = -1)
    {
        var days = Days(directory).ToArray();
        var first = days.Length - 1;
        while (first > 0 && after >= 0 && !(NotesOf(days[first]).FirstOrDefault() is { } oldest && SizeOf(oldest) <= after)) first--;
        foreach (var file in after < 0 ? days : days[Math.Max(first, 0)..])
            foreach (var note in NotesOf(file))
                if (SizeOf(note) is not { } size || size > after) yield return note;
    }

    /// <summary>The leaf hashes of an archive from one index up to another; fewer if it has fewer.</summary>
    public static byte[] Leaves(string directory, long start, long end)
    {
        var file = Path.Combine(directory, LeavesFile);
        if (start >= end || !File.Exists(file)) return [];
        using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        stream.Seek(start * MerkleTree.HashSize, SeekOrigin.Begin);
        var hashes = new byte[(end - start) * MerkleTree.HashSize];
        var length = stream.ReadAtLeast(hashes, hashes.Length, throwOnEndOfStream: false);
        return hashes[..(length / MerkleTree.HashSize * MerkleTree.HashSize)];
    }

    /// <summary>The newest checkpoint; null if there is none yet.</summary>
    public string? Newest()
    {
        foreach (var file in Days(directory).Reverse())
            if (NotesOf(file).LastOrDefault() is { } newest) return newest;
        return null;
    }

    /// <summary>Writes leaf hashes, from an index on: over what a crash has left behind the last checkpoint.</summary>
    public void WriteLeaves(long first, ReadOnlySpan<byte> hashes)
    {
        leaves.Seek(first * MerkleTree.HashSize, SeekOrigin.Begin);
        leaves.Write(hashes);
    }

    /// <summary>Writes a checkpoint whose leaves are written.</summary>
    public void Append(SignedNote note, DateTimeOffset at)
    {
        leaves.Flush(flushToDisk: true);
        var text = note.ToString();
        using (var day = new FileStream(Path.Combine(directory, string.Create(CultureInfo.InvariantCulture, $"checkpoints-{at.UtcDateTime:yyyy-MM-dd}.txt")), FileMode.Append, FileAccess.Write, FileShare.Read))
        {
            day.Write(System.Text.Encoding.UTF8.GetBytes(text + "\n"));
            day.Flush(flushToDisk: true);
        }

        var newest = Path.Combine(directory, NewestFile);
        File.WriteAllText(newest + ".new", text);
        File.Move(newest + ".new", newest, overwrite: true);
    }

    public void Dispose()
    {
        leaves.Dispose();
        owned.Dispose();
    }

    private static IEnumerable<string> Days(string directory) => Directory.GetFiles(directory, DayFiles).Order(StringComparer.Ordinal);

    /// <summary>The second line, C2SP tlog-checkpoint; null if it is none. Nothing is verified.</summary>
    private static long? SizeOf(string note)
    {
        var lines = note.AsSpan().EnumerateLines();
        return lines.MoveNext() && lines.MoveNext() && long.TryParse(lines.Current, NumberStyles.None, CultureInfo.InvariantCulture, out var size) ? size : null;
    }

    private static IEnumerable<string> NotesOf(string file)
    {
        var note = new System.Text.StringBuilder();
        var signatures = false;
        foreach (var line in File.ReadLines(file))
        {
            if (line.Length == 0 && signatures)
            {
                yield return note.ToString();
                note.Clear();
                signatures = false;
                continue;
            }

            signatures |= line.Length == 0;
            note.Append(line).Append('\n');
        }
    }
}
