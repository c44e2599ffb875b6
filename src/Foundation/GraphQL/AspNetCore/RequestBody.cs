using System.Buffers;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace HotChocolate.AspNetCore;

/// <summary>The body of a POST, in pooled memory while the request runs.</summary>
internal sealed class RequestBody : IDisposable
{
    private const int FirstBytes = 4096;
    private byte[] _bytes = ArrayPool<byte>.Shared.Rent(FirstBytes);
    private JsonDocument? _json;

    private RequestBody()
    {
    }

    public JsonElement Json => _json!.RootElement;

    /// <exception cref="BadRequestException">It is too long, not UTF-8 or not JSON.</exception>
    public static async Task<RequestBody> ReadAsync(HttpRequest request, int maxBytes, CancellationToken cancellationToken)
    {
        var body = new RequestBody();
        try
        {
            await body.FillAsync(request, maxBytes, cancellationToken);
            return body;
        }
        catch
        {
            body.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        _json?.Dispose();
        var bytes = Interlocked.Exchange(ref _bytes, []);
        if (bytes.Length > 0) ArrayPool<byte>.Shared.Return(bytes);
    }

    private async Task FillAsync(HttpRequest request, int maxBytes, CancellationToken cancellationToken)
    {
        if (request.ContentLength > maxBytes) throw TooLong(maxBytes);
        var length = 0;
        while (true)
        {
            if (length == _bytes.Length) Grow();
            var read = await ReadAsync(request, _bytes.AsMemory(length), cancellationToken);
            if (read == 0) break;
            if ((length += read) > maxBytes) throw TooLong(maxBytes);
        }

        var json = _bytes.AsMemory(0, length);
        if (length == 0) throw new BadRequestException("The body is empty; it must be a JSON object with \"query\".");
        _json = RequestParameters.Parse(json, "The body");
    }

    private static async ValueTask<int> ReadAsync(HttpRequest request, Memory<byte> into, CancellationToken cancellationToken)
    {
        try
        {
            return await request.Body.ReadAsync(into, cancellationToken);
        }
        catch (BadHttpRequestException e)
        {
            throw new BadRequestException($"The body cannot be read: {e.Message}", e.StatusCode);
        }
    }

    private void Grow()
    {
        var larger = ArrayPool<byte>.Shared.Rent(_bytes.Length * 2);
        _bytes.CopyTo(larger, 0);
        ArrayPool<byte>.Shared.Return(_bytes);
        _bytes = larger;
    }

    private static BadRequestException TooLong(int maxBytes) => new($"The body is longer than {maxBytes} bytes.", StatusCodes.Status413PayloadTooLarge);
}
