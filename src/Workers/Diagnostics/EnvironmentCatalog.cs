using EventSourcedTrading.Workers.Clocks;
using EventSourcedTrading.Workers.Configuration;

namespace EventSourcedTrading.Workers.Diagnostics;

/// <summary>An environment variable of the program.</summary>
/// <param name="Default">What holds where it is not set; null for nothing.</param>
/// <param name="Secret">Its value is never shown.</param>
public sealed record EnvironmentVariable(string Name, string? Default, bool Secret, string Meaning);

/// <summary>Every environment variable that the program reads; a test finds one that is missing here.</summary>
public static class EnvironmentCatalog
{
    public static readonly IReadOnlyList<EnvironmentVariable> All =
    [
        new("EST_POSTGRES", null, false, "Npgsql connection string"),
        new("EST_NATS", null, false, "nats://host:port"),
        new("EST_REDIS", null, false, "host:port of the feature store; only checked"),
        new("EST_PREFIX", "", false, "put before subjects and streams"),
        new("EST_HTTP", new PlatformOptions().Http, false, "where health and metrics are served; empty for nowhere"),
        new("EST_API_HTTP", ApiEnvironment.DefaultHttp, false, "where the control plane is served over HTTP; empty for nowhere"),
        new("EST_API_GRPC", ApiEnvironment.DefaultGrpc, false, "the same over gRPC"),
        new("EST_API_BEHIND_TLS", "0", false, "1 where a proxy in front ends TLS"),
        new("EST_GRAPHQL_INTROSPECTION", "1", false, "0 where GraphQL is not to tell its schema"),
        new("EST_GRAPHIQL", null, false, "folder with GraphiQL's page, served at /graphql; none without"),
        new("EST_GRAPHQL_DOCUMENTS", null, false, "folder with the only GraphQL documents that are run; any without"),
        new("EST_API", ApiEnvironment.DefaultHttp, false, "the control plane that `est control` calls"),
        new("EST_API_KEY", null, true, "the key that `est control` shows it"),
        new("EST_JWT_ISSUER", null, false, "issuer of tokens that are taken beside keys"),
        new("EST_JWT_AUDIENCE", null, false, "what those tokens have as 'aud'"),
        new("EST_JWT_KEYS", null, false, "JWKS file with the issuer's public keys"),
        new("EST_JWT_PERSON_CLAIM", "email", false, "claim that names the person"),
        new("EST_JWT_ROLE_CLAIM", "roles", false, "claim that lists the roles"),
        new("EST_CLOCK_SOURCE", null, false, "time server that this host's clock is measured against"),
        new("EST_CLOCK_INTERVAL", $"{ClockSettings.DefaultIntervalSeconds}", false, "seconds between measurements"),
        new("EST_PRIVACY_KEY", null, true, "master key over persons' names"),
        new("EST_PRIVACY_KEY_FILE", null, false, "file with that key"),
        new("EST_NOTARY_KEY", null, true, "the notary's private key, PEM"),
        new("EST_NOTARY_KEY_FILE", null, false, "file with that key"),
        new("EST_NOTARY_PASSPHRASE", null, true, "passphrase of that key"),
        new("EST_NOTARY_NEW_PASSPHRASE", null, true, "passphrase of the next key, for `est audit rotate`"),
    ];

    /// <summary>Read by scripts and tests, not by the program: known, so that nobody is warned about them.</summary>
    private static readonly string[] OfScripts =
    [
        "EST_SERVICES", "EST_POSTGRES_BIN", "EST_NATS_SERVER_BINARY", "EST_REDIS_SERVER_BINARY", "EST_NATS_MONITOR", "EST_UP_TIMEOUT", "EST_UPDATE_DOCS",
        "EST_SOAK", "EST_SOAK_SEEDS", "EST_SEED", "EST_SPECS", "EST_DATA", "EST_ACCEPT", "EST_BENCH_AUDIT_LEAVES", "EST_BENCH_AUDIT_ROWS", "EST_BENCH_LOG_EVENTS", "EST_PACKAGES", "EST_POSTGRES_PORT", "EST_NATS_PORT", "EST_NATS_MONITOR_PORT", "EST_REDIS_PORT",
    ];

    /// <summary>Variables that begin as ours do and that nobody reads, each with the known name that is nearest to it, if one is near.</summary>
    public static IEnumerable<(string Name, string? Meant)> Unknown(IEnumerable<string> names)
    {
        string[] known = [.. All.Select(v => v.Name)];
        foreach (var name in names.Where(n => n.StartsWith("EST_", StringComparison.OrdinalIgnoreCase)).Order(StringComparer.Ordinal))
        {
            if (name.StartsWith("EST_TEST_", StringComparison.Ordinal) || known.Contains(name, StringComparer.Ordinal) || OfScripts.Contains(name, StringComparer.Ordinal)) continue;
            yield return (name, Spelling.Nearest(name, known));
        }
    }
}
