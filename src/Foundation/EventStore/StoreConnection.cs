using Npgsql;

namespace EventSourcedTrading.EventStore;

/// <summary>The database roles that sql/0001_roles.sql makes.</summary>
public enum StoreRole
{
    /// <summary>Owns the tables: migrations, nothing else.</summary>
    Owner,

    /// <summary>May add events, and write progress, snapshots and read models.</summary>
    App,

    /// <summary>May read.</summary>
    Reader,
}

/// <summary>How the parts of the platform connect.</summary>
public static class StoreConnection
{
    /// <summary>
    /// A pool of connections that act as <paramref name="role"/>, whoever logs in: the role is part of the
    /// connection's start, so there is no moment without it, and pooled connections keep it.
    /// </summary>
    /// <remarks>
    /// This guards against mistakes, not against malice: who logs in as a superuser can reset the role. In
    /// production let each process log in as a user that is a member of its one role.
    /// </remarks>
    /// <param name="connectionString">An Npgsql connection string; its Options are kept.</param>
    /// <param name="role">The role to act as.</param>
    public static NpgsqlDataSource Open(string connectionString, StoreRole role)
    {
        var settings = new NpgsqlConnectionStringBuilder(connectionString) { NoResetOnClose = true };
        settings.Options = $"{settings.Options} -c role={NameOf(role)}".Trim();
        settings.ApplicationName ??= "est";
        return new NpgsqlDataSourceBuilder(settings.ConnectionString).Build();
    }

    public static string NameOf(StoreRole role) => role switch
    {
        StoreRole.Owner => "est_owner",
        StoreRole.App => "est_app",
        StoreRole.Reader => "est_reader",
        _ => throw new ArgumentOutOfRangeException(nameof(role), role, "Owner, App or Reader."),
    };
}
