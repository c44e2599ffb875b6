namespace EventSourcedTrading.Integration;

/// <summary>Waiting for a condition, never for a time; with a bound, so that a test that hangs says what for.</summary>
public static class Eventually
{
    public static async Task TrueAsync(Func<Task<bool>> condition, string what, double seconds = 60, int everyMilliseconds = 20)
    {
        var until = Environment.TickCount64 + (long)(seconds * 1_000);
        while (!await condition())
        {
            if (Environment.TickCount64 > until) throw new TimeoutException($"not within {seconds} s: {what}");
            await Task.Delay(everyMilliseconds);
        }
    }

    public static Task TrueAsync(Func<bool> condition, string what, double seconds = 60) => TrueAsync(() => Task.FromResult(condition()), what, seconds);
}
