namespace EventSourcedTrading.TransparencyLog.Tests;

public sealed class TileTests
{
    [Theory]
    [InlineData(0, 0, 256, "tile/0/000")]
    [InlineData(0, 1234067, 256, "tile/0/x001/x234/067")]
    [InlineData(1, 999, 17, "tile/1/999.p/17")]
    [InlineData(2, 1000, 1, "tile/2/x001/000.p/1")]
    [InlineData(7, 0, 127, "tile/7/000.p/127")]
    public void A_path_is_written_and_read_back(int level, long index, int width, string path)
    {
        Assert.Equal(path, new Tile(level, index, width).Path);
        Assert.True(Tile.TryParse(path, out var tile));
        Assert.Equal(new Tile(level, index, width), tile);
    }

    [Theory]
    [InlineData("")]
    [InlineData("tile")]
    [InlineData("tile/0")]
    [InlineData("tile/0/")]
    [InlineData("/tile/0/000")]
    [InlineData("tile/0/000/")]
    [InlineData("tile//000")]
    [InlineData("tile/00/000")]
    [InlineData("tile/8/000")]
    [InlineData("tile/-1/000")]
    [InlineData("tile/0/0")]
    [InlineData("tile/0/0000")]
    [InlineData("tile/0/x000/000")] // an idle zero
    [InlineData("tile/0/x001")]
    [InlineData("tile/0/001/000")]
    [InlineData("tile/0/x001/x000")]
    [InlineData("tile/0/X001/000")]
    [InlineData("tile/0/../000")]
    [InlineData("tile/0/..")]
    [InlineData("tile/0/..%2f")]
    [InlineData("tile/0/000.p/0")]
    [InlineData("tile/0/000.p/256")]
    [InlineData("tile/0/000.p/01")]
    [InlineData("tile/0/000.p")]
    [InlineData("tile/0/000.p/1/1")]
    [InlineData("tile/0/.p/1")]
    [InlineData("tile/0/000\n")]
    [InlineData("tile/0/٠٠٠")]
    [InlineData("tile/7/001")] // beyond 2⁶³ leaves
    [InlineData("tile/0/x036/x028/x797/x018/x963/968")]
    [InlineData("tile/0/x999/x999/x999/x999/x999/x999/x999/x999/x999/x999/999")]
    [InlineData("tile/entries/000")]
    public void No_other_path_is_read(string path) => Assert.False(Tile.TryParse(path, out _));

    /// <summary>The example of the specification.</summary>
    [Fact]
    public void A_tree_of_70000_has_the_tiles_that_the_specification_counts()
    {
        Assert.Equal([256, 112, 0], new[] { 272L, 273, 274 }.Select(i => Tile.WidthIn(0, i, 70_000)));
        Assert.Equal([256, 17, 0], new[] { 0L, 1, 2 }.Select(i => Tile.WidthIn(1, i, 70_000)));
        Assert.Equal([1, 0], new[] { 0L, 1 }.Select(i => Tile.WidthIn(2, i, 70_000)));
        Assert.Equal((256, 1), (Tile.WidthIn(0, 0, 256), Tile.WidthIn(1, 0, 256)));
    }

    [Fact]
    public void The_places_of_a_tile_are_perfect_subtrees()
    {
        var tile = new Tile(1, 3, 2);
        Assert.Equal([new MerkleRange(768 * 256, 769 * 256), new MerkleRange(769 * 256, 770 * 256)], [tile[0], tile[1]]);
        Assert.Equal((8, 768L), (tile[0].Level, tile[0].Index));
        Assert.Throws<ArgumentOutOfRangeException>(() => tile[2]);
        Assert.Throws<ArgumentOutOfRangeException>(() => new Tile(7, 1));
    }
}
