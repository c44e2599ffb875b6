using EventSourcedTrading.EventStore.Audit;
using EventSourcedTrading.Notary;
using EventSourcedTrading.TransparencyLog;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Npgsql;

namespace EventSourcedTrading.Api.Http;

/// <summary>
/// The log's checkpoint and tiles, C2SP tlog-tiles, for monitors and witnesses: hashes alone, so anybody who reaches us may read them,
/// without a key. What the events say is behind <c>/v1/audit</c>.
/// </summary>
public static class LogEndpoints
{
    /// <summary>A full tile never changes, a partial one of a given width neither.</summary>
    private const string Forever = "public, max-age=31536000, immutable";

    public static void Map(IEndpointRouteBuilder routes, NpgsqlDataSource reader)
    {
        var (store, tree) = (new CheckpointStore(reader), new LogTree(reader));
        routes.MapGet("/log/checkpoint", async (HttpResponse response, CancellationToken ct) =>
        {
            var newest = await store.NewestAsync(ct: ct) ?? throw new RefusedException("UNKNOWN_CHECKPOINT", "no checkpoint was ever signed; the notary is not configured, or has not begun");
            response.Headers.CacheControl = "no-cache";
            return Results.Text(newest.ToString());
        }).ExcludeFromDescription();

        routes.MapGet("/log/{**path}", async (HttpResponse response, string path, CancellationToken ct) =>
        {
            if (!Tile.TryParse(path, out var tile)) throw new RefusedException("UNKNOWN_TILE", $"'{(path.Length > 100 ? path[..100] : path)}' is no path of a tile; they read tile/LEVEL/INDEX, as tile/0/x001/234, and .p/WIDTH behind it for a partial one");
            // Only what is signed: nobody can check the rest yet.
            var signed = await store.NewestSizeAsync(ct) ?? 0;
            if (Tile.WidthIn(tile.Level, tile.Index, signed) < tile.Width) throw new RefusedException("UNKNOWN_TILE", $"{path} is not there yet: {signed} events are signed");
            response.Headers.CacheControl = Forever;
            return Results.Bytes(await tree.TileAsync(tile.Level, tile.Index, tile.Width, ct), "application/octet-stream");
        }).ExcludeFromDescription();
    }
}
