using System.IO.Compression;

namespace EventSourcedTrading.MarketData;

/// <summary>
/// The lines of the first file in a zip archive, in a buffer of fixed size. A damaged archive ends the lines and is told in
/// <see cref="Failure"/>; length and CRC-32 are checked against the archive's directory, which the platform does not do.
/// </summary>
internal sealed class ZipLines(string path) : IDisposable
{
    private const int MaxLine = 4_096;
    private static readonly uint[] CrcTable = MakeCrcTable();

    private readonly byte[] _buffer = new byte[16 * MaxLine];
    private ZipArchive? _archive;
    private ZipArchiveEntry? _entry;
    private Stream? _stream;
    private int _from, _start, _end;
    private bool _ended;
    private long _length;
    private uint _crc = uint.MaxValue;

    /// <summary>The line's text without its end; valid until the next <see cref="Read"/>.</summary>
    public ReadOnlySpan<byte> Line => _buffer.AsSpan(_from, LineLength);

    public long Number { get; private set; }

    /// <summary>The rule that the archive breaks, or null.</summary>
    public string? Failure { get; private set; }

    private int LineLength { get; set; }

    public bool Read()
    {
        if (Failure is not null) return false;
        try
        {
            if (_archive is null) Open();
            return Failure is null && Next();
        }
        catch (Exception e) when (e is InvalidDataException or IOException or NotSupportedException)
        {
            Failure = $"zip archive cannot be read: {e.Message}";
            return false;
        }
    }

    public void Dispose()
    {
        _stream?.Dispose();
        _archive?.Dispose();
    }

    private void Open()
    {
        _archive = ZipFile.OpenRead(path);
        _entry = _archive.Entries.Count > 0 ? _archive.Entries[0] : null;
        _stream = _entry?.Open();
        if (_stream is null) Failure = "zip archive must hold a file";
    }

    private bool Next()
    {
        while (true)
        {
            var end = _buffer.AsSpan(_start, _end - _start).IndexOf((byte)'\n');
            if (end < 0 && !_ended && _end - _start <= MaxLine)
            {
                Fill();
                continue;
            }

            if (end > MaxLine || (end < 0 && _end - _start > MaxLine))
            {
                Failure = $"line must not be longer than {MaxLine} bytes";
                return false;
            }

            if (end < 0 && _start == _end) return false;
            _from = _start;
            LineLength = end < 0 ? _end - _start : end;
            _start = end < 0 ? _end : _start + end + 1;
            if (LineLength > 0 && _buffer[_from + LineLength - 1] == '\r') LineLength--;
            Number++;
            if (LineLength > 0) return true;
        }
    }

    private void Fill()
    {
        _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
        _end -= _start;
        _start = 0;
        var read = _stream!.Read(_buffer, _end, _buffer.Length - _end);
        if (read > 0)
        {
            foreach (var b in _buffer.AsSpan(_end, read)) _crc = CrcTable[(byte)(_crc ^ b)] ^ (_crc >> 8);
            _length += read;
            _end += read;
            return;
        }

        _ended = true;
        if (_length != _entry!.Length || ~_crc != _entry.Crc32) throw new InvalidDataException("length or CRC-32 differs from the archive's directory");
    }

    private static uint[] MakeCrcTable()
    {
        var table = new uint[256];
        for (var i = 0u; i < 256; i++)
        {
            var c = i;
            for (var bit = 0; bit < 8; bit++) c = (c & 1) != 0 ? 0xEDB88320 ^ (c >> 1) : c >> 1;
            table[i] = c;
        }

        return table;
    }
}
