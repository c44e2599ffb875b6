using Npgsql;

namespace EventSourcedTrading.EventStore;

/// <summary>Tells an error that a new connection mends from one that it does not.</summary>
public static class ConnectionLoss
{
    /// <summary>True if the server went away, is going down or coming up, or asks to try again (SQLSTATE class 57P and what Npgsql calls transient).</summary>
    public static bool Is(Exception e) => e switch
    {
        FollowerStoppedException => false,
        PostgresException refused => refused.IsTransient || refused.SqlState.StartsWith("57P", StringComparison.Ordinal),
        NpgsqlException or IOException or System.Net.Sockets.SocketException => true,
        _ => e.InnerException is not null && Is(e.InnerException),
    };
}
